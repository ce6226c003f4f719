/// The control endpoint: the standard requests of USB 2.0, chapter 9, as far as a device of this
/// shape has them (Specs/twin.md U6).
extension USBIPDevice {
  /// The eight bytes of a request.
  private struct Setup {
    let kind: UInt8
    let request: UInt8
    let value: UInt16
    let index: UInt16
    let length: Int

    init?(_ bytes: [UInt8]) {
      guard bytes.count == 8 else { return nil }
      kind = bytes[0]
      request = bytes[1]
      value = UInt16(bytes[2]) | UInt16(bytes[3]) << 8
      index = UInt16(bytes[4]) | UInt16(bytes[5]) << 8
      length = Int(bytes[6]) | Int(bytes[7]) << 8
    }
  }

  mutating func control(_ submit: USBIPSubmit) -> USBIPReturn {
    guard let setup = Setup(submit.setup),
      submit.isIn == (setup.kind & 0x80 != 0 && setup.length > 0),
      let reply = answer(setup)
    else { return submit.refused }
    let room = submit.isIn ? min(setup.length, submit.length) : 0
    return .submit(
      sequence: submit.sequence, status: .done, bytes: Array(reply.prefix(room)),
      taken: submit.bytes.count)
  }

  /// The bytes of the reply, empty when the request is done without; nil is a stall.
  private mutating func answer(_ setup: Setup) -> [UInt8]? {
    switch (setup.kind, setup.request) {
    case (0x80, 0): [1, 0]
    case (0x81, 0): isInterface(setup.index) ? [0, 0] : nil
    case (0x82, 0): isHalted(setup.index).map { [$0 ? 1 : 0, 0] }
    case (0x02, 1): setup.value == 0 ? clearHalt(setup.index) : nil
    case (0x02, 3): setup.value == 0 ? halt(setup.index) : nil
    case (0x00, 5): []
    case (0x80, 6):
      descriptors.descriptor(
        kind: UInt8(truncatingIfNeeded: setup.value >> 8),
        index: UInt8(truncatingIfNeeded: setup.value))
    case (0x80, 8): [configuration]
    case (0x00, 9): configure(setup.value)
    case (0x81, 10): isInterface(setup.index) ? [0] : nil
    case (0x01, 11): setup.value == 0 && isInterface(setup.index) ? [] : nil
    default: nil
    }
  }

  private func isInterface(_ index: UInt16) -> Bool {
    index < UInt16(USBIPDescriptors.interfaces) && configuration == 1
  }

  private func isHalted(_ endpoint: UInt16) -> Bool? {
    switch endpoint {
    case 0x00, 0x80: false
    case 0x03: haltedByHost.contains(USBIPDescriptors.endpointOut)
    case 0x81: haltedByHost.contains(USBIPDescriptors.endpointIn) || cable.isHalted
    default: nil
    }
  }

  private mutating func clearHalt(_ endpoint: UInt16) -> [UInt8]? {
    guard isHalted(endpoint) != nil else { return nil }
    haltedByHost.remove(UInt8(truncatingIfNeeded: endpoint))
    if endpoint == 0x81 { cable.clearHalt() }
    return []
  }

  private mutating func halt(_ endpoint: UInt16) -> [UInt8]? {
    guard endpoint == 0x03 || endpoint == 0x81 else { return nil }
    haltedByHost.insert(UInt8(endpoint))
    return []
  }

  /// Choosing a configuration ends every halt, as the standard asks.
  private mutating func configure(_ value: UInt16) -> [UInt8]? {
    guard value <= 1 else { return nil }
    configuration = UInt8(value)
    haltedByHost = []
    cable.clearHalt()
    return []
  }
}
