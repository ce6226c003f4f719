/// What one status frame says, judged: a value that cannot be true is nil and listed in
/// `suspicion`; nothing is guessed and nothing is carried over from an earlier frame.
public struct Status: Equatable, Sendable {
  /// Whether the first half was a status. When it was another message (about every 15 s while not
  /// roasting), every value of the first half is nil, and nothing is wrong (Specs/wire.md W8).
  public let isValid: Bool
  public let state: RoasterState?
  /// The roast clock.
  public let clockSeconds: Int?
  public let bean: Celsius?
  /// The firmware's own rate of rise, over its last 10 s.
  public let beanRateOfRise: CelsiusPerMinute?
  /// The infrared sensor: the drum while empty, the beans while roasting.
  public let infrared: Celsius?
  /// Exhaust air; units without that probe report nonsense, so no decision rests on it.
  public let exhaust: Celsius?
  /// Unverified: a temperature at the infrared sensor's board.
  public let infraredBoard: Celsius?
  /// Unverified: the control board.
  public let controlBoard: Celsius?
  public let heater: HeaterLevel?
  public let fan: FanLevel?
  public let drum: DrumLevel?
  public let fanSpeedRPM: Int?
  public let mainsVolts: Int?
  /// Unverified.
  public let coilFan1Percent: Int?
  /// Unverified.
  public let coilFan2Percent: Int?
  public let preheatTarget: Celsius?
  /// Which values are nil because they cannot be true, and why.
  public let suspicion: Suspicion

  /// Judges every field of a frame.
  @inline(__always)
  public init(_ frame: StatusFrame) {
    self.init(WireStatus(frame))
  }

  /// Judges every field by the plausible ranges of the protocol note (Specs/wire.md W11).
  @inline(__always)
  public init(_ wire: WireStatus) {
    var suspicion = Suspicion()
    coilFan2Percent = suspicion.plausible(Int(wire.coilFan2), .coilFan2, 0...100)
    preheatTarget = suspicion.plausible(Int(wire.preheatTarget), .preheatTarget, 0...350)
      .map { Celsius(Double($0)) }
    isValid = wire.validity == WireStatus.validMark
    guard isValid else {
      state = nil
      clockSeconds = nil
      bean = nil
      beanRateOfRise = nil
      infrared = nil
      exhaust = nil
      infraredBoard = nil
      controlBoard = nil
      heater = nil
      fan = nil
      drum = nil
      fanSpeedRPM = nil
      mainsVolts = nil
      coilFan1Percent = nil
      self.suspicion = suspicion
      return
    }
    let state = RoasterState(code: wire.state)
    self.state = state
    let seconds = suspicion.plausible(Int(wire.clockSeconds), .clock, 0...59)
    clockSeconds = seconds.map { Int(wire.clockMinutes) * 60 + $0 }
    bean = suspicion.plausible(wire.bean, .bean, -5...350).map(Celsius.init)
    beanRateOfRise = suspicion.plausible(wire.beanRateOfRise, .beanRateOfRise, -200...200)
      .map(CelsiusPerMinute.init)
    if state == .roasting, wire.infrared == Self.infraredPlaceholder, wire.clockMinutes == 0,
      wire.clockSeconds <= Self.placeholderClockSeconds
    {
      infrared = nil
      suspicion.placeholder.insert(FieldSet(.infrared))
    } else {
      infrared = suspicion.plausible(wire.infrared, .infrared, 0...400).map(Celsius.init)
    }
    exhaust = suspicion.plausible(wire.exhaust, .exhaust, -20...300).map(Celsius.init)
    infraredBoard = suspicion.plausible(wire.infraredBoard, .infraredBoard, -20...150)
      .map(Celsius.init)
    controlBoard = suspicion.plausible(wire.controlBoard, .controlBoard, -20...150)
      .map(Celsius.init)
    heater = suspicion.judged(HeaterLevel(Int(wire.heater)), .heater)
    fan = suspicion.judged(FanLevel(Int(wire.fan)), .fan)
    drum = suspicion.judged(DrumLevel(Int(wire.drum)), .drum)
    fanSpeedRPM = suspicion.plausible(Int(wire.fanSpeed), .fanSpeed, 0...4000)
    mainsVolts = suspicion.plausible(Int(wire.mainsVolts), .mains, 80...260)
    coilFan1Percent = suspicion.plausible(Int(wire.coilFan1), .coilFan1, 0...100)
    self.suspicion = suspicion
  }

  /// What the firmware writes over the infrared value when a roast begins.
  static let infraredPlaceholder: Float = 25
  /// It does so for about 4 s; the clock may be read a second late.
  static let placeholderClockSeconds: UInt8 = 5
}

extension Suspicion {
  @inline(__always)
  mutating func plausible(_ value: Float, _ field: Field, _ range: ClosedRange<Float>) -> Double? {
    if range.contains(value) { return Double(value) }
    if value.isFinite {
      implausible.insert(FieldSet(field))
    } else {
      notFinite.insert(FieldSet(field))
    }
    return nil
  }

  @inline(__always)
  mutating func plausible(_ value: Int, _ field: Field, _ range: ClosedRange<Int>) -> Int? {
    judged(range.contains(value) ? value : nil, field)
  }

  mutating func judged<Value>(_ value: Value?, _ field: Field) -> Value? {
    if value == nil { implausible.insert(FieldSet(field)) }
    return value
  }
}
