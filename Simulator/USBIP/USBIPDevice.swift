import Roaster

/// The twin as a device on a bus: a control endpoint, and two bulk endpoints with the twin's cable
/// behind them (Specs/twin.md U5 to U9).
///
/// A value without a clock. Times are seconds since the twin's beginning.
struct USBIPDevice: Sendable {
  let descriptors: USBIPDescriptors
  var workshop: Workshop
  var cable = Cable()
  var configuration: UInt8 = 1
  /// Endpoints that the host itself has halted.
  var haltedByHost: Set<UInt8> = []

  private(set) var seconds = 0.0
  private var reads: [Read] = []

  /// A submit on the IN endpoint that waits for its bytes.
  private struct Read {
    var submit: USBIPSubmit
    var collected: [UInt8] = []
  }

  /// Reads that may wait at once.
  static let mostReads = 256
  /// Packets that may lie unread; beyond it the client is not one that reads.
  static let mostUnread = 1024

  init(_ workshop: Workshop, _ descriptors: USBIPDescriptors) {
    self.workshop = workshop
    self.descriptors = descriptors
    seconds = workshop.bullet.seconds
  }

  /// When something will happen by itself to a read that waits; nil when nothing will.
  var nextDue: Double? { reads.isEmpty ? nil : cable.nextDue }

  /// Whether a fault keeps it off the bus now.
  var isUnplugged: Bool { workshop.bullet.activeFaults.contains { $0.fault == .unplugged } }

  /// Lets time pass, and says whether the device was on the bus all the while.
  mutating func advance(to target: Double) -> Bool {
    var wasUnplugged = false
    while seconds < target {
      seconds = min(target, seconds + Bullet.tickSeconds)
      workshop.advance(to: seconds)
      wasUnplugged = wasUnplugged || isUnplugged
    }
    return !wasUnplugged
  }

  /// What the reads that wait have come to by now.
  mutating func finishReads() -> [USBIPReturn] {
    var returns: [USBIPReturn] = []
    while !reads.isEmpty, let status = progress() {
      let read = reads.removeFirst()
      returns.append(
        .submit(sequence: read.submit.sequence, status: status, bytes: read.collected, taken: 0))
    }
    return returns
  }

  /// How the first read has ended; nil while it has not.
  private mutating func progress() -> USBIPStatus? {
    if haltedByHost.contains(USBIPDescriptors.endpointIn) { return .halted }
    while true {
      switch cable.receive(by: seconds) {
      case .halted: return .halted
      case .nothing: return nil
      case .packet(let packet, _):
        if let status = collect(packet) { return status }
      }
    }
  }

  /// A read ends with a packet that is not full, or when it is full itself.
  private mutating func collect(_ packet: [UInt8]) -> USBIPStatus? {
    let submit = reads[0].submit
    let room = submit.length - reads[0].collected.count
    reads[0].collected += packet.prefix(room)
    if packet.count > room { return .overflow }
    if packet.count == room { return .done }
    if packet.count == USBIPDescriptors.packetSize { return nil }
    return submit.refusesShort ? .short : .done
  }

  /// Carries out a submit; a read that must wait returns nothing yet.
  mutating func take(_ submit: USBIPSubmit) throws(USBIPViolation) -> [USBIPReturn] {
    switch (submit.endpoint, submit.isIn) {
    case (0, _): return [control(submit)]
    case (1, true) where configuration == 1:
      guard reads.count < Self.mostReads else { throw .tooManyReads }
      reads.append(Read(submit: submit))
      return finishReads()
    case (3, false) where configuration == 1 && !haltedByHost.contains(3):
      return [try write(submit)] + finishReads()
    default: return [submit.refused]
    }
  }

  /// What is written reaches the roaster in packets.
  private mutating func write(_ submit: USBIPSubmit) throws(USBIPViolation) -> USBIPReturn {
    for start in stride(from: 0, to: submit.bytes.count, by: USBIPDescriptors.packetSize) {
      let end = min(start + USBIPDescriptors.packetSize, submit.bytes.count)
      cable.send(Array(submit.bytes[start..<end]), to: &workshop)
      guard cable.unread <= Self.mostUnread else { throw .repliesUnread }
    }
    return .submit(
      sequence: submit.sequence, status: .done, bytes: [], taken: submit.bytes.count)
  }

  /// Takes a read back, with what it has collected; others have ended already.
  mutating func unlink(sequence: UInt32, of other: UInt32) -> USBIPReturn {
    guard let index = reads.firstIndex(where: { $0.submit.sequence == other }) else {
      return .unlink(sequence: sequence, status: .done)
    }
    reads.remove(at: index)
    return .unlink(sequence: sequence, status: .takenBack)
  }

  /// The cable is pulled; the roaster goes on.
  mutating func detach() {
    reads = []
    cable.reset()
    haltedByHost = []
    configuration = 1
  }
}

extension USBIPSubmit {
  /// The endpoint is halted or knows no such request.
  var refused: USBIPReturn {
    .submit(sequence: sequence, status: .halted, bytes: [], taken: 0)
  }
}
