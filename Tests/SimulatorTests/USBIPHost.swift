@testable import Simulator

/// A computer in front of an exported twin, without a socket: it asks, and takes what is sent.
struct USBIPHost {
  var export: USBIPExport
  var client: Int
  var now = 0.0
  private var reads: Set<UInt32> = []

  /// A twin that is quiet, and a client that has imported it unless told otherwise.
  init(
    _ faults: [TimedFault] = [], importing: Bool = true, speed: Double = 1, seed: UInt64 = 1
  ) {
    var setup = Bullet.Setup()
    setup.faults = FaultPlan(faults)
    setup.seed = seed
    let descriptors = USBIPDescriptors(product: 0x5741, serial: "TWIN-1")
    export = USBIPExport(USBIPDevice(Workshop(setup), descriptors), speed: speed)
    client = export.connect() ?? 0
    if importing { _ = ask(USBIPWire.importRequest()) }
  }

  /// What comes back at once for some bytes.
  mutating func ask(_ bytes: [UInt8]) -> [UInt8] {
    export.receive(bytes, from: client)
    return take(client)
  }

  /// The answers to commands, those that came in the meantime first.
  mutating func command(_ bytes: [UInt8]) -> [USBIPAnswer]? {
    if bytes.count >= 48, bytes[3] == 1, bytes[15] == 1 {
      reads.insert(USBIPWire.number(bytes[4..<8]))
    }
    return USBIPAnswer.all(in: ask(bytes), reads: reads)
  }

  /// The answers that come while so many seconds pass.
  mutating func wait(_ seconds: Double) -> [USBIPAnswer]? {
    now += seconds
    export.advance(to: now)
    return USBIPAnswer.all(in: take(client), reads: reads)
  }

  /// What was sent to a client.
  mutating func take(_ client: Int) -> [UInt8] {
    let bytes = export.connections[client]?.outgoing ?? []
    export.sent(bytes.count, to: client)
    return bytes
  }

  /// Whether it was hung up on.
  var isCut: Bool { export.connections[client]?.isOver ?? true }
}
