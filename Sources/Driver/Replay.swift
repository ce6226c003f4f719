import Roaster
import Synchronization

/// A transport that plays a recording back: the same bytes and the same faults at the same times.
///
/// A request is answered by the next recorded one that is alike, so a session that has learnt to
/// drain or to retry differently since the recording was made can still play it. When none is
/// left the transport has `ended` (Specs/recording.md R6).
public final class Replay: Transport {
  /// Where the recording comes from.
  public let header: RecordingHeader
  private let pace: Pace
  private let playback: Mutex<Playback>

  private struct Playback {
    var reader: RecordingReader
    var upcoming: RecordedTransfer?
    var elapsed: Int64 = 0

    mutating func advance() { upcoming = reader.next() }

    /// The next transfer of a kind that `matches`; everything before it is passed over.
    mutating func take(
      _ kind: RecordedTransfer.Kind, matching matches: (RecordedTransfer) -> Bool = { _ in true }
    ) -> RecordedTransfer? {
      while let transfer = upcoming {
        advance()
        if transfer.kind == kind, matches(transfer) {
          elapsed = max(elapsed, transfer.ended)
          return transfer
        }
      }
      return nil
    }

    /// The upcoming transfer if it is of that kind.
    mutating func takeIfNext(_ kind: RecordedTransfer.Kind) -> RecordedTransfer? {
      upcoming?.kind == kind ? take(kind) : nil
    }
  }

  /// Plays what the reader reads, at that pace.
  public init(_ reader: RecordingReader, pace: Pace) {
    header = reader.header
    self.pace = pace
    var playback = Playback(reader: reader)
    playback.advance()
    self.playback = Mutex(playback)
  }

  /// How the recording ended; nil while there is more.
  public var end: RecordingReader.End? { playback.withLock { $0.reader.end } }

  public var now: Moment {
    let elapsed = playback.withLock { $0.elapsed }
    return Moment(
      monotonic: MonotonicTime(nanoseconds: elapsed),
      wall: WallTime(milliseconds: header.started.milliseconds + elapsed / 1_000_000))
  }

  public func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    let transfer = try await outcome(of: playback.withLock { $0.take(.open) })
    guard let device = Device(recordingPayload: transfer.payload) else { throw .ended }
    return device
  }

  public func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    _ = try await outcome(
      of: playback.withLock { $0.take(.send, matching: { $0.payload == bytes }) })
  }

  public func receive(
    _ count: Int, timeoutMilliseconds: Int
  ) async throws(TransportFault) -> [UInt8] {
    let transfer = playback.withLock { playback -> RecordedTransfer? in
      if let transfer = playback.takeIfNext(.receive) { return transfer }
      guard playback.upcoming != nil else { return nil }
      playback.elapsed += Int64(timeoutMilliseconds) * 1_000_000
      return RecordedTransfer(
        kind: .receive, began: playback.elapsed, ended: playback.elapsed, fault: .timeout)
    }
    let received = try await outcome(of: transfer).payload
    guard received.count <= count else { throw .overflow }
    return received
  }

  public func clearStall() async throws(TransportFault) {
    if let transfer = playback.withLock({ $0.takeIfNext(.clearStall) }) {
      _ = try await outcome(of: transfer)
    }
  }

  public func close() async {
    playback.withLock { _ = $0.takeIfNext(.close) }
  }

  public func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    playback.withLock { playback in
      var target = deadline.nanoseconds
      if orArrival, let next = playback.upcoming { target = min(target, next.began) }
      playback.elapsed = max(playback.elapsed, target)
    }
    await keepPace()
  }

  /// Waits for the wall to catch up, then delivers what was recorded.
  private func outcome(
    of transfer: RecordedTransfer?
  ) async throws(TransportFault) -> RecordedTransfer {
    guard let transfer else { throw .ended }
    await keepPace()
    if Task.isCancelled { throw .ended }
    if let fault = transfer.fault { throw fault }
    return transfer
  }

  private func keepPace() async {
    await pace.catchUp(elapsed: now.monotonic - MonotonicTime(nanoseconds: 0))
  }
}
