import Roaster

/// What the shadow thinks comes next, and how sure it is.
public struct Outlook: Equatable, Sendable {
  /// The expected readings of one moment.
  public struct Mean: Equatable, Sendable {
    /// Roast second.
    public var seconds: Double
    public var bean: Double
    public var infrared: Double

    /// These readings at a roast second.
    public init(seconds: Double, bean: Double, infrared: Double) {
      self.seconds = seconds
      self.bean = bean
      self.infrared = infrared
    }
  }

  /// One moment. A band is the half width that holds nine readings in ten.
  public struct Point: Equatable, Sendable {
    /// Roast second.
    public var seconds: Double
    public var bean: Double
    public var beanBand: Double
    public var infrared: Double
    public var infraredBand: Double
    /// Rise of BT in C/min.
    public var rise: Double
    public var riseBand: Double
  }

  /// When something is expected, and between which moments it is in nine roasts of ten.
  public struct Moment: Equatable, Sendable {
    /// Roast second.
    public var seconds: Double
    public var earliest: Double
    /// Nil when it may be later than the outlook reaches.
    public var latest: Double?

    public var json: JSON {
      .object([
        ("seconds", .number(seconds.rounded())), ("earliest", .number(earliest.rounded())),
        ("latest", JSON(latest.map { $0.rounded() })),
      ])
    }
  }

  /// From now on.
  public let points: [Point]
  /// Whether any of it means something.
  public let trust: Trust

  /// When BT rises to a temperature, after the turning point; nil when it does not as far as is seen.
  ///
  /// `deviation` is how unsure the temperature itself is (one sd).
  public func time(bean celsius: Double, deviation: Double = 0) -> Moment? {
    // The first low: after the last heat of a roast BT may fall again, and lower.
    var turning = points.startIndex
    while turning + 1 < points.count, points[turning + 1].bean < points[turning].bean {
      turning += 1
    }
    let rising = points[turning...]
    func first(_ sign: Double) -> Double? {
      let reached = { (point: Point) -> Double in
        let doubt = 1.645 * deviation
        return point.bean + sign * (point.beanBand * point.beanBand + doubt * doubt).squareRoot()
      }
      guard let index = rising.firstIndex(where: { reached($0) >= celsius }) else { return nil }
      guard index > rising.startIndex else { return rising[index].seconds }
      let (before, after) = (rising[index - 1], rising[index])
      let share = (celsius - reached(before)) / (reached(after) - reached(before))
      return before.seconds + share * (after.seconds - before.seconds)
    }
    guard let seconds = first(0) else { return nil }
    return Moment(seconds: seconds, earliest: min(first(1) ?? seconds, seconds), latest: first(-1))
  }

  /// As programs read it.
  public var json: JSON {
    .object([
      ("trust", .string(trust.code)),
      ("points", .array(points.map(\.json))),
    ])
  }
}

extension Outlook.Point {
  /// As programs read it.
  public var json: JSON {
    .object([
      ("t_s", .number(seconds)), ("bean_celsius", .number(tenths(bean))),
      ("bean_band", .number(tenths(beanBand))), ("ibts_celsius", .number(tenths(infrared))),
      ("ibts_band", .number(tenths(infraredBand))),
      ("rise_celsius_per_minute", .number(tenths(rise))),
      ("rise_band", .number(tenths(riseBand))),
    ])
  }
}

/// As many digits as a reading deserves.
private func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }
