import Roaster

/// Something about a roast that a roaster would want to know before the next one
/// (Specs/analysis.md).
public struct RoastFinding: Equatable, Sendable {
  /// What it is. The names stay: programs compare with them.
  public enum Code: String, CaseIterable, Sendable {
    /// The drum was far too hot when the beans came.
    case chargeHot = "charge_hot"
    /// Early on the infrared sensor saw far more than the probe did.
    case surfaceHot = "surface_hot"
    /// The beans rose faster than beans take.
    case riseSteep = "rise_steep"
    /// The rate of rise climbed after its peak, before first crack.
    case rateSpike = "rate_spike"
    /// Before first crack the beans all but stopped rising.
    case stall
    /// The beans no longer rose during development.
    case developmentStall = "development_stall"
    /// The rate of rise fell steeply around first crack.
    case crash
    /// The rate of rise climbed again after first crack.
    case flick
    /// From yellowing to the drop it went slowly all along.
    case baked
    case developmentShort = "development_short"
    case developmentLong = "development_long"
    /// Readings are missing: nothing is judged there.
    case readingsMissing = "readings_missing"
    /// A command did not do what it should.
    case commandFailed = "command_failed"
    /// Commands were refused.
    case commandRefused = "command_refused"
  }

  /// How much it matters.
  public enum Severity: String, CaseIterable, Sendable {
    /// To be known.
    case note
    /// To be tasted for.
    case caution
    /// To be done otherwise next time.
    case warning
  }

  /// A number that belongs to it; the unit ends the name.
  public enum Figure: String, CaseIterable, Sendable {
    case fromRise = "from_celsius_per_minute"
    case toRise = "to_celsius_per_minute"
    case rise = "rate_of_rise_celsius_per_minute"
    case limitRise = "limit_celsius_per_minute"
    case infrared = "ibts_celsius"
    case limit = "limit_celsius"
    case excess = "excess_celsius"
    case seconds = "lasted_seconds"
    case ratio
    case limitRatio = "limit_ratio"
    case heaterFrom = "heater_level_from"
    case heaterTo = "heater_level_to"
    case fanFrom = "fan_level_from"
    case fanTo = "fan_level_to"
    case count
  }

  public let code: Code
  public let severity: Severity
  /// Where it begins, from the beginning of the roast.
  public let seconds: Double
  /// Where it ends; the same second for what has no length.
  public let endSeconds: Double
  /// In the order in which they were given.
  public let figures: [(figure: Figure, value: Double)]

  /// A finding. Figures that are no numbers are left out.
  public init(
    _ code: Code, _ severity: Severity, seconds: Double, endSeconds: Double? = nil,
    figures: [(figure: Figure, value: Double?)] = []
  ) {
    self.code = code
    self.severity = severity
    self.seconds = rounded(seconds, 1)
    self.endSeconds = rounded(endSeconds ?? seconds, 1)
    self.figures = figures.compactMap { figure, value in
      guard let value, value.isFinite else { return nil }
      return (figure, rounded(value, figure == .ratio || figure == .limitRatio ? 4 : 2))
    }
  }

  /// One of its numbers.
  public subscript(figure: Figure) -> Double? { figures.first { $0.figure == figure }?.value }

  /// The same to the last figure.
  public static func == (left: RoastFinding, right: RoastFinding) -> Bool {
    left.json == right.json
  }
}

extension RoastFinding {
  /// The finding as programs read it.
  public var json: JSON { json(in: .celsius) }

  /// The same with its text in a person's unit; the figures are Celsius always.
  public func json(in unit: TemperatureUnit) -> JSON {
    .object([
      ("code", .string(code.rawValue)), ("severity", .string(severity.rawValue)),
      ("seconds", JSON(seconds)), ("end_seconds", JSON(endSeconds)),
      ("figures", .object(figures.map { ($0.figure.rawValue, JSON($0.value)) })),
      ("text", .string(text(in: unit))), ("advice", .string(advice)),
    ])
  }

  /// A finding that was written down; nil for one that this program does not know.
  public init?(json: JSON) {
    guard let code = json["code"]?.stringValue.flatMap(Code.init(rawValue:)),
      let severity = json["severity"]?.stringValue.flatMap(Severity.init(rawValue:)),
      let seconds = json["seconds"]?.numberValue
    else { return nil }
    self.init(
      code, severity, seconds: seconds, endSeconds: json["end_seconds"]?.numberValue,
      figures: (json["figures"]?.members ?? []).compactMap { key, value in
        Figure(rawValue: key).map { ($0, value.numberValue) }
      })
  }
}
