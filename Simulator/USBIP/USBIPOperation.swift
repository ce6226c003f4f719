/// What a client may ask before it holds a device (Specs/twin.md U2).
enum USBIPOperation: Equatable, Sendable {
  /// OP_REQ_DEVLIST.
  case list
  /// OP_REQ_IMPORT.
  case importing(busID: String)

  static let version: UInt16 = 0x0111
  static let busIDSize = 32
  private static let headerSize = 8

  /// What stands at the front of a stream.
  static func parse(_ stream: ArraySlice<UInt8>) -> USBIPParsed<USBIPOperation> {
    var reader = BigEndianReader(stream)
    guard let version = reader.number(UInt16.self) else { return .partial }
    guard version == Self.version else { return .violation(.version(version)) }
    guard let code = reader.number(UInt16.self) else { return .partial }
    guard code == 0x8005 || code == 0x8003 else { return .violation(.operation(code)) }
    guard reader.number(UInt32.self) != nil else { return .partial }
    if code == 0x8005 { return .whole(.list, length: headerSize) }
    guard let busID = reader.text(busIDSize) else { return .partial }
    return .whole(.importing(busID: busID), length: headerSize + busIDSize)
  }

  /// OP_REP_DEVLIST: the devices that can be imported.
  static func listReply(_ devices: [USBIPListing]) -> [UInt8] {
    var bytes = header(code: 0x0005, status: .done)
    bytes.append(bigEndian: UInt32(devices.count))
    return bytes + devices.flatMap { $0.bytes + $0.interfaceBytes }
  }

  /// OP_REP_IMPORT: from here on the connection is the device's cable.
  static func importReply(_ device: USBIPListing) -> [UInt8] {
    header(code: 0x0003, status: .done) + device.bytes
  }

  /// OP_REP_IMPORT that says no.
  static func importRefusal(_ status: Status) -> [UInt8] { header(code: 0x0003, status: status) }

  /// What a reply says about its request.
  enum Status: UInt32 {
    case done = 0
    case busy = 2
    case noDevice = 4
  }

  private static func header(code: UInt16, status: Status) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: version)
    bytes.append(bigEndian: code)
    bytes.append(bigEndian: status.rawValue)
    return bytes
  }
}

/// A device as it stands in the list.
struct USBIPListing: Equatable, Sendable {
  var vendor: UInt16
  var product: UInt16
  var release: UInt16
  var deviceClass: [UInt8]
  var configuration: UInt8
  /// Class, subclass and protocol of each interface.
  var interfaces: [[UInt8]]

  /// The one place there is.
  static let busID = "1-1"
  /// Bus 1, device 2, as commands name it.
  static let deviceID: UInt32 = 0x0001_0002
  private static let fullSpeed: UInt32 = 2

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(text: "/sys/devices/roast/twin/" + Self.busID, size: 256)
    bytes.append(text: Self.busID, size: USBIPOperation.busIDSize)
    bytes.append(bigEndian: Self.deviceID >> 16)
    bytes.append(bigEndian: Self.deviceID & 0xFFFF)
    bytes.append(bigEndian: Self.fullSpeed)
    bytes.append(bigEndian: vendor)
    bytes.append(bigEndian: product)
    bytes.append(bigEndian: release)
    return bytes + deviceClass + [configuration, 1, UInt8(interfaces.count)]
  }

  var interfaceBytes: [UInt8] { interfaces.flatMap { $0 + [0] } }
}
