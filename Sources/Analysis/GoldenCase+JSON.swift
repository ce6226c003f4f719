import Roaster

// A case as people keep it. What names something of another room (machine, faults, codes) is checked
// there, with the same kind of error.
extension GoldenCase {
  /// The case in the bytes of a JSON file.
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

  private static let keys: Set<String> = [
    "schema", "name", "title", "bean", "grams", "machine", "room_celsius", "start", "charge",
    "level", "target", "expectation", "reasons", "danger", "faults", "commands", "proposals",
    "trials", "threshold", "source", "tags",
  ]

  /// The case in a JSON value.
  public init(_ json: JSON) throws(TargetError) {
    let file = try TargetKeys(json, place: "")
    try file.allow(Self.keys)
    guard try file.number("schema", 1...1) != nil else { throw file.wrong("schema", "must be 1") }
    let name = try file.text("name") ?? ""
    guard Self.isName(name) else {
      throw file.wrong("name", "must be 1 to 60 of a-z, 0-9 and -")
    }
    guard let target = file.members["target"] else {
      throw file.wrong("target", "is missing: an object")
    }
    self.init(
      name: name, title: try file.text("title") ?? name, target: try Target(target, at: "target"))
    try readBeans(file)
    level = try file.choice("level", ["L1", "L2", "L3", "L4", "L5"]) ?? level
    expectation = try file.choice("expectation") ?? expectation
    reasons = try file.texts("reasons")
    danger = try file.choice("danger") ?? danger
    faults = try file.list("faults").map(\.json)
    commands = try Self.commands(file)
    proposals = try Self.proposals(file)
    trials = try file.whole("trials", 1...10_000) ?? trials
    threshold = try file.number("threshold", 0...1) ?? threshold
    source = try file.choice("source") ?? source
    tags = try file.texts("tags")
    guard (expectation == .succeed) == reasons.isEmpty else {
      throw file.wrong(
        "reasons",
        expectation == .succeed ? "are for what should not succeed" : "are missing: codes")
    }
  }

  private static func isName(_ text: String) -> Bool {
    (1...60).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  private mutating func readBeans(_ file: TargetKeys) throws(TargetError) {
    if let keys = try file.object("bean") {
      try keys.allow(["name", "factor", "moisture"])
      bean.name = try keys.text("name") ?? bean.name
      bean.factor = try keys.number("factor", 0.5...2) ?? bean.factor
      bean.moisture = try keys.number("moisture", 0.02...0.3) ?? bean.moisture
    }
    grams = try file.number("grams", 1...100_000) ?? grams
    machine = try file.text("machine") ?? machine
    roomCelsius = try file.number("room_celsius", -10...50) ?? roomCelsius
    start = try file.choice("start") ?? start
    guard let keys = try file.object("charge") else { return }
    try keys.allow(["ibts_celsius", "bean_celsius", "heater", "fan"])
    charge.infrared =
      try keys.number("ibts_celsius", 20...1000).map(Celsius.init) ?? charge.infrared
    charge.bean = try keys.number("bean_celsius", 20...1000).map(Celsius.init) ?? charge.bean
    charge.heater = try keys.whole("heater", 0...9)
    charge.fan = try keys.whole("fan", 1...12)
  }

  private static func commands(_ file: TargetKeys) throws(TargetError) -> [Change] {
    var changes: [Change] = []
    for keys in try file.list("commands") {
      try keys.allow(["seconds", "heater", "fan", "drum"])
      let seconds = try keys.needed("seconds", 0...3600)
      if let last = changes.last, seconds < last.seconds {
        throw keys.wrong("seconds", "goes back from \(last.seconds) to \(seconds)")
      }
      changes.append(
        Change(
          seconds: seconds, heater: try keys.whole("heater", 0...9),
          fan: try keys.whole("fan", 1...12), drum: try keys.whole("drum", 1...9)))
    }
    guard changes.count <= 200 else { throw file.wrong("commands", "are over 200") }
    return changes
  }

  private static func proposals(_ file: TargetKeys) throws(TargetError) -> [GoldenProposal] {
    let list = try file.list("proposals")
    guard list.count <= 50 else { throw file.wrong("proposals", "are over 50") }
    return try list.map { keys throws(TargetError) in
      try keys.allow(["state", "seconds", "bean_celsius", "by", "steps", "words"])
      let states = RoasterState.known.map(\.name)
      let steps = try keys.list("steps").map { step throws(TargetError) in
        try step.allow(["kind", "level", "after_seconds"])
        guard let kind = try step.text("kind") else { throw step.wrong("kind", "is missing") }
        return GoldenProposal.Step(
          kind: kind, level: try step.whole("level", -1000...1000),
          afterSeconds: try step.number("after_seconds", 0...3600))
      }
      guard (1...50).contains(steps.count) else {
        throw keys.wrong("steps", "must be a list of 1 to 50 commands")
      }
      return GoldenProposal(
        state: try keys.choice("state", states) ?? "roasting",
        seconds: try keys.number("seconds", 0...3600) ?? 0,
        bean: try keys.number("bean_celsius", 0...400).map(Celsius.init),
        isPersons: try keys.choice("by", ["agent", "person"]) == "person", steps: steps,
        words: try keys.texts("words"))
    }
  }
}

// MARK: - Writing

extension GoldenCase {
  /// The case as `init(_:)` reads it.
  public var json: JSON {
    .object([
      ("schema", .integer(1)), ("name", .string(name)), ("title", .string(title)),
      (
        "bean",
        .object([
          ("name", .string(bean.name)), ("factor", .number(bean.factor)),
          ("moisture", .number(bean.moisture)),
        ])
      ), ("grams", .number(grams)), ("machine", .string(machine)),
      ("room_celsius", .number(roomCelsius)), ("start", .string(start.rawValue)),
      ("charge", charge.json), ("level", .string(level)), ("target", target.json),
      ("expectation", .string(expectation.rawValue)), ("reasons", .array(reasons.map(JSON.string))),
      ("danger", .string(danger.rawValue)), ("faults", .array(faults)),
      ("commands", .array(commands.map(\.json))), ("proposals", .array(proposals.map(\.json))),
      ("trials", JSON(trials)), ("threshold", .number(threshold)),
      ("source", .string(source.rawValue)), ("tags", .array(tags.map(JSON.string))),
    ])
  }
}

extension GoldenCase.Charge {
  fileprivate var json: JSON {
    .object([
      ("ibts_celsius", .number(infrared.degrees)), ("bean_celsius", .number(bean.degrees)),
      ("heater", JSON(heater)), ("fan", JSON(fan)),
    ])
  }
}

extension GoldenCase.Change {
  fileprivate var json: JSON {
    let levels = [("heater", heater), ("fan", fan), ("drum", drum)]
    return .object(
      [(key: "seconds", value: .number(seconds))]
        + levels.compactMap { name, level in level.map { (key: name, value: JSON($0)) } })
  }
}

extension GoldenProposal {
  fileprivate var json: JSON {
    .object([
      ("state", .string(state)), ("seconds", .number(seconds)),
      ("bean_celsius", JSON(bean?.degrees)), ("by", .string(isPersons ? "person" : "agent")),
      (
        "steps",
        .array(
          steps.map {
            .object([
              ("kind", .string($0.kind)), ("level", JSON($0.level)),
              ("after_seconds", JSON($0.afterSeconds)),
            ])
          })
      ), ("words", .array(words.map(JSON.string))),
    ])
  }
}

// MARK: - Reading

extension TargetKeys {
  /// The object itself, as it stands in the file.
  fileprivate var json: JSON {
    .object(members.keys.sorted().map { (key: $0, value: members[$0] ?? .null) })
  }

  /// One of some words.
  fileprivate func choice(_ key: String, _ words: [String]) throws(TargetError) -> String? {
    guard let word = try text(key) else { return nil }
    guard words.contains(word) else {
      throw wrong(key, "is '\(word)'; expected \(words.joined(separator: ", "))")
    }
    return word
  }

  fileprivate func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(TargetError) -> Choice? where Choice.RawValue == String {
    try choice(key, Choice.allCases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
  }

  fileprivate func texts(_ key: String) throws(TargetError) -> [String] {
    guard let value = members[key], !value.isNull else { return [] }
    let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
    guard texts.count == value.arrayValue?.count, texts.count <= 50,
      texts.allSatisfy({ $0.count <= Target.mostLetters })
    else { throw wrong(key, "must be a list of at most 50 short texts") }
    return texts
  }
}
