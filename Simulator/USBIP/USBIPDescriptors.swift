import Roaster

/// What the exported roaster says it is: the same descriptors as the mocked one of
/// Tests/Emulator/descriptors.c.
struct USBIPDescriptors: Equatable, Sendable {
  var product: UInt16
  var serial: String

  static let interfaces: UInt8 = 2
  static let endpointOut: UInt8 = 0x03
  static let endpointIn: UInt8 = 0x81
  static let packetSize = 64
  private static let release: UInt16 = 0x0200
  private static let deviceClass: [UInt8] = [0xEF, 2, 1]
  private static let interfaceClass: [UInt8] = [0xFF, 0, 0]

  var listing: USBIPListing {
    USBIPListing(
      vendor: Device.vendor, product: product, release: Self.release,
      deviceClass: Self.deviceClass, configuration: 1,
      interfaces: Array(repeating: Self.interfaceClass, count: Int(Self.interfaces)))
  }

  /// The descriptor of that kind and number; nil when there is none.
  func descriptor(kind: UInt8, index: UInt8) -> [UInt8]? {
    switch (kind, index) {
    case (1, 0): device
    case (2, 0): Self.configuration
    case (3, _): string(index)
    default: nil
    }
  }

  private var device: [UInt8] {
    [18, 1, 0x00, 0x02] + Self.deviceClass + [UInt8(Self.packetSize)]
      + [Device.vendor, product, Self.release].flatMap(Self.littleEndian) + [1, 2, 3, 1]
  }

  private static let configuration: [UInt8] = {
    let packet = littleEndian(UInt16(packetSize))
    let parts: [[UInt8]] = [
      [9, 4, 0, 0, 0] + interfaceClass + [0],
      [9, 4, 1, 0, 2] + interfaceClass + [0],
      [7, 5, endpointOut, 2] + packet + [0],
      [7, 5, endpointIn, 2] + packet + [0],
    ]
    let total = UInt16(9 + parts.map(\.count).reduce(0, +))
    return [9, 2] + littleEndian(total) + [interfaces, 1, 0, 0xC0, 50] + parts.flatMap(\.self)
  }()

  private func string(_ index: UInt8) -> [UInt8]? {
    switch index {
    case 0: [4, 3, 0x09, 0x04]
    case 1: Self.string("Aillio")
    case 2: Self.string("Bullet R1 (twin)")
    case 3: Self.string(serial)
    default: nil
    }
  }

  private static func string(_ text: String) -> [UInt8] {
    let units = text.utf16.prefix(126).flatMap(littleEndian)
    return [UInt8(2 + units.count), 3] + units
  }

  private static func littleEndian(_ number: UInt16) -> [UInt8] {
    [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
  }
}
