import Roaster

extension RoastCurve {
  /// The curve that `json` tells of; what it does not tell is unknown.
  public init(json: JSON) {
    func column(_ key: String) -> [JSON] { json[key]?.arrayValue ?? [] }
    let (bean, infrared) = (column(Field.bean.key), column(Field.infrared.key))
    let rise = column("rate_of_rise_celsius_per_minute")
    let (heater, fan, drum) = (
      column(Field.heater.key), column(Field.fan.key), column(Field.drum.key)
    )
    let states = column("state_code")
    func value<Value>(_ column: [JSON], _ row: Int, _ read: (JSON) -> Value?) -> Value? {
      column.indices.contains(row) ? read(column[row]) : nil
    }
    let level = { (value: JSON) in
      value.integerValue.flatMap { (0...12).contains($0) ? Int($0) : nil }
    }
    let samples = column("seconds").enumerated().compactMap { row, json -> Sample? in
      guard let seconds = json.numberValue else { return nil }
      return Sample(
        seconds: seconds, bean: value(bean, row, \.numberValue).map(Celsius.init),
        infrared: value(infrared, row, \.numberValue).map(Celsius.init),
        rateOfRise: value(rise, row, \.numberValue).map(CelsiusPerMinute.init),
        heater: value(heater, row, level), fan: value(fan, row, level),
        drum: value(drum, row, level),
        state: value(states, row, \.integerValue).flatMap(UInt8.init(exactly:))
          .map(RoasterState.init(code:)))
    }
    self.init(
      samples: samples, events: column("events").compactMap(Event.init(json:)),
      endSeconds: json["ended_seconds"]?.numberValue)
  }
}

extension RoastCurve.Event {
  fileprivate init?(json: JSON) {
    guard let name = json["event"]?.stringValue,
      let category = json["category"]?.stringValue.flatMap(RoastEvent.Category.init(rawValue:)),
      let source = json["source"]?.stringValue.flatMap(RoastEvent.Source.init(rawValue:)),
      let seconds = json["seconds"]?.numberValue
    else { return nil }
    self.init(
      name: name, category: category, source: source, seconds: seconds,
      bean: json[Field.bean.key]?.numberValue.map(Celsius.init),
      infrared: json[Field.infrared.key]?.numberValue.map(Celsius.init))
  }
}
