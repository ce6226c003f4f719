import Analysis
import Evaluation
import Governor
import Roaster
import Shadow

/// One call of `roast golden`.
struct GoldenCall {
  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  private func name() throws(Complaint) -> String {
    guard let name = arguments.operands.dropFirst().first else {
      throw .usage("CASE is missing: its name", GoldenCommand.definition)
    }
    return name
  }

  // MARK: Looking

  func list() throws(Complaint) -> ExitCode {
    let tag = arguments.value("tag")
    let cases = try GoldenPlace(arguments).cases.map(\.golden)
      .filter { golden in tag.map(golden.tags.contains) ?? true }
    var table = TextTable(["case", "should", "reasons", "danger", "what it is"])
    for golden in cases {
      table.add([
        golden.name, golden.expectation.rawValue, golden.reasons.joined(separator: " or "),
        golden.danger.rawValue, golden.title.printable,
      ])
    }
    let items = cases.map { golden in
      JSON.object([
        ("name", .string(golden.name)), ("title", .string(golden.title)),
        ("expectation", .string(golden.expectation.rawValue)),
        ("reasons", .array(golden.reasons.map(JSON.string))),
        ("danger", .string(golden.danger.rawValue)), ("source", .string(golden.source.rawValue)),
        ("tags", .array(golden.tags.map(JSON.string))),
      ])
    }
    return Console.answer(.array(items), as: arguments, text: table.text)
  }

  func show() throws(Complaint) -> ExitCode {
    let golden = try GoldenPlace(arguments).named(name()).golden
    return Console.answer(golden.json, as: arguments, text: golden.text)
  }

  func check() throws(Complaint) -> ExitCode {
    var found: [(path: String, problem: String)] = []
    let cases = try GoldenPlace(arguments).cases
    for (golden, path) in cases {
      for problem in GoldenCheck(golden).problems { found.append((path, problem)) }
    }
    let json = JSON.object([
      ("cases", JSON(cases.count)),
      (
        "problems",
        .array(
          found.map { .object([("file", .string($0.path)), ("problem", .string($0.problem))]) })
      ),
    ])
    let lines = found.map { "\($0.path.printable): \($0.problem.printable)\n" }.joined()
    let answered = Console.answer(
      json, as: arguments,
      text: lines + "\(cases.count) cases, \(found.count) problems.\n")
    return found.isEmpty ? answered : .failed
  }

  // MARK: Making

  func draw() async throws(Complaint) -> ExitCode {
    let (golden, path) = try GoldenPlace(arguments).named(name())
    let drawn: GoldenCase
    do throws(TrialError) {
      drawn = try await GoldenDrawing.draw(golden)
    } catch {
      throw GoldenPlace.bad(error.problem, next: "'roast golden check' checks every case.")
    }
    return try write(drawn, to: arguments.value("out") ?? path)
  }

  func add() throws(Complaint) -> ExitCode {
    let name = try name()
    let roast = try self.roast()
    guard let end = roast.curve.endSeconds else {
      throw GoldenPlace.bad("that roast has no end", next: "Name one that was dropped.")
    }
    var target = Target(name: roast.title ?? name)
    target.yellowing = Target.Goal()
    target.firstCrack = Target.Goal()
    let dropped = roast.curve.value({ $0.bean?.degrees }, at: end)
    target.drop = Target.Goal(bean: dropped.map(Celsius.init))
    target.developmentRatio = roast.curve[.firstCrack].map { (end - $0.seconds) / end }
    var golden = GoldenCase(name: name, title: roast.title ?? name, target: target)
    golden.grams = roast.grams ?? golden.grams
    golden.machine = arguments.value("machine") ?? golden.machine
    golden.source =
      arguments.value("source").flatMap(GoldenCase.Source.init(rawValue:)) ?? .realSuccess
    golden.tags = ["real"]
    golden.take(roast.curve)
    golden = GoldenDrawing.drawn(golden, roast.curve, end)
    if golden.target.yellowing?.seconds == nil { golden.target.yellowing = nil }
    if golden.target.firstCrack?.seconds == nil { golden.target.firstCrack = nil }
    if golden.source == .realFailure { golden.fail(roast.curve) }
    if let problem = GoldenCheck(golden).problems.first {
      throw GoldenPlace.bad(problem, next: "Name another roast, or write the case by hand.")
    }
    return try write(golden, to: arguments.value("out") ?? "Specs/golden/\(name).json")
  }

  private func write(_ golden: GoldenCase, to path: String) throws(Complaint) -> ExitCode {
    // What was written must be read again.
    guard (try? GoldenCase(reading: Array(golden.text.utf8))) != nil else {
      throw GoldenPlace.bad(
        "'\(golden.name.printable)' is no name", next: "Use a-z, 0-9 and -, 60 at most.")
    }
    let file = try OutputFile(path, mayReplace: true)
    file.append(Array(golden.text.utf8))
    if let failure = file.failure {
      throw Complaint(
        code: "file_not_writable", happened: "cannot write \(path.printable): \(failure)",
        next: "Free some room, or name a file elsewhere.")
    }
    return Console.answer(
      .object([("file", .string(path)), ("case", golden.json)]), as: arguments,
      text: "Wrote \(path.printable).\n")
  }

  // MARK: A roast that the daemon keeps

  func judge() throws(Complaint) -> ExitCode {
    let golden = try GoldenPlace(arguments).named(name()).golden
    let verdict = CaseVerdict(golden, try roast().curve, under: Envelope().ceilings)
    var table = TextTable(["", "measure", "wanted", "got", "margin"])
    for measure in verdict.measures {
      table.add([
        measure.isMet ? "ok" : "missed", measure.name, "\(measure.wanted)",
        measure.got.map { "\($0)" } ?? "--", measure.margin.map { fixed($0, 2) } ?? "--",
      ])
    }
    let flaws = verdict.flaws.map { "\($0.code.rawValue): \($0.text)\n" }.joined()
    let answered = Console.answer(
      verdict.json, as: arguments,
      text: table.text + flaws + "It is \(verdict.isPassed ? "" : "not ")as the case wants it.\n")
    return verdict.isPassed ? answered : .failed
  }

  private func roast() throws(Complaint) -> (curve: RoastCurve, title: String?, grams: Double?) {
    guard let id = arguments.value("from-roast") else {
      throw .usage("--from-roast ID is missing: which roast", GoldenCommand.definition)
    }
    let path = "/v1/roasts/" + DaemonClient.encoded(id)
    let client = try DaemonClient(arguments)
    let roast = try client.document("GET", path)
    let curve = try client.document("GET", path + "/export", query: [("format", "json")])
    return (
      RoastCurve(json: curve["curve"] ?? curve), roast.words("title"), roast.fact("grams_in")
    )
  }
}

extension GoldenCase {
  /// Takes charge and levels of a roast.
  fileprivate mutating func take(_ curve: RoastCurve) {
    let before = curve.samples.last { $0.seconds < 0 && $0.infrared != nil && $0.bean != nil }
    charge.infrared = before?.infrared ?? charge.infrared
    charge.bean = before?.bean ?? charge.bean
    let steps = LevelPlan(replaying: curve).steps
    charge.heater = steps.first?.heater
    charge.fan = steps.first?.fan
    for step in steps.dropFirst() where step.heater != nil || step.fan != nil {
      commands.append(Change(seconds: step.seconds, heater: step.heater, fan: step.fan))
    }
  }

  /// Says what spoiled it.
  fileprivate mutating func fail(_ curve: RoastCurve) {
    expectation = .fail
    reasons = curve.flaws(under: Envelope().ceilings).map(\.code.rawValue)
  }
}
