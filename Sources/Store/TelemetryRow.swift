import CSQLite
import Roaster

/// The row of one poll, and the way back.
enum TelemetryRow {
  static let insert = """
    INSERT INTO telemetry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, \
    ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
    """

  static func bind(
    _ id: Int64, _ point: Telemetry, _ rateOfRise: CelsiusPerMinute?, run: Int64,
    to row: Statement
  ) {
    let status = point.status
    row.bind(1, id)
    row.bind(2, run)
    row.bind(3, Int64(bitPattern: point.sequence))
    row.bind(4, point.moment.wall.milliseconds)
    row.bind(5, point.moment.monotonic.nanoseconds)
    row.bind(6, status.state.map { Int64($0.code) })
    row.bind(7, status.bean?.degrees)
    row.bind(8, status.infrared?.degrees)
    row.bind(9, rateOfRise?.degreesPerMinute)
    row.bind(10, status.heater?.number)
    row.bind(11, status.fan?.number)
    row.bind(12, status.drum?.number)
    row.bind(13, status.clockSeconds)
    row.bind(14, status.beanRateOfRise?.degreesPerMinute)
    row.bind(15, status.exhaust?.degrees)
    row.bind(16, status.infraredBoard?.degrees)
    row.bind(17, status.controlBoard?.degrees)
    row.bind(18, status.fanSpeedRPM)
    row.bind(19, status.mainsVolts)
    row.bind(20, status.coilFan1Percent)
    row.bind(21, status.coilFan2Percent)
    row.bind(22, status.preheatTarget?.degrees)
    row.bind(23, status.suspicion.bits)
  }

  /// What `telemetry` reads: a row with the frame at its end, if that is kept.
  static let columns = """
    t.sequence, t.at_ms, t.monotonic_ns, t.state_code, t.bean_celsius, t.ibts_celsius, \
    t.heater_level, t.fan_level, t.drum_level, t.clock_seconds, t.bean_ror_celsius_per_minute, \
    t.exhaust_celsius, t.ir_celsius, t.pcb_celsius, t.fan_rpm, t.mains_volts, \
    t.coil_fan_1_percent, t.coil_fan_2_percent, t.preheat_target_celsius, t.suspicion, f.bytes
    """

  /// The poll of a row of `columns`: with its own bytes if they are kept, else with bytes that are
  /// judged the same.
  static func telemetry(_ row: Statement) -> Telemetry {
    Telemetry(
      sequence: UInt64(bitPattern: row.integer(0)),
      moment: row.instant(wall: 1, monotonic: 2),
      frame: row.withBytes(20) { StatusFrame(copying: $0) } ?? wire(row).frame)
  }

  private static func wire(_ row: Statement) -> WireStatus {
    let suspicion = Suspicion(bits: row.integer(19))
    func number(_ column: Int32, _ field: Field) -> Float {
      if let value = row.double(column) { return Float(value) }
      if suspicion.placeholder.contains(field) { return placeholder }
      return suspicion.notFinite.contains(field) ? .nan : impossible
    }
    func whole<Number: FixedWidthInteger>(_ column: Int32, _ unknown: Number) -> Number {
      row.int(column).flatMap { Number(exactly: $0) } ?? unknown
    }
    var wire = WireStatus()
    wire.coilFan2 = whole(17, -1)
    wire.preheatTarget = row.double(18).flatMap { UInt16(exactly: $0) } ?? .max
    guard let state = row.int(3) else {
      wire.validity = 0
      return wire
    }
    wire.state = UInt8(truncatingIfNeeded: state)
    wire.bean = number(4, .bean)
    wire.infrared = number(5, .infrared)
    (wire.heater, wire.fan, wire.drum) = (whole(6, .max), whole(7, .max), whole(8, .max))
    let clock = row.int(9)
    wire.clockMinutes = UInt8(truncatingIfNeeded: (clock ?? 0) / 60)
    wire.clockSeconds = clock.flatMap { UInt8(exactly: $0 % 60) } ?? .max
    wire.beanRateOfRise = number(10, .beanRateOfRise)
    wire.exhaust = number(11, .exhaust)
    wire.infraredBoard = number(12, .infraredBoard)
    wire.controlBoard = number(13, .controlBoard)
    (wire.fanSpeed, wire.mainsVolts, wire.coilFan1) = (whole(14, -1), whole(15, -1), whole(16, -1))
    return wire
  }

  /// What the firmware writes over the infrared value when a roast begins (Specs/wire.md W12).
  private static let placeholder: Float = 25
  /// Outside every range.
  private static let impossible: Float = 1e6
}

extension Suspicion {
  /// A bit a field in 16 bits each: not a number, implausible, placeholder.
  var bits: Int64 {
    Int64(notFinite.rawValue) | Int64(implausible.rawValue) << 16
      | Int64(placeholder.rawValue) << 32
  }

  init(bits: Int64) {
    self.init()
    notFinite = FieldSet(rawValue: UInt32(bits & 0xFFFF))
    implausible = FieldSet(rawValue: UInt32(bits >> 16 & 0xFFFF))
    placeholder = FieldSet(rawValue: UInt32(bits >> 32 & 0xFFFF))
  }
}
