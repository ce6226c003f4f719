import Roaster

/// A roast as it is drawn, compared and kept: what was measured, second by second, and what
/// happened. Seconds count from the beginning of the roast and are negative before it.
public struct RoastCurve: Equatable, Sendable {
  /// Counted from 0 since listening began.
  public let batch: Int
  /// When second 0 was, on both clocks; nil when nobody knows.
  public let origin: Moment?
  /// How far apart samples are, unless something is missing.
  public let spacingSeconds: Double
  /// In the order of their times. A sample without values stands where a gap begins.
  public let samples: [Sample]
  /// States, landmarks, warnings and anomalies, in the order of their times. Level changes are
  /// seen in the samples.
  public let events: [Event]
  /// When the roast ended (Specs/machine.md M26); nil as long as it has not.
  public let endSeconds: Double?

  /// A curve of these samples and events. What has no finite time is left out.
  public init(
    batch: Int = 0, origin: Moment? = nil, spacingSeconds: Double = 1, samples: [Sample] = [],
    events: [Event] = [], endSeconds: Double? = nil
  ) {
    self.batch = batch
    self.origin = origin
    self.spacingSeconds = spacingSeconds
    self.samples = samples.filter { isKnown($0.seconds) }.sorted { $0.seconds < $1.seconds }
    self.events = events.filter { isKnown($0.seconds) }.sorted { $0.seconds < $1.seconds }
    self.endSeconds = endSeconds.flatMap { isKnown($0) ? $0 : nil }
  }

  /// Samples farther apart than this say nothing about the time between them.
  public var gapSeconds: Double { max(3, 3 * spacingSeconds) }
}

extension RoastCurve {
  /// What was measured at one time; nil where it is unknown.
  public struct Sample: Equatable, Sendable {
    /// From the beginning of the roast.
    public let seconds: Double
    public let bean: Celsius?
    /// The drum while it is empty, the beans while roasting.
    public let infrared: Celsius?
    /// Of the bean probe, by our own reckoning (Specs/machine.md M25).
    public let rateOfRise: CelsiusPerMinute?
    public let heater: Int?
    public let fan: Int?
    public let drum: Int?
    public let state: RoasterState?

    /// A sample; numbers that are none are unknown.
    public init(
      seconds: Double, bean: Celsius? = nil, infrared: Celsius? = nil,
      rateOfRise: CelsiusPerMinute? = nil, heater: Int? = nil, fan: Int? = nil, drum: Int? = nil,
      state: RoasterState? = nil
    ) {
      self.seconds = seconds
      self.bean = bean.flatMap { isKnown($0.degrees) ? $0 : nil }
      self.infrared = infrared.flatMap { isKnown($0.degrees) ? $0 : nil }
      self.rateOfRise = rateOfRise.flatMap { isKnown($0.degreesPerMinute) ? $0 : nil }
      self.heater = heater
      self.fan = fan
      self.drum = drum
      self.state = state
    }
  }

  /// Something that happened.
  public struct Event: Equatable, Sendable {
    /// The name of its kind, as in JSON and in the store.
    public let name: String
    public let category: RoastEvent.Category
    /// How it is known.
    public let source: RoastEvent.Source
    /// From the beginning of the roast.
    public let seconds: Double
    public let bean: Celsius?
    public let infrared: Celsius?

    /// An event of a kind that is known by its name.
    public init(
      name: String, category: RoastEvent.Category, source: RoastEvent.Source, seconds: Double,
      bean: Celsius? = nil, infrared: Celsius? = nil
    ) {
      self.name = name
      self.category = category
      self.source = source
      self.seconds = seconds
      self.bean = bean.flatMap { isKnown($0.degrees) ? $0 : nil }
      self.infrared = infrared.flatMap { isKnown($0.degrees) ? $0 : nil }
    }

    /// The landmark that it is, if it is one.
    public var landmark: Landmark? { Landmark.allCases.first { $0.name == name } }
  }
}

// MARK: - Looking things up

extension RoastCurve {
  /// Where a landmark is; nil when it was not seen.
  public subscript(landmark: Landmark) -> Event? { events.first { $0.name == landmark.name } }

  /// A value at a time, on the straight line between its neighbours; nil in a gap.
  public func value(_ path: (Sample) -> Double?, at seconds: Double) -> Double? {
    guard let next = samples.firstIndex(where: { $0.seconds >= seconds }) else {
      return samples.last.flatMap { seconds - $0.seconds <= gapSeconds ? path($0) : nil }
    }
    let after = samples[next]
    if after.seconds == seconds { return path(after) }
    guard next > 0 else { return after.seconds - seconds <= gapSeconds ? path(after) : nil }
    let before = samples[next - 1]
    guard after.seconds - before.seconds <= gapSeconds, let left = path(before),
      let right = path(after)
    else { return nil }
    return left + (right - left) * (seconds - before.seconds) / (after.seconds - before.seconds)
  }

  /// How long the roast has gone on: to its end, or to the last sample of it.
  public var roastedSeconds: Double? {
    endSeconds ?? samples.last { $0.state == .roasting && $0.seconds >= 0 }?.seconds
  }
}

// MARK: - Phases

extension RoastCurve {
  /// One of the three parts of a roast (Specs/machine.md M26).
  public struct Phase: Equatable, Sendable {
    public enum Name: String, CaseIterable, Sendable { case drying, maillard, development }

    public let name: Name
    /// From the beginning of the roast.
    public let begin: Double
    public let end: Double

    public var seconds: Double { end - begin }
  }

  /// The parts of the roast that are known. The last one goes on as long as the roast does; one
  /// whose beginning or end was not seen is left out.
  public var phases: [Phase] {
    guard let end = roastedSeconds else { return [] }
    let yellowing = self[.yellowing]?.seconds
    let crack = self[.firstCrack]?.seconds
    var phases: [Phase] = []
    if let yellowing {
      phases.append(Phase(name: .drying, begin: 0, end: yellowing))
      phases.append(Phase(name: .maillard, begin: yellowing, end: crack ?? end))
    } else if crack == nil {
      phases.append(Phase(name: .drying, begin: 0, end: end))
    }
    if let crack { phases.append(Phase(name: .development, begin: crack, end: end)) }
    return phases.filter { $0.seconds >= 0 }
  }
}

// MARK: - JSON

extension RoastCurve {
  /// The curve as programs read it: one array a value, all equally long.
  public var json: JSON {
    func column(_ path: (Sample) -> JSON) -> JSON { .array(samples.map(path)) }
    return .object([
      ("batch", JSON(batch)),
      ("began", JSON(origin?.wall.text)),
      ("ended_seconds", JSON(endSeconds.map { rounded($0, 3) })),
      ("seconds", column { JSON(rounded($0.seconds, 3)) }),
      (Field.bean.key, column { JSON(wire: $0.bean?.degrees) }),
      (Field.infrared.key, column { JSON(wire: $0.infrared?.degrees) }),
      (
        "rate_of_rise_celsius_per_minute",
        column { JSON($0.rateOfRise.map { rounded($0.degreesPerMinute, 2) }) }
      ),
      (Field.heater.key, column { JSON($0.heater) }),
      (Field.fan.key, column { JSON($0.fan) }),
      (Field.drum.key, column { JSON($0.drum) }),
      ("state_code", column { JSON($0.state.map { Int($0.code) }) }),
      ("events", .array(events.map(\.json))),
    ])
  }
}

extension RoastCurve.Event {
  var json: JSON {
    .object([
      ("event", JSON(name)),
      ("category", JSON(category.rawValue)),
      ("source", JSON(source.rawValue)),
      ("seconds", JSON(rounded(seconds, 3))),
      (Field.bean.key, JSON(wire: bean?.degrees)),
      (Field.infrared.key, JSON(wire: infrared?.degrees)),
    ])
  }
}

/// Whether a number is one that a roaster could mean.
private func isKnown(_ number: Double) -> Bool { number.isFinite && abs(number) < 1e6 }
