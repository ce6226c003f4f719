import Roaster

// A target as people keep it. What can be read is not yet what may be roasted: that is for
// `refusals` to say, so a drop at 400 C is read, and refused with its reason.
extension Target {
  /// As many bytes and points as any roast needs; more is somebody's mistake, or worse.
  public static let mostBytes = 1_000_000
  static let mostPoints = 10_000
  static let mostLetters = 200

  /// The target in the bytes of a JSON file.
  public init(reading bytes: some Collection<UInt8>) throws(TargetError) {
    guard bytes.count <= Target.mostBytes else {
      throw TargetError(place: "the file", problem: "is over \(Target.mostBytes) bytes long")
    }
    let json: JSON
    do {
      json = try JSON(reading: bytes)
    } catch {
      throw TargetError(
        place: "the file", problem: "is not JSON: \(error.problem) at byte \(error.offset)")
    }
    try self.init(json)
  }

  /// The target in a JSON value that stands at `place` of a file; empty for the file itself.
  public init(_ json: JSON, at place: String = "") throws(TargetError) {
    let file = try TargetKeys(json, place: place)
    try file.allow([
      "schema", "name", "course", "course_tolerance_celsius", "yellowing", "first_crack", "drop",
      "development_ratio", "development_tolerance_ratio", "largest_rise_celsius_per_minute",
      "rise_at_first_crack_celsius_per_minute", "is_falling", "restraint",
    ])
    _ = try file.number("schema", 1...1)
    guard let name = try file.text("name"), !name.isEmpty else {
      throw file.wrong("name", "must be a text of 1 to \(Target.mostLetters) characters")
    }
    self.init(name: name)
    course = try Target.course(file)
    courseTolerance = try file.number("course_tolerance_celsius", 0.1...100) ?? courseTolerance
    yellowing = try Target.goal(file, "yellowing")
    firstCrack = try Target.goal(file, "first_crack")
    drop = try Target.goal(file, "drop")
    developmentRatio = try file.number("development_ratio", 0...1)
    developmentTolerance =
      try file.number("development_tolerance_ratio", 0.001...1) ?? developmentTolerance
    largestRise = try Target.rise(file, "largest_rise_celsius_per_minute")
    riseAtFirstCrack = try Target.rise(file, "rise_at_first_crack_celsius_per_minute")
    isFalling = try file.bool("is_falling") ?? isFalling
    restraint = try Target.restraint(file)
  }

  private static func course(_ file: TargetKeys) throws(TargetError) -> [Point] {
    let items = try file.list("course")
    guard items.count <= mostPoints else {
      throw file.wrong("course", "has \(items.count) points; \(mostPoints) at most")
    }
    var points: [Point] = []
    points.reserveCapacity(items.count)
    for item in items {
      try item.allow(["seconds", "bean_celsius"])
      let seconds = try item.needed("seconds", secondsRange)
      if let last = points.last, seconds <= last.seconds {
        throw item.wrong("seconds", "is \(seconds), not after the \(last.seconds) before it")
      }
      let bean = try item.needed("bean_celsius", celsiusRange)
      points.append(Point(seconds: seconds, bean: Celsius(bean)))
    }
    return points
  }

  private static func goal(_ file: TargetKeys, _ key: String) throws(TargetError) -> Goal? {
    guard let keys = try file.object(key) else { return nil }
    try keys.allow(["seconds", "seconds_tolerance", "bean_celsius", "bean_tolerance_celsius"])
    var goal = Goal()
    goal.seconds = try keys.number("seconds", secondsRange)
    goal.secondsTolerance = try keys.number("seconds_tolerance", 0.1...3600) ?? 20
    goal.bean = try keys.number("bean_celsius", celsiusRange).map(Celsius.init)
    goal.beanTolerance = try keys.number("bean_tolerance_celsius", 0.1...100) ?? 3
    return goal
  }

  private static func rise(
    _ file: TargetKeys, _ key: String
  ) throws(TargetError) -> CelsiusPerMinute? {
    try file.number(key, 0...1000).map(CelsiusPerMinute.init)
  }

  private static func restraint(_ file: TargetKeys) throws(TargetError) -> Restraint {
    var restraint = Restraint()
    guard let keys = try file.object("restraint") else { return restraint }
    try keys.allow(["heater_changes", "fan_changes", "seconds_between"])
    restraint.heaterChanges = try keys.whole("heater_changes", 0...1000) ?? restraint.heaterChanges
    restraint.fanChanges = try keys.whole("fan_changes", 0...1000) ?? restraint.fanChanges
    restraint.secondsBetween =
      try keys.number("seconds_between", 0...3600) ?? restraint.secondsBetween
    return restraint
  }

  private static let secondsRange = 0.0...36_000
  private static let celsiusRange = -50.0...1000
}

// MARK: - Writing

extension Target {
  /// The target as `init(_:at:)` reads it.
  public var json: JSON {
    .object([
      ("schema", .integer(1)), ("name", .string(name)),
      (
        "course",
        .array(
          course.map {
            .object([
              ("seconds", .number($0.seconds)), ("bean_celsius", .number($0.bean.degrees)),
            ])
          })
      ),
      ("course_tolerance_celsius", .number(courseTolerance)),
      ("yellowing", yellowing?.json ?? .null), ("first_crack", firstCrack?.json ?? .null),
      ("drop", drop?.json ?? .null), ("development_ratio", JSON(developmentRatio)),
      ("development_tolerance_ratio", .number(developmentTolerance)),
      ("largest_rise_celsius_per_minute", JSON(largestRise?.degreesPerMinute)),
      ("rise_at_first_crack_celsius_per_minute", JSON(riseAtFirstCrack?.degreesPerMinute)),
      ("is_falling", .bool(isFalling)), ("restraint", restraint.json),
    ])
  }
}

extension Target.Goal {
  fileprivate var json: JSON {
    .object([
      ("seconds", JSON(seconds)), ("seconds_tolerance", .number(secondsTolerance)),
      ("bean_celsius", JSON(bean?.degrees)), ("bean_tolerance_celsius", .number(beanTolerance)),
    ])
  }
}

extension Target.Restraint {
  fileprivate var json: JSON {
    .object([
      ("heater_changes", JSON(heaterChanges)), ("fan_changes", JSON(fanChanges)),
      ("seconds_between", .number(secondsBetween)),
    ])
  }
}

// MARK: - Reading

/// The members of a JSON object, with the place they stand in. Null is as good as absent.
struct TargetKeys {
  let place: String
  let members: [String: JSON]

  init(_ json: JSON, place: String) throws(TargetError) {
    guard let members = json.members else {
      throw TargetError(place: place.isEmpty ? "the file" : place, problem: "must be an object")
    }
    self.place = place
    self.members = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
  }

  func wrong(_ key: String, _ problem: String) -> TargetError {
    TargetError(place: path(key), problem: problem)
  }

  private func path(_ key: String) -> String { place.isEmpty ? key : place + "." + key }

  private func value(_ key: String) -> JSON? {
    members[key].flatMap { $0.isNull ? nil : $0 }
  }

  func allow(_ known: Set<String>) throws(TargetError) {
    if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
      let shown = String(other.prefix(Target.mostLetters))
      throw wrong(shown, "is not known; known: \(known.sorted().joined(separator: ", "))")
    }
  }

  func number(_ key: String, _ range: ClosedRange<Double>) throws(TargetError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.numberValue, range.contains(number) else {
      throw wrong(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func needed(_ key: String, _ range: ClosedRange<Double>) throws(TargetError) -> Double {
    guard let number = try number(key, range) else {
      throw wrong(key, "is missing: a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func whole(_ key: String, _ range: ClosedRange<Int>) throws(TargetError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let number = value.integerValue.flatMap({ Int(exactly: $0) }), range.contains(number)
    else {
      throw wrong(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool(_ key: String) throws(TargetError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard let bool = value.boolValue else { throw wrong(key, "must be true or false") }
    return bool
  }

  func text(_ key: String) throws(TargetError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.stringValue, text.count <= Target.mostLetters else {
      throw wrong(key, "must be a text of at most \(Target.mostLetters) characters")
    }
    return text
  }

  func object(_ key: String) throws(TargetError) -> TargetKeys? {
    guard let value = value(key) else { return nil }
    return try TargetKeys(value, place: path(key))
  }

  func list(_ key: String) throws(TargetError) -> [TargetKeys] {
    guard let value = value(key) else { return [] }
    guard let items = value.arrayValue else { throw wrong(key, "must be a list of objects") }
    var list: [TargetKeys] = []
    for (index, item) in items.enumerated() {
      list.append(try TargetKeys(item, place: "\(path(key))[\(index)]"))
    }
    return list
  }
}
