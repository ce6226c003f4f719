import Glibc
import Roaster

/// What a `ServedTwin` does on its own thread: it calls the server and waits for what it says.
struct Caller {
  private let path: String
  private let clock: ServedClock
  private let bell: Bell
  private var line: (conversation: Conversation, life: String?)?
  /// Whether a roaster was on the bus when we looked last.
  private var wasPresent = false
  private var nextLook: Int64 = 0

  /// Whether what is being done should be given up.
  typealias Interruption = () -> Bool

  /// Real seconds that a living server may take.
  private static let patience = 5.0
  private static let pauseBetweenLooks: Int64 = 100_000_000

  init(path: String, clock: ServedClock, bell: Bell) {
    self.path = path
    self.clock = clock
    self.bell = bell
  }

  mutating func open(
    serial: String?, skipping: Int, _ isInterrupted: Interruption
  ) throws(TransportFault) -> Device {
    nextLook = RealTime.nanoseconds + Self.pauseBetweenLooks
    guard skipping == 0 else { throw .absent }
    wasPresent = false
    if let serial, serial.isEmpty || serial.contains(" ") || !TwinRequest.isPlain(serial.utf8) {
      throw .absent
    }
    let answer = try ask(.open(serial: serial), isInterrupted)
    wasPresent = answer != .fault(.absent)
    guard case .opened(let product, let serial, _) = answer else { throw fault(in: answer) }
    return Device(product: product, serial: serial, bus: 0, address: 1)
  }

  mutating func send(
    _ bytes: [UInt8], _ isInterrupted: Interruption
  ) throws(TransportFault) {
    let request = TwinRequest.send(bytes)
    guard request.text.utf8.count <= LineBuffer.longestLine else { throw .failed(code: EMSGSIZE) }
    try carry(request, expecting: .sent, isInterrupted)
  }

  mutating func receive(
    _ count: Int, timeoutMilliseconds: Int, _ isInterrupted: Interruption
  ) throws(TransportFault) -> [UInt8] {
    guard line != nil else { throw .gone }
    let (counts, times) = (TwinRequest.counts, TwinRequest.milliseconds)
    let milliseconds = min(max(timeoutMilliseconds, times.lowerBound), times.upperBound)
    let answer = try ask(
      .receive(
        count: min(max(count, counts.lowerBound), counts.upperBound), milliseconds: milliseconds),
      patience: Self.patience + clock.realSeconds(ofMilliseconds: milliseconds), isInterrupted)
    guard case .received(let bytes) = answer else { throw fault(in: answer) }
    return bytes
  }

  mutating func clearStall(_ isInterrupted: Interruption) throws(TransportFault) {
    try carry(.clear, expecting: .cleared, isInterrupted)
  }

  /// Gives the roaster back; a server that does not answer finds out when the stream ends.
  mutating func close() {
    guard line != nil else { return }
    _ = try? ask(.close, patience: 1) { false }
  }

  mutating func wait(
    until deadline: MonotonicTime, orArrival: Bool, _ isInterrupted: Interruption
  ) {
    while !isInterrupted() {
      var pause = clock.realNanoseconds(until: deadline)
      guard pause > 0 else { return }
      if orArrival {
        if nextLook <= RealTime.nanoseconds, seesArrival(isInterrupted) { return }
        pause = min(pause, nextLook - RealTime.nanoseconds)
      }
      var entries = [pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0)]
      RealTime.wait(for: &entries, nanoseconds: pause)
      if entries[0].revents != 0 { bell.silence() }
    }
  }

  /// Looks whether a roaster has come to the bus since we looked last.
  private mutating func seesArrival(_ isInterrupted: Interruption) -> Bool {
    let answer = try? ask(.time, isInterrupted)
    nextLook = RealTime.nanoseconds + Self.pauseBetweenLooks
    var isPresent = false
    if case .time(_, let isOnTheBus)? = answer { isPresent = isOnTheBus }
    defer { wasPresent = isPresent }
    return isPresent && !wasPresent
  }

  // MARK: Asking

  private mutating func carry(
    _ request: TwinRequest, expecting expected: TwinAnswer, _ isInterrupted: Interruption
  ) throws(TransportFault) {
    guard line != nil else { throw .gone }
    let answer = try ask(request, isInterrupted)
    guard answer == expected else { throw fault(in: answer) }
  }

  private mutating func fault(in answer: TwinAnswer) -> TransportFault {
    guard case .fault(let fault) = answer else {
      line = nil
      return .failed(code: EPROTO)
    }
    if fault == .gone { wasPresent = false }
    return fault
  }

  /// Asks and sets the clock by the answer. A conversation that fails ends, and with it whatever
  /// was open: an answer that is no longer waited for must not be taken for the next one.
  private mutating func ask(
    _ request: TwinRequest, patience: Double = Caller.patience, _ isInterrupted: Interruption
  ) throws(TransportFault) -> TwinAnswer {
    if isInterrupted() { throw .ended }
    var (conversation, life) = try connected()
    line = nil
    do throws(Conversation.Failure) {
      let answer = try conversation.ask(
        request, patience: patience, bell: bell, isInterrupted: isInterrupted)
      switch answer.answer {
      case .opened(_, _, let told), .time(let told, _): life = told
      default: break
      }
      if let life { clock.take(answer, life: life) }
      line = (conversation, life)
      return answer.answer
    } catch {
      if error != .interrupted { wasPresent = false }
      throw TransportFault(error)
    }
  }
}

// MARK: - Connecting

extension Caller {
  private func connected() throws(TransportFault) -> (Conversation, life: String?) {
    if let line { return line }
    do throws(UnixSocket.Failure) {
      return (try Conversation(path: path), nil)
    } catch { throw TransportFault(connecting: error.code) }
  }
}

extension TransportFault {
  /// What a connection that cannot be made means: no server is no roaster.
  init(connecting code: Int32) {
    self =
      switch code {
      case ENOENT, ENOTDIR, ECONNREFUSED: .absent
      case EACCES, EPERM: .denied
      case EAGAIN: .busy
      default: .failed(code: code)
      }
  }

  /// What a conversation that ended means for what was asked.
  fileprivate init(_ failure: Conversation.Failure) {
    self =
      switch failure {
      case .gone, .silent: .gone
      case .nonsense: .failed(code: EPROTO)
      case .interrupted: .ended
      }
  }
}
