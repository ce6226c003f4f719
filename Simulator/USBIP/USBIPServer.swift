import Glibc
import Roaster

/// Exports a twin as a USB device over USB/IP: `usbip attach` makes a roaster of it that the real
/// kernel, libusb and any roasting program see (Specs/twin.md U1 to U13).
///
/// One thread waits for clients and keeps the twin's time; the twin roasts on whether or not
/// anybody holds it. Hands may act from any thread.
public final class USBIPServer: Sendable {
  /// The port that is listened to.
  public let port: UInt16

  private let alarm: (reading: USBIPSocket, writing: USBIPSocket)
  private let started = SuspendingClock().now
  private let log: @Sendable (USBIPEvent) -> Void
  private let export: USBIPLock<USBIPExport>
  private let life: USBIPLock<Life>

  private struct Life: Sendable {
    /// Handed over to whoever runs.
    var listeners: [USBIPSocket]
    var thread: pthread_t?
    var isStopping = false
  }

  /// Listens at a numeric address, or at both of `localhost`; port 0 is any. The twin's time runs
  /// `speed` times as fast as the clock on the wall, from now on. Who can reach the address can
  /// take the roaster: nothing asks for a password.
  public init(
    _ workshop: Workshop, address: String = "127.0.0.1", port: UInt16 = 3240,
    product: UInt16 = 0x5741, serial: String? = nil, speed: Double = 1,
    log: @escaping @Sendable (USBIPEvent) -> Void = { _ in }
  ) throws(USBIPError) {
    guard speed > 0, speed.isFinite else { throw .speed(speed) }
    let listeners = try Self.listeners(at: address, port: port)
    life = USBIPLock(Life(listeners: listeners))
    alarm = try USBIPSocket.pipe()
    self.port = listeners[0].port
    self.log = log
    let descriptors = USBIPDescriptors(
      product: product, serial: serial ?? "TWIN-\(workshop.bullet.serial)")
    export = USBIPLock(USBIPExport(USBIPDevice(workshop, descriptors), speed: speed))
  }

  private static func listeners(
    at address: String, port: UInt16
  ) throws(USBIPError) -> [USBIPSocket] {
    guard address == "localhost" else { return [try .listening(at: address, port: port)] }
    let four = try USBIPSocket.listening(at: "127.0.0.1", port: port)
    // A computer without IPv6 has but one.
    guard let six = try? USBIPSocket.listening(at: "::1", port: four.port) else { return [four] }
    return [four, six]
  }

  /// Serves until `stop`, on this thread.
  public func run() {
    let listeners = life.withLock { life in
      defer { life.listeners = [] }
      return life.listeners
    }
    var clients: [Int: USBIPSocket] = [:]
    while !life.withLock({ $0.isStopping }) { serveOnce(listeners, &clients) }
    tell(
      export.withLock { export in
        for client in clients.keys { export.disconnect(client) }
        return export.takeEvents()
      })
  }

  /// Serves until `stop`, on a thread of its own.
  public func start() throws(USBIPError) {
    let code = life.withLock { life -> Int32 in
      guard life.thread == nil, !life.isStopping else { return 0 }
      var thread = pthread_t()
      let box = unsafe Unmanaged.passRetained(self)
      let code = unsafe pthread_create(
        &thread, nil,
        { box in
          guard let box = unsafe box else { return nil }
          unsafe Unmanaged<USBIPServer>.fromOpaque(box).takeRetainedValue().run()
          return nil
        }, box.toOpaque())
      if code == 0 { life.thread = thread } else { unsafe box.release() }
      return code
    }
    guard code == 0 else { throw .resources(code: code) }
  }

  /// Ends serving for good: every client is hung up on, and the port is free, when the
  /// thread of `start` or the call of `run` has ended; for the former this waits.
  public func stop() {
    let thread = life.withLock { life in
      life.isStopping = true
      life.listeners = []
      defer { life.thread = nil }
      return life.thread
    }
    alarm.writing.wake()
    if let thread { pthread_join(thread, nil) }
  }
}

// MARK: - Hands

extension USBIPServer {
  /// What a hand does at the panel.
  public func perform(_ action: PanelAction) { withExport { $0.perform(action) } }

  /// Pulls the roaster's cable: whoever holds it loses it, and it is on no list until `replug`.
  public func unplug() { withExport { $0.unplug() } }

  /// Plugs the cable in again; a computer has to take the roaster anew.
  public func replug() { withExport { $0.replug() } }

  /// The twin as it truly is, which no byte tells.
  public var bullet: Bullet { export.withLock { $0.device.workshop.bullet } }

  /// Whether a computer holds the roaster.
  public var isImported: Bool { export.withLock { $0.isImported } }

  private func withExport(_ body: (inout USBIPExport) -> Void) {
    tell(
      export.withLock { export in
        export.advance(to: now)
        body(&export)
        return export.takeEvents()
      })
    alarm.writing.wake()
  }

  private func tell(_ events: [USBIPEvent]) { for event in events { log(event) } }

  private var now: Double {
    let elapsed = (SuspendingClock().now - started).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
  }
}

// MARK: - The loop

extension USBIPServer {
  /// Waits for the next happening and deals with it. Nothing here waits for a client.
  private func serveOnce(_ listeners: [USBIPSocket], _ clients: inout [Int: USBIPSocket]) {
    let order = clients.sorted { $0.key < $1.key }
    var watches = [alarm.reading].map { USBIPSocket.Watch(socket: $0) }
    watches += listeners.map { USBIPSocket.Watch(socket: $0) }
    let wait = export.withLock { export in
      for (client, socket) in order {
        let connection = export.connections[client]
        watches.append(
          USBIPSocket.Watch(
            socket: socket, reads: connection?.isWanted ?? false,
            writes: connection?.outgoing.isEmpty == false))
      }
      return export.nextWait
    }
    USBIPSocket.wait(for: &watches, seconds: wait)
    if watches[0].isReadable { _ = alarm.reading.receive() }
    let ready = zip(order, watches.dropFirst(1 + listeners.count)).filter { $0.1.isReadable }
    let received = ready.map { (client: $0.0.key, bytes: $0.0.value.receive()) }
    let arrivals = zip(listeners, watches.dropFirst()).filter { $0.1.isReadable }
      .map { $0.0.accept() }
    // Nobody can be let in: look again after a breath, or this would spin.
    if arrivals.contains(where: { if case .exhausted = $0 { true } else { false } }) {
      usleep(10_000)
    }
    tell(export.withLock { deal(with: received, arrivals, &clients, &$0) })
  }

  private func deal(
    with received: [(client: Int, bytes: [UInt8]?)], _ arrivals: [USBIPSocket.Arrival],
    _ clients: inout [Int: USBIPSocket], _ export: inout USBIPExport
  ) -> [USBIPEvent] {
    export.advance(to: now)
    for case .client(let socket) in arrivals {
      if let client = export.connect() { clients[client] = socket }
    }
    for (client, bytes) in received {
      if let bytes {
        export.receive(bytes, from: client)
      } else {
        export.disconnect(client)
        clients[client] = nil
      }
    }
    flush(&clients, &export)
    return export.takeEvents()
  }

  private func flush(_ clients: inout [Int: USBIPSocket], _ export: inout USBIPExport) {
    for (client, socket) in clients {
      guard let connection = export.connections[client] else { continue }
      let sent = connection.outgoing.isEmpty ? 0 : socket.send(connection.outgoing)
      if let sent { export.sent(sent, to: client) }
      if sent == nil || connection.isOver {
        export.disconnect(client)
        clients[client] = nil
      }
    }
  }
}
