extension RoastEvent {
  /// The event that JSON tells of, as `json` writes it; nil when it tells of none. Members that it
  /// does not know are nothing to it.
  public init?(json: JSON) {
    guard let kind = Kind(json: json),
      let batch = json["batch"]?.integerValue.flatMap(Int.init(exactly:)),
      let change = json["change"]?.stringValue.flatMap(Change.init(rawValue:)),
      let source = json["source"]?.stringValue.flatMap(Source.init(rawValue:)),
      let at = json["at_monotonic_ns"]?.integerValue,
      let announced = json["announced"]?.stringValue.flatMap(WallTime.init(text:)),
      let announcedMonotonic = json["announced_monotonic_ns"]?.integerValue
    else { return nil }
    self.init(
      kind: kind, batch: batch, change: change, source: source,
      at: MonotonicTime(nanoseconds: at),
      announced: Moment(
        monotonic: MonotonicTime(nanoseconds: announcedMonotonic), wall: announced),
      roastSeconds: json.fact("roast_seconds"),
      bean: json.fact(Field.bean.key).map(Celsius.init),
      infrared: json.fact(Field.infrared.key).map(Celsius.init),
      gapSeconds: json.fact("gap_seconds"))
  }
}

extension RoastEvent.Kind {
  fileprivate init?(json: JSON) {
    switch json["event"]?.stringValue {
    case "observing":
      guard let state = json.state("state_code") else { return nil }
      self = .observing(state)
    case "unlisted_transition":
      guard let from = json.state("from_state_code"), let to = json.state("to_state_code") else {
        return nil
      }
      self = .unlistedTransition(from: from, to: to)
    case "level_changed":
      guard let change = LevelChange(json: json) else { return nil }
      self = .levelChanged(change)
    case "anomaly":
      guard let anomaly = Anomaly(json: json) else { return nil }
      self = .anomaly(anomaly)
    case let name:
      guard let kind = Self.plain.first(where: { $0.name == name }) else { return nil }
      self = kind
    }
  }

  /// The kinds that have nothing more to say.
  private static let plain: [Self] = [
    .preheatStarted, .stabilising, .ready, .roastBegan, .charged, .turningPoint, .yellowing,
    .firstCrack, .firstCrackEnd, .secondCrack, .ending, .cooling, .dropped, .shuttingDown, .off,
    .beansNotCharged, .beansStillInDrum,
  ]
}

extension LevelChange {
  fileprivate init?(json: JSON) {
    guard let name = json["control"]?.stringValue,
      let control = Control.allCases.first(where: { $0.name == name }),
      let from = json.whole("from_level"), let to = json.whole("to_level"),
      let at = json["at_monotonic_ns"]?.integerValue
    else { return nil }
    self.init(
      control: control, from: from, to: to, at: MonotonicTime(nanoseconds: at),
      origin: json["origin"]?.stringValue.flatMap(Origin.init(rawValue:)),
      isDoubled: json["doubled"]?.boolValue ?? false)
  }
}

extension Anomaly {
  fileprivate init?(json: JSON) {
    switch json["anomaly"]?.stringValue {
    case "clock_backwards":
      guard let from = json.whole("from_clock_seconds"), let to = json.whole("to_clock_seconds")
      else { return nil }
      self = .clockBackwards(from: from, to: to)
    case "readings_frozen":
      guard let seconds = json.fact("frozen_seconds"),
        let heater = json.whole("heater_level").flatMap(HeaterLevel.init)
      else { return nil }
      self = .readingsFrozen(seconds: seconds, heater: heater)
    case "impossible_jump":
      guard let name = json["sensor"]?.stringValue,
        let sensor = [Sensor.bean, .infrared].first(where: { $0.name == name }),
        let from = json.fact("from_celsius"), let to = json.fact("to_celsius"),
        let seconds = json.fact("within_seconds")
      else { return nil }
      self = .impossibleJump(
        sensor: sensor, from: Celsius(from), to: Celsius(to), seconds: seconds)
    case "probe_open":
      self = .probeOpen(reading: json.fact("reading_celsius").map(Celsius.init))
    default: return nil
    }
  }
}

extension JSON {
  /// A number that the machine could mean.
  fileprivate func fact(_ key: String) -> Double? {
    self[key]?.numberValue.flatMap { abs($0) < 1e9 ? $0 : nil }
  }

  fileprivate func whole(_ key: String) -> Int? {
    self[key]?.integerValue.flatMap { abs($0) < 1_000_000 ? Int($0) : nil }
  }

  fileprivate func state(_ key: String) -> RoasterState? {
    self[key]?.integerValue.flatMap(UInt8.init(exactly:)).map(RoasterState.init(code:))
  }
}
