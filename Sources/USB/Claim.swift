import CLibUSB
import Roaster

/// An opened and claimed roaster; lives on the `EventThread` alone.
struct Claim {
  let handle: OpaquePointer
  let device: Device
  private let detachedDriver: Bool

  /// The roaster speaks on this interface (Specs/wire.md W1).
  private static let interface: Int32 = 1
  private static let configuration: Int32 = 1

  /// Opens the roaster that is wanted: the first whose serial number on the bus is `serial`; when
  /// none shows it and it could be the machine's own number, the candidates one after the other,
  /// for the session to ask them.
  static func open(
    in context: OpaquePointer, serial: String?, skipping: Int
  ) throws(TransportFault) -> Claim {
    try Bus.withDevices(of: context) { list throws(TransportFault) in
      let described = list.compactMap { pointer in
        Bus.descriptor(of: pointer).map { (pointer: pointer, descriptor: $0) }
      }
      let roasters = described.filter { Bus.isRoaster($0.descriptor) }
      if roasters.isEmpty, serial == nil,
        let other = described.first(where: { Bus.isUnsupported($0.descriptor) })
      {
        throw .unsupported(product: other.descriptor.idProduct)
      }
      var candidates = roasters
      if let serial {
        let showing = roasters.filter { shown(by: $0.pointer, $0.descriptor) == serial }
        candidates = showing.isEmpty && Int16(serial) != nil ? roasters : showing
        if candidates.isEmpty, roasters.contains(where: { isDenied($0.pointer) }) {
          throw skipping == 0 ? .denied : .absent
        }
      }
      guard let chosen = candidates.dropFirst(skipping).first else { throw .absent }
      return try Claim(chosen.pointer, chosen.descriptor)
    }
  }

  /// Opens, sets the configuration if another is active, detaches a kernel driver, claims. A
  /// refused detaching is carried on from: the claim decides.
  private init(
    _ pointer: OpaquePointer, _ descriptor: libusb_device_descriptor
  ) throws(TransportFault) {
    var opened: OpaquePointer?
    let code = libusb_open(pointer, &opened)
    guard code == 0, let handle = opened else { throw TransportFault(opening: code) }
    var active: Int32 = 0
    if libusb_get_configuration(handle, &active) == 0, active != Self.configuration {
      libusb_set_configuration(handle, Self.configuration)
    }
    detachedDriver =
      libusb_kernel_driver_active(handle, Self.interface) == 1
      && libusb_detach_kernel_driver(handle, Self.interface) == 0
    let claimed = libusb_claim_interface(handle, Self.interface)
    guard claimed == 0 else {
      if detachedDriver { libusb_attach_kernel_driver(handle, Self.interface) }
      libusb_close(handle)
      throw TransportFault(opening: claimed)
    }
    self.handle = handle
    device = Bus.device(
      pointer, descriptor, serial: Bus.serialNumber(handle, descriptor))
  }

  /// Gives the interface, and the kernel driver its place, back.
  func release() {
    libusb_release_interface(handle, Self.interface)
    if detachedDriver { libusb_attach_kernel_driver(handle, Self.interface) }
    libusb_close(handle)
  }

  private static func shown(
    by pointer: OpaquePointer, _ descriptor: libusb_device_descriptor
  ) -> String? {
    var handle: OpaquePointer?
    guard libusb_open(pointer, &handle) == 0, let handle else { return nil }
    defer { libusb_close(handle) }
    return Bus.serialNumber(handle, descriptor)
  }

  private static func isDenied(_ pointer: OpaquePointer) -> Bool {
    var handle: OpaquePointer?
    let code = libusb_open(pointer, &handle)
    handle.map(libusb_close)
    return code == LIBUSB_ERROR_ACCESS.rawValue
  }
}

extension TransportFault {
  /// What a failed open or claim means.
  init(opening code: Int32) {
    switch code {
    case LIBUSB_ERROR_ACCESS.rawValue: self = .denied
    case LIBUSB_ERROR_BUSY.rawValue: self = .busy
    case LIBUSB_ERROR_NO_DEVICE.rawValue, LIBUSB_ERROR_NOT_FOUND.rawValue: self = .absent
    default: self = .failed(code: code)
    }
  }

  /// What a failed call on an open device means.
  init(calling code: Int32) {
    switch code {
    case LIBUSB_ERROR_NO_DEVICE.rawValue: self = .gone
    case LIBUSB_ERROR_TIMEOUT.rawValue: self = .timeout
    case LIBUSB_ERROR_PIPE.rawValue: self = .stalled
    case LIBUSB_ERROR_OVERFLOW.rawValue: self = .overflow
    default: self = .failed(code: code)
    }
  }
}
