import CLibUSB
import Roaster

/// What is plugged in: enumeration, without claiming anything.
public enum Bus {
  /// The roasters on the bus, those we cannot speak to included, and why each could not be opened.
  public static func roasters() throws(TransportFault) -> [(device: Device, denied: Bool)] {
    var context: OpaquePointer?
    let code = libusb_init(&context)
    guard code == 0, let context else { throw .failed(code: code) }
    defer { libusb_exit(context) }
    return try withDevices(of: context) { list in
      list.compactMap { pointer -> (device: Device, denied: Bool)? in
        guard let descriptor = descriptor(of: pointer),
          isRoaster(descriptor) || isUnsupported(descriptor)
        else { return nil }
        var handle: OpaquePointer?
        let opened = libusb_open(pointer, &handle)
        defer { handle.map(libusb_close) }
        let serial = handle.flatMap { serialNumber($0, descriptor) }
        return (
          device(pointer, descriptor, serial: serial), opened == LIBUSB_ERROR_ACCESS.rawValue
        )
      }
    }
  }

  /// The version of the libusb in this process.
  public static var libraryVersion: String {
    guard let version = libusb_get_version()?.pointee else { return "unknown" }
    return "\(version.major).\(version.minor).\(version.micro)"
  }

  /// Hands over the devices of a context; they are unreferenced afterwards.
  static func withDevices<Value>(
    of context: OpaquePointer, _ body: ([OpaquePointer]) throws(TransportFault) -> Value
  ) throws(TransportFault) -> Value {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = libusb_get_device_list(context, &list)
    guard count >= 0, let list else { throw .failed(code: Int32(truncatingIfNeeded: count)) }
    defer { libusb_free_device_list(list, 1) }
    return try body((0..<count).compactMap { list[$0] })
  }

  static func descriptor(of device: OpaquePointer) -> libusb_device_descriptor? {
    var descriptor = libusb_device_descriptor()
    return libusb_get_device_descriptor(device, &descriptor) == 0 ? descriptor : nil
  }

  static func isRoaster(_ descriptor: libusb_device_descriptor) -> Bool {
    descriptor.idVendor == Device.vendor && Device.products.contains(descriptor.idProduct)
  }

  static func isUnsupported(_ descriptor: libusb_device_descriptor) -> Bool {
    descriptor.idVendor == Device.vendor
      && Device.unsupportedProducts.contains(descriptor.idProduct)
  }

  static func device(
    _ pointer: OpaquePointer, _ descriptor: libusb_device_descriptor, serial: String?
  ) -> Device {
    Device(
      product: descriptor.idProduct, serial: serial, bus: libusb_get_bus_number(pointer),
      address: libusb_get_device_address(pointer))
  }

  /// The serial number that the device shows on the bus, if it shows one.
  static func serialNumber(
    _ handle: OpaquePointer, _ descriptor: libusb_device_descriptor
  ) -> String? {
    guard descriptor.iSerialNumber != 0 else { return nil }
    var text = [UInt8](repeating: 0, count: 256)
    let length = libusb_get_string_descriptor_ascii(
      handle, descriptor.iSerialNumber, &text, Int32(text.count))
    return length > 0 ? String(decoding: text.prefix(Int(length)), as: UTF8.self) : nil
  }
}
