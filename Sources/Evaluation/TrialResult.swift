import Analysis
import Governor
import Roaster

/// A judged trial, as it is kept, merged and shown.
public struct TrialResult: Equatable, Sendable {
  /// The curve as it is drawn: a point every ten seconds.
  public struct Line: Equatable, Sendable {
    public var seconds: [Int]
    /// Tenths of a degree are what the wire has.
    public var bean: [Double?]
    public var infrared: [Double?]
    public var heater: [Int?]
    public var fan: [Int?]
  }

  /// What became of what the pilot proposed.
  public struct Commands: Equatable, Sendable {
    public var made = 0
    public var done = 0
    public var refused = 0
    public var failed = 0
    /// The rules that spoke against them, sorted.
    public var rules: [String] = []
  }

  public let golden: String
  public let number: Int
  public let seed: UInt64
  public let pilot: PilotKind
  public let judgement: Judgement
  public let commands: Commands
  /// Where the roast ended; nil where there was none.
  public let dropSeconds: Double?
  /// Only of the first few trials of a case: curves are most of a file.
  public let line: Line?

  /// So many trials of a case keep their curve.
  static let drawn = 3
  static let spacing = 10

  /// What was seen of a trial, judged.
  public init(_ trial: Trial, _ record: TrialRecord) {
    golden = trial.golden.name
    number = trial.number
    seed = trial.seed
    pilot = trial.pilot
    judgement = Judgement(record, trial.golden)
    commands = Commands(record.commands)
    dropSeconds = record.curve?.endSeconds.map(thousandths)
    line = trial.number < Self.drawn ? record.curve.flatMap(Line.init) : nil
  }

  public var isPassed: Bool { judgement.isPassed }

  /// Mean distance from the course, in C.
  public var courseError: Double? {
    judgement.measures.first { $0.name == "course_error_celsius" }?.got
  }
}

extension TrialResult.Commands {
  fileprivate init(_ orders: [TrialRecord.Order]) {
    made = orders.count
    done = orders.count { $0.state == .completed }
    refused = orders.count { $0.state == .rejected }
    failed = orders.count { $0.state == .failed }
    rules = Set(orders.flatMap { $0.rules.map(\.rawValue) }).sorted()
  }

  fileprivate var json: JSON {
    .object([
      ("made", JSON(made)), ("done", JSON(done)), ("refused", JSON(refused)),
      ("failed", JSON(failed)), ("rules", .array(rules.map(JSON.string))),
    ])
  }

  fileprivate init?(_ json: JSON) {
    func count(_ key: String) -> Int? { json[key]?.integerValue.map(Int.init) }
    guard let made = count("made"), let done = count("done"), let refused = count("refused"),
      let failed = count("failed"), let rules = json["rules"]?.texts
    else { return nil }
    (self.made, self.done, self.refused, self.failed) = (made, done, refused, failed)
    self.rules = rules
  }
}

extension TrialResult.Line {
  fileprivate init?(_ curve: RoastCurve) {
    guard let end = curve.roastedSeconds else { return nil }
    let wanted = curve.samples.filter { $0.seconds >= 0 && $0.seconds <= end }
    var next = 0.0
    var points: [RoastCurve.Sample] = []
    for sample in wanted where sample.seconds >= next {
      points.append(sample)
      next =
        (sample.seconds / Double(TrialResult.spacing)).rounded(.down)
        * Double(TrialResult.spacing) + Double(TrialResult.spacing)
    }
    if let last = wanted.last, points.last != last { points.append(last) }
    func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    seconds = points.map { Int($0.seconds.rounded()) }
    bean = points.map { $0.bean.map { tenths($0.degrees) } }
    infrared = points.map { $0.infrared.map { tenths($0.degrees) } }
    heater = points.map(\.heater)
    fan = points.map(\.fan)
  }

  fileprivate var json: JSON {
    .object([
      ("seconds", .array(seconds.map { JSON($0) })),
      ("bean_celsius", .array(bean.map { JSON($0) })),
      ("ibts_celsius", .array(infrared.map { JSON($0) })),
      ("heater", .array(heater.map { JSON($0) })), ("fan", .array(fan.map { JSON($0) })),
    ])
  }

  fileprivate init?(_ json: JSON) {
    func whole(_ key: String) -> [Int?]? {
      json[key]?.arrayValue?.map { $0.integerValue.map(Int.init) }
    }
    func number(_ key: String) -> [Double?]? { json[key]?.arrayValue?.map(\.numberValue) }
    guard let seconds = whole("seconds")?.compactMap({ $0 }), let bean = number("bean_celsius"),
      let infrared = number("ibts_celsius"), let heater = whole("heater"), let fan = whole("fan"),
      [bean.count, infrared.count, heater.count, fan.count].allSatisfy({ $0 == seconds.count })
    else { return nil }
    self.init(seconds: seconds, bean: bean, infrared: infrared, heater: heater, fan: fan)
  }
}

// MARK: - JSON

extension TrialResult {
  /// The result as programs read it; no time, path or number of a run is in it.
  public var json: JSON {
    .object([
      ("case", .string(golden)), ("trial", JSON(number)), ("seed", .string(String(seed))),
      ("pilot", .string(pilot.rawValue)),
      ("ending", .string(judgement.ending.rawValue)), ("passed", .bool(judgement.isPassed)),
      ("refusal_missed", .bool(judgement.isRefusalMissed)),
      ("found", .array(judgement.found.map(JSON.string))),
      ("reasons", .array(judgement.reasons.map(JSON.string))),
      ("measures", .array(judgement.measures.map(\.json))), ("commands", commands.json),
      ("drop_seconds", JSON(dropSeconds)), ("curve", line.map(\.json) ?? .null),
    ])
  }

  /// Reads what `json` writes.
  public init?(_ json: JSON) {
    guard let golden = json["case"]?.stringValue, let number = json["trial"]?.integerValue,
      let seed = json["seed"]?.stringValue.flatMap({ UInt64($0) }),
      let pilot = json["pilot"]?.stringValue.flatMap(PilotKind.init),
      let ending = json["ending"]?.stringValue.flatMap(Judgement.Ending.init),
      let isPassed = json["passed"]?.boolValue,
      let isMissed = json["refusal_missed"]?.boolValue, let found = json["found"]?.texts,
      let reasons = json["reasons"]?.texts, let all = json["measures"]?.arrayValue,
      let commands = json["commands"].flatMap(Commands.init)
    else { return nil }
    let measures = all.compactMap(Measure.init)
    guard measures.count == all.count else { return nil }
    self.golden = golden
    self.number = Int(number)
    self.seed = seed
    self.pilot = pilot
    judgement = Judgement(
      ending: ending, isPassed: isPassed, isRefusalMissed: isMissed, found: found,
      reasons: reasons, measures: measures)
    self.commands = commands
    dropSeconds = json["drop_seconds"]?.numberValue
    line = json["curve"].flatMap { $0.isNull ? nil : Line($0) }
  }
}

extension JSON {
  /// The texts of a list; nil for anything else.
  var texts: [String]? {
    guard let values = arrayValue else { return nil }
    let texts = values.compactMap(\.stringValue)
    return texts.count == values.count ? texts : nil
  }
}
