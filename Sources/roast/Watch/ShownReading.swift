import Roaster

/// A reading as a person sees it, whether it comes from the roaster or from the daemon. What is
/// unknown is nil.
struct ShownReading: Equatable {
  /// The state in words.
  var state: String
  var clockSeconds: Int?
  var bean: Celsius?
  var rateOfRise: CelsiusPerMinute?
  var infrared: Celsius?
  var exhaust: Celsius?
  var heater: Int?
  var fan: Int?
  var drum: Int?
  var fanSpeedRPM: Int?
  var mainsVolts: Int?
  var preheatTarget: Celsius?
  /// Values that cannot be true, and why where that is known.
  var suspect: [String]
}

extension ShownReading {
  /// What a status says; its rate of rise is the firmware's.
  init(_ status: Status) {
    self.init(
      state: status.stateText, clockSeconds: status.clockSeconds, bean: status.bean,
      rateOfRise: status.beanRateOfRise, infrared: status.infrared, exhaust: status.exhaust,
      heater: status.heater?.number, fan: status.fan?.number, drum: status.drum?.number,
      fanSpeedRPM: status.fanSpeedRPM, mainsVolts: status.mainsVolts,
      preheatTarget: status.preheatTarget,
      suspect: status.suspicion.all.fields.map { "\($0.key) \(status.reason(for: $0))" })
  }

  /// What a telemetry object of the API says; its rate of rise is our own.
  init(_ json: JSON) {
    func whole(_ field: Field) -> Int? { json.count(field.key) }
    func celsius(_ field: Field) -> Celsius? { json.fact(field.key).map(Celsius.init) }
    let code = json["state_code"]?.integerValue.flatMap(UInt8.init(exactly:))
    self.init(
      state: code.map { RoasterState(code: $0).text } ?? "--", clockSeconds: whole(.clock),
      bean: celsius(.bean),
      rateOfRise: json.fact("rate_of_rise_celsius_per_minute").map(CelsiusPerMinute.init),
      infrared: celsius(.infrared), exhaust: celsius(.exhaust), heater: whole(.heater),
      fan: whole(.fan), drum: whole(.drum), fanSpeedRPM: whole(.fanSpeed),
      mainsVolts: whole(.mains), preheatTarget: celsius(.preheatTarget),
      suspect: json["suspect"]?.arrayValue?.compactMap { $0.stringValue?.printable } ?? [])
  }
}

extension ShownReading {
  /// For a person, on one line; suspect values are named at its end.
  func text(in unit: TemperatureUnit) -> String {
    "\(state)  \(clockText)  BT \(temperature(bean, unit))  "
      + "RoR \(rate(rateOfRise, unit))  IBTS \(temperature(infrared, unit))  "
      + "exhaust \(temperature(exhaust, unit))  \(levelsText)  "
      + "fan \(Self.number(fanSpeedRPM)) rpm  \(Self.number(mainsVolts)) V  "
      + "preheat target \(temperature(preheatTarget, unit))" + suspectText
  }

  /// The roast clock.
  var clockText: String { clockSeconds.map(ClockText.minutes) ?? "--:--" }

  /// `P7 F2 D9`.
  var levelsText: String { "P\(Self.number(heater)) F\(Self.number(fan)) D\(Self.number(drum))" }

  var suspectText: String {
    suspect.isEmpty ? "" : "  suspect: " + suspect.joined(separator: ", ")
  }

  private static func number(_ value: Int?) -> String { value.map(String.init) ?? "--" }
}
