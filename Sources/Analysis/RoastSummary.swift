import Roaster

/// The figures that a roaster writes down of a roast.
public struct RoastSummary: Equatable, Sendable {
  /// Where a landmark is on the curve.
  public struct Point: Equatable, Sendable {
    /// From the beginning of the roast.
    public let seconds: Double
    public let bean: Celsius?
    public let infrared: Celsius?
    public let rateOfRise: CelsiusPerMinute?
  }

  /// One part of the roast.
  public struct Part: Equatable, Sendable {
    public let name: RoastCurve.Phase.Name
    public let seconds: Double
    /// Of the whole, 0 to 1.
    public let ratio: Double?
    /// What the bean probe rose by in it, for drying from the turning point on, over the time that
    /// took: the fall after charging is no rise.
    public let meanRateOfRise: CelsiusPerMinute?
  }

  /// From the beginning of the roast to its end, or to the last that was heard of it.
  public let duration: Double?
  /// Whether it ended.
  public let hasEnded: Bool
  public let charge: Point?
  public let turningPoint: Point?
  public let yellowing: Point?
  public let firstCrack: Point?
  public let firstCrackEnd: Point?
  public let secondCrack: Point?
  /// Where the beans left the drum; where the roast ended, if that was not seen.
  public let drop: Point?
  /// The phases that are known.
  public let parts: [Part]
  /// The steepest rise after the turning point.
  public let steepest: Point?
  public let gramsIn: Double?
  public let gramsOut: Double?

  /// The figures of a curve, and of the scale if the beans were weighed.
  public init(_ curve: RoastCurve, gramsIn: Double? = nil, gramsOut: Double? = nil) {
    duration = curve.roastedSeconds
    hasEnded = curve.endSeconds != nil
    charge = curve.point(.charged)
    turningPoint = curve.point(.turningPoint)
    yellowing = curve.point(.yellowing)
    firstCrack = curve.point(.firstCrack)
    firstCrackEnd = curve.point(.firstCrackEnd)
    secondCrack = curve.point(.secondCrack)
    drop = curve.point(.dropped) ?? curve.endSeconds.map { curve.point(at: $0) }
    parts = curve.phases.map { curve.part($0) }
    steepest = curve.steepest
    self.gramsIn = gramsIn.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    self.gramsOut = gramsOut.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
  }

  /// What of the beans went up the chimney, 0 to 1.
  public var weightLossRatio: Double? {
    guard let gramsIn, let gramsOut else { return nil }
    return (gramsIn - gramsOut) / gramsIn
  }

  /// The figures of a phase.
  public subscript(name: RoastCurve.Phase.Name) -> Part? { parts.first { $0.name == name } }
}

// MARK: - Reading the curve

extension RoastCurve {
  fileprivate func point(_ landmark: Landmark) -> RoastSummary.Point? {
    guard let event = self[landmark] else { return nil }
    return RoastSummary.Point(
      seconds: event.seconds, bean: event.bean, infrared: event.infrared,
      rateOfRise: rateOfRise(at: event.seconds))
  }

  fileprivate func point(at seconds: Double) -> RoastSummary.Point {
    RoastSummary.Point(
      seconds: seconds, bean: value({ $0.bean?.degrees }, at: seconds).map(Celsius.init),
      infrared: value({ $0.infrared?.degrees }, at: seconds).map(Celsius.init),
      rateOfRise: rateOfRise(at: seconds))
  }

  fileprivate func rateOfRise(at seconds: Double) -> CelsiusPerMinute? {
    value({ $0.rateOfRise?.degreesPerMinute }, at: seconds).map(CelsiusPerMinute.init)
  }

  fileprivate func part(_ phase: Phase) -> RoastSummary.Part {
    let begin =
      phase.name == .drying ? self[.turningPoint]?.seconds : phase.begin
    return RoastSummary.Part(
      name: phase.name, seconds: phase.seconds,
      ratio: roastedSeconds.flatMap { $0 > 0 ? phase.seconds / $0 : nil },
      meanRateOfRise: begin.flatMap { meanRise(from: $0, to: phase.end) })
  }

  private func meanRise(from begin: Double, to end: Double) -> CelsiusPerMinute? {
    guard end > begin, let low = bean(at: begin), let high = bean(at: end) else { return nil }
    return CelsiusPerMinute((high - low) / (end - begin) * 60)
  }

  /// What a landmark says of the bean probe, or else the samples.
  private func bean(at seconds: Double) -> Double? {
    let landmark = events.first { $0.landmark != nil && $0.seconds == seconds }
    return landmark?.bean?.degrees ?? value({ $0.bean?.degrees }, at: seconds)
  }

  fileprivate var steepest: RoastSummary.Point? {
    guard let turning = self[.turningPoint]?.seconds, let end = roastedSeconds else { return nil }
    let rising = samples.filter { $0.seconds > turning && $0.seconds <= end }
    let sample = rising.max {
      ($0.rateOfRise?.degreesPerMinute ?? -.infinity)
        < ($1.rateOfRise?.degreesPerMinute ?? -.infinity)
    }
    guard let sample, let rate = sample.rateOfRise else { return nil }
    return RoastSummary.Point(
      seconds: sample.seconds, bean: sample.bean, infrared: sample.infrared, rateOfRise: rate)
  }
}

// MARK: - For programs

extension RoastSummary {
  /// The figures as programs read them: Celsius, seconds, grams; null where unknown.
  public var json: JSON {
    let figures: [(key: String, value: JSON)] = [
      ("duration_seconds", JSON(duration.map { rounded($0, 2) })),
      ("ended", .bool(hasEnded)),
    ]
    let points: [(key: String, value: Point?)] = [
      ("charge", charge), ("turning_point", turningPoint), ("yellowing", yellowing),
      ("first_crack", firstCrack), ("first_crack_end", firstCrackEnd),
      ("second_crack", secondCrack), ("drop", drop), ("steepest_rise", steepest),
    ]
    let phases = RoastCurve.Phase.Name.allCases.map { name -> (key: String, value: JSON) in
      (name.rawValue, self[name]?.json ?? .null)
    }
    let weights: [(key: String, value: JSON)] = [
      ("grams_in", JSON(gramsIn)),
      ("grams_out", JSON(gramsOut)),
      ("weight_loss_ratio", JSON(weightLossRatio.map { rounded($0, 4) })),
    ]
    return .object(
      figures + points.map { ($0.key, $0.value?.json ?? .null) } + [("phases", .object(phases))]
        + weights)
  }
}

extension RoastSummary.Point {
  fileprivate var json: JSON {
    .object([
      ("seconds", JSON(rounded(seconds, 2))),
      (Field.bean.key, JSON(bean.map { rounded($0.degrees, 2) })),
      (Field.infrared.key, JSON(infrared.map { rounded($0.degrees, 2) })),
      (
        "rate_of_rise_celsius_per_minute",
        JSON(rateOfRise.map { rounded($0.degreesPerMinute, 2) })
      ),
    ])
  }
}

extension RoastSummary.Part {
  fileprivate var json: JSON {
    .object([
      ("seconds", JSON(rounded(seconds, 2))),
      ("ratio", JSON(ratio.map { rounded($0, 4) })),
      (
        "mean_rate_of_rise_celsius_per_minute",
        JSON(meanRateOfRise.map { rounded($0.degreesPerMinute, 2) })
      ),
    ])
  }
}
