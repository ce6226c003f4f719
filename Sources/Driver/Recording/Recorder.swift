import Roaster
import Synchronization

/// A transport that passes everything on to another one and keeps a record of it.
///
/// What is handed to `sink`, one call at a time, is the file in order: first the header. That is held back, with what was recorded
/// meanwhile, until `identified` or `finish`, so that it can say which roaster was recorded.
public final class Recorder<Carrier: Transport>: Transport {
  private let base: Carrier
  private let sink: @Sendable ([UInt8]) -> Void
  private let zero: Moment
  private let pending: Mutex<Pending>

  private struct Pending {
    var header: RecordingHeader?
    var records: [UInt8] = []
    var device: Device?
  }

  /// Records what passes over `base`; the recording's zero is now.
  public init(
    _ base: Carrier, origin: RecordingHeader.Origin, program: String,
    sink: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.base = base
    self.sink = sink
    zero = base.now
    let header = RecordingHeader(origin: origin, started: base.now.wall, program: program)
    pending = Mutex(Pending(header: header))
  }

  /// Lets the header be written, with what the roaster said about itself.
  public func identified(_ identification: Identification?) {
    pending.withLock { pending in
      guard var header = pending.header else { return }
      header.device = pending.device
      header.identification = identification
      pending.header = nil
      sink(RecordingFormat.header(header) + pending.records)
      pending.records = []
    }
  }

  /// Lets the header be written if it has not been.
  public func finish() { identified(nil) }

  public var now: Moment { base.now }

  public func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    let began = elapsed
    do throws(TransportFault) {
      let device = try await base.open(serial: serial, skipping: skipping)
      pending.withLock { $0.device = device }
      keep(.open, began, nil, device.recordingPayload)
      return device
    } catch {
      keep(.open, began, error, [])
      throw error
    }
  }

  public func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    let began = elapsed
    do throws(TransportFault) {
      try await base.send(bytes, timeoutMilliseconds: timeoutMilliseconds)
      keep(.send, began, nil, bytes)
    } catch {
      keep(.send, began, error, bytes)
      throw error
    }
  }

  public func receive(
    _ count: Int, timeoutMilliseconds: Int
  ) async throws(TransportFault) -> [UInt8] {
    let began = elapsed
    do throws(TransportFault) {
      let bytes = try await base.receive(count, timeoutMilliseconds: timeoutMilliseconds)
      keep(.receive, began, nil, bytes)
      return bytes
    } catch {
      keep(.receive, began, error, [])
      throw error
    }
  }

  public func clearStall() async throws(TransportFault) {
    let began = elapsed
    do throws(TransportFault) {
      try await base.clearStall()
      keep(.clearStall, began, nil, [])
    } catch {
      keep(.clearStall, began, error, [])
      throw error
    }
  }

  public func close() async {
    let began = elapsed
    await base.close()
    keep(.close, began, nil, [])
  }

  public func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    await base.wait(until: deadline, orArrival: orArrival)
  }

  private var elapsed: Int64 { base.now.monotonic.nanoseconds - zero.monotonic.nanoseconds }

  private func keep(
    _ kind: RecordedTransfer.Kind, _ began: Int64, _ fault: TransportFault?, _ payload: [UInt8]
  ) {
    let record = RecordingFormat.transfer(
      RecordedTransfer(
        kind: kind, began: began, ended: elapsed, fault: fault, payload: payload))
    pending.withLock { pending in
      if pending.header == nil { sink(record) } else { pending.records += record }
    }
  }
}
