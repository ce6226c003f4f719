import Roaster

@testable import Simulator

/// Any bytes, as happenings at an exported roaster: what two clients send, cut anywhere, hands at
/// the plug, and time. Nothing traps, nobody is sent half an answer, and whatever has happened the
/// next client finds the roaster in order.
@_cdecl("LLVMFuzzerTestOneInput")
public func usbipFuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var table = FuzzTable()
  var rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
  while let kind = rest.popFirst(), let size = rest.popFirst() {
    let bytes = Array(rest.prefix(Int(size)))
    rest = rest.dropFirst(bytes.count)
    table.happen(kind, size, bytes)
  }
  table.end()
  return 0
}

private struct FuzzTable {
  private var export: USBIPExport
  private var now = 0.0
  private var clients: [Int?] = [nil, nil]
  /// Who is sent nothing but answers to commands.
  private var hasImported = [false, false]

  init() {
    var setup = Bullet.Setup()
    setup.faults = FaultPlan([
      TimedFault(.stall, from: 1, lasting: 1), TimedFault(.unplugged, from: 3, lasting: 1),
      TimedFault(.late(milliseconds: 300), from: 5, lasting: 1),
      TimedFault(.long(bytes: 9), from: 7, lasting: 1), TimedFault(.short(bytes: 0), from: 8),
    ])
    let descriptors = USBIPDescriptors(product: 0x5741, serial: "FUZZ")
    export = USBIPExport(USBIPDevice(Workshop(setup), descriptors), speed: 1)
  }

  mutating func happen(_ kind: UInt8, _ size: UInt8, _ bytes: [UInt8]) {
    let side = Int(kind >> 7)
    switch kind & 7 {
    case 0: send(bytes, side)
    case 1: send([0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0] + Array("1-1".utf8) + zeros(29), side)
    case 2: send(submit(kind, size, bytes), side)
    case 3: send(fields([2, 0, 0x1_0002, 0, 0, UInt32(size)]) + zeros(24), side)
    case 4:
      now += Double(size) / 100
      export.advance(to: now)
    case 5: size < 128 ? export.unplug() : export.replug()
    case 6: leave(side)
    default: export.perform(size < 128 ? .prs : .turn(.heater, by: Int(size) - 192))
    }
    for side in [0, 1] { collect(side) }
    precondition(export.nextWait >= 0 && export.nextWait < 1)
  }

  /// A submit whose fixed fields are right.
  private func submit(_ kind: UInt8, _ size: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    let isIn: UInt32 = kind & 0x40 == 0 ? 0 : 1
    let endpoint: UInt32 = [0, 1, 3, 2][Int(kind >> 4 & 3)]
    let setup = Array((bytes + zeros(8)).prefix(8))
    let length = isIn == 1 ? UInt32(size) : UInt32(bytes.count)
    return fields([
      1, UInt32(size), 0x1_0002, isIn, endpoint, UInt32(kind >> 3 & 1), length, 0, 0, 0,
    ])
      + setup + (isIn == 1 ? [] : bytes)
  }

  private mutating func send(_ bytes: [UInt8], _ side: Int) {
    if clients[side] == nil { clients[side] = export.connect() }
    guard let client = clients[side] else { preconditionFailure("two clients are not too many") }
    export.receive(bytes, from: client)
  }

  private mutating func leave(_ side: Int) {
    if let client = clients[side] { export.disconnect(client) }
    clients[side] = nil
    hasImported[side] = false
  }

  /// Takes what was sent, in a part and the rest; hangs up on who was hung up on.
  private mutating func collect(_ side: Int) {
    guard let client = clients[side], let connection = export.connections[client] else { return }
    if hasImported[side] { check(connection.outgoing) }
    hasImported[side] = connection.hasImported
    precondition(connection.outgoing.count < 1 << 20)
    export.sent(connection.outgoing.count / 2, to: client)
    export.sent(connection.outgoing.count - connection.outgoing.count / 2, to: client)
    if connection.isOver { leave(side) }
  }

  /// Answers are whole, and none is longer than a transfer may be.
  private func check(_ outgoing: [UInt8]) {
    var rest = outgoing[...]
    while !rest.isEmpty {
      precondition(isCommand(rest) && rest.count >= 48)
      let isSubmit = rest[rest.startIndex + 3] == 3
      let length = rest.dropFirst(24).prefix(4).reduce(0) { $0 << 8 | Int($1) }
      precondition(length <= 65536)
      rest = rest.dropFirst(48)
      // A write's answer counts bytes too, and carries none.
      if isSubmit, !isCommand(rest), !rest.isEmpty {
        precondition(rest.count >= length)
        rest = rest.dropFirst(length)
      }
    }
  }

  private func isCommand(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.starts(with: [0, 0, 0, 3]) || bytes.starts(with: [0, 0, 0, 4])
  }

  /// Whoever comes next can have the roaster, and it answers.
  mutating func end() {
    leave(0)
    leave(1)
    export.replug()
    now += 10
    export.advance(to: now)
    precondition(export.connections.isEmpty && !export.isImported)
    happen(1, 0, [])
    precondition(export.isImported)
    send(submit(0x22, 1, Query.info1.bytes), 0)
    guard let client = clients[0] else { preconditionFailure("the client was let in") }
    precondition(export.connections[client]?.outgoing.count == 48)
  }

  private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private func fields(_ numbers: [UInt32]) -> [UInt8] {
    numbers.flatMap { number in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
  }
}
