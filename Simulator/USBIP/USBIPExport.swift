import Roaster

/// The exported roaster and everybody who asks for it, without a socket or a clock
/// (Specs/twin.md U1 to U13).
///
/// A value: (input, now) -> bytes and events. `now` is in real seconds since the start; the twin's
/// time runs `speed` times as fast.
struct USBIPExport: Sendable {
  private(set) var device: USBIPDevice
  private(set) var connections: [Int: USBIPConnection] = [:]
  private var events: [USBIPEvent] = []
  private var importer: Int?
  private var isPulled = false
  private var wasOnBus: Bool
  private var now = 0.0
  private var nextClient = 0
  private let speed: Double

  /// Clients at once.
  static let mostClients = 32
  /// What a client has begun it must end within so many seconds.
  static let patienceSeconds = 10.0
  /// The twin's own happenings are looked after at least so often.
  private static let idleSeconds = 0.05
  /// A computer that falls behind skips time rather than fall behind further.
  private static let longestLeapSeconds = 100.0

  init(_ device: USBIPDevice, speed: Double) {
    self.device = device
    self.speed = speed
    wasOnBus = !device.isUnplugged
  }

  /// Whether the roaster is on the bus, to be listed and imported.
  var isOnBus: Bool { !isPulled && !device.isUnplugged }
  /// Whether a client holds it.
  var isImported: Bool { importer != nil }

  /// In how many seconds `advance` wants to be called at the latest.
  var nextWait: Double {
    guard let due = device.nextDue else { return Self.idleSeconds }
    return min(max(0, (due - device.seconds) / speed), Self.idleSeconds)
  }

  /// What has happened since this was last asked.
  mutating func takeEvents() -> [USBIPEvent] {
    defer { events = [] }
    return events
  }

  /// Lets time pass for the twin and for the patience with its clients.
  mutating func advance(to time: Double) {
    let leap = min((time - now) * speed, Self.longestLeapSeconds)
    now = max(now, time)
    let stayed = device.advance(to: device.seconds + max(0, leap))
    if !stayed { leaveBus() }
    if !stayed, wasOnBus, isOnBus { events += [.unplugged, .pluggedIn] }
    noteBus()
    send(device.finishReads())
    for (client, connection) in connections where !connection.isOver {
      if let since = connection.owesSince, now - since > Self.patienceSeconds {
        hangUp(on: client, .slow)
      }
    }
  }

  /// What a hand does at the panel.
  mutating func perform(_ action: PanelAction) { device.workshop.perform(action) }

  /// Pulls the roaster's cable out of the computer.
  mutating func unplug() {
    isPulled = true
    leaveBus()
    noteBus()
  }

  /// Plugs it in again.
  mutating func replug() {
    isPulled = false
    noteBus()
  }

  private mutating func leaveBus() {
    if let importer { connections[importer]?.end() }
    importer = nil
    device.detach()
  }

  private mutating func noteBus() {
    guard wasOnBus != isOnBus else { return }
    wasOnBus = isOnBus
    events.append(isOnBus ? .pluggedIn : .unplugged)
  }
}

// MARK: - Clients

extension USBIPExport {
  /// A client has come; nil when there are too many.
  mutating func connect() -> Int? {
    guard connections.count < Self.mostClients else {
      events.append(.crowded)
      return nil
    }
    nextClient += 1
    connections[nextClient] = USBIPConnection(at: now)
    return nextClient
  }

  /// A client has gone; the roaster it held is free.
  mutating func disconnect(_ client: Int) {
    connections[client] = nil
    release(client)
  }

  /// So many bytes were handed to the client.
  mutating func sent(_ count: Int, to client: Int) { connections[client]?.sent(count) }

  /// Bytes from a client, cut anywhere.
  mutating func receive(_ bytes: [UInt8], from client: Int) {
    connections[client]?.received(bytes)
    do throws(USBIPViolation) {
      while try takeMessage(of: client) {}
    } catch { hangUp(on: client, error) }
  }

  /// Acts on the next message; false when there is none.
  private mutating func takeMessage(of client: Int) throws(USBIPViolation) -> Bool {
    guard connections[client]?.hasImported == true else {
      guard let operation = try connections[client]?.next(at: now, USBIPOperation.parse) else {
        return false
      }
      answer(operation, of: client)
      return true
    }
    guard let command = try connections[client]?.next(at: now, USBIPCommand.parse) else {
      return false
    }
    switch command {
    case .submit(let submit): send(try device.take(submit))
    case .unlink(let sequence, let other): send([device.unlink(sequence: sequence, of: other)])
    }
    return true
  }

  private mutating func answer(_ operation: USBIPOperation, of client: Int) {
    switch operation {
    case .list:
      let devices = isOnBus ? [device.descriptors.listing] : []
      connections[client]?.reply(USBIPOperation.listReply(devices))
    case .importing(let busID):
      if let refusal = refusal(of: busID) {
        events.append(.refused(busID: busID))
        connections[client]?.reply(USBIPOperation.importRefusal(refusal))
        return
      }
      importer = client
      device.detach()
      connections[client]?.hasImported = true
      connections[client]?.reply(USBIPOperation.importReply(device.descriptors.listing))
      events.append(.imported)
    }
  }

  private func refusal(of busID: String) -> USBIPOperation.Status? {
    guard busID == USBIPListing.busID, isOnBus else { return .noDevice }
    return isImported ? .busy : nil
  }

  private mutating func send(_ returns: [USBIPReturn]) {
    guard let importer else { return }
    for item in returns { connections[importer]?.reply(item.bytes) }
  }

  private mutating func hangUp(on client: Int, _ violation: USBIPViolation) {
    events.append(.hungUp(violation))
    connections[client]?.end()
    release(client)
  }

  private mutating func release(_ client: Int) {
    guard importer == client else { return }
    importer = nil
    device.detach()
    events.append(.released)
  }
}
