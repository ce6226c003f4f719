/// The boundary between the house and a roaster: it carries bytes, and tells the time they take.
///
/// USB, the twin and a replay stand behind it. Time belongs here because a simulated read consumes
/// simulated time: whoever carries the bytes is the only one who knows how long that took.
/// One task uses a transport at a time.
public protocol Transport: AnyObject, Sendable {
  /// What both clocks show now.
  var now: Moment { get }

  /// Finds a roaster, opens and claims it. `serial` selects by the serial number that the device
  /// shows on the bus, `skipping` passes over the first so many that match.
  func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device

  /// Sends exactly these bytes, once; fewer taken is `shortWrite`, and nothing is sent again.
  func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault)

  /// Reads what one IN transfer brings, at most `count` bytes.
  func receive(_ count: Int, timeoutMilliseconds: Int) async throws(TransportFault) -> [UInt8]

  /// Ends the stall that was reported last.
  func clearStall() async throws(TransportFault)

  /// Gives the device back; harmless when none is open.
  func close() async

  /// Waits until `deadline`, or until a roaster appears on the bus if `orArrival` is set, or until
  /// the task is cancelled, whichever is first.
  func wait(until deadline: MonotonicTime, orArrival: Bool) async
}

/// Why bytes could not be carried.
public enum TransportFault: Error, Hashable, Sendable {
  /// No roaster on the bus.
  case absent
  /// A machine that speaks another protocol, such as the R2.
  case unsupported(product: UInt16)
  /// Another program holds it.
  case busy
  /// This user may not open it.
  case denied
  /// Nothing came within the time allowed.
  case timeout
  /// The endpoint is halted.
  case stalled
  /// More came than was asked for.
  case overflow
  /// The device took only some of the bytes.
  case shortWrite(taken: Int)
  /// It was unplugged.
  case gone
  /// There will be no more: the recording is at its end, or we were asked to stop.
  case ended
  /// Anything else, by the number the library gives it.
  case failed(code: Int32)
}

/// A roaster on the bus.
public struct Device: Hashable, Sendable {
  /// The maker's USB identity.
  public static let vendor: UInt16 = 0x0483
  /// First boards, and revision 3 boards with the infrared sensor.
  public static let products: [UInt16] = [0x5741, 0xA27E]
  /// The R2, which speaks another protocol.
  public static let unsupportedProducts: [UInt16] = [0xA4CD]

  public var product: UInt16
  /// The serial number on the bus; it need not be the machine's own.
  public var serial: String?
  /// Where on the bus: for people, and for finding who holds it.
  public var bus: UInt8
  public var address: UInt8

  /// A roaster at a place on the bus.
  public init(product: UInt16, serial: String?, bus: UInt8, address: UInt8) {
    self.product = product
    self.serial = serial
    self.bus = bus
    self.address = address
  }
}
