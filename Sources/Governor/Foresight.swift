import Roaster

/// Runs a model of the roaster forward from the present, with a command applied.
public protocol Foresight: Sendable {
  /// What would come of it; it takes some milliseconds and waits for nobody.
  func rehearse(_ question: Rehearsal) -> Forecast
}

/// What is to be rehearsed.
public struct Rehearsal: Sendable {
  /// The command that is thought of.
  public let command: Command
  /// What was seen since the beans fell in, about once a second, the present last.
  public let past: [Sample]
  /// Green weight; nil where nobody has said it.
  public let grams: Double?
  /// How far to look.
  public let seconds: Double

  /// One moment of the roast so far.
  public struct Sample: Sendable {
    /// Since the roast began.
    public let seconds: Double
    public let bean: Celsius?
    public let infrared: Celsius?
    public let heater: Int
    public let fan: Int
    public let drum: Int

    /// A moment of these readings and levels.
    public init(
      seconds: Double, bean: Celsius?, infrared: Celsius?, heater: Int, fan: Int, drum: Int
    ) {
      self.seconds = seconds
      self.bean = bean
      self.infrared = infrared
      self.heater = heater
      self.fan = fan
      self.drum = drum
    }
  }

  /// A question of these parts.
  public init(command: Command, past: [Sample], grams: Double?, seconds: Double = 90) {
    self.command = command
    self.past = past
    self.grams = grams
    self.seconds = seconds
  }
}

/// What the model says.
public struct Forecast: Equatable, Sendable {
  /// Once a second from the present, the hottest of what was rehearsed.
  public let bean: [Double]
  public let infrared: [Double]
  /// The steepest BT on the way, in C/min.
  public let steepestRise: Double
  /// How far the model was from the readings of the last minute, in C; nil when there were none.
  public let misfit: Double?
  /// Why nothing can be said; nil when it can.
  public let problem: String?

  /// A forecast of these curves.
  public init(
    bean: [Double], infrared: [Double], steepestRise: Double, misfit: Double?,
    problem: String? = nil
  ) {
    self.bean = bean
    self.infrared = infrared
    self.steepestRise = steepestRise
    self.misfit = misfit
    self.problem = problem
  }

  /// That nothing can be said.
  public static func cannot(_ problem: String, misfit: Double? = nil) -> Forecast {
    Forecast(bean: [], infrared: [], steepestRise: 0, misfit: misfit, problem: problem)
  }

  /// The forecast as programs read it.
  public var json: JSON {
    .object([
      ("bean_celsius", .array(bean.map { .number(tenths($0)) })),
      ("ibts_celsius", .array(infrared.map { .number(tenths($0)) })),
      ("steepest_rise_celsius_per_minute", .number(tenths(steepestRise))),
      ("misfit_celsius", JSON(misfit.map(tenths))), ("problem", JSON(problem)),
    ])
  }
}

/// As many digits as a reading deserves.
func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }
