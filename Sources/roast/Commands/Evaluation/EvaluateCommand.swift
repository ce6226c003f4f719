import Analysis
import Evaluation
import Glibc
import Roaster
import Synchronization

/// `roast evaluate`: pilots against golden cases.
enum EvaluateCommand {
  static let definition = CommandDefinition(
    name: "evaluate",
    summary: "Judge a pilot by golden cases, in many simulated roasts",
    discussion: [
      "Each trial goes through the whole program in simulated time: the twin's bytes, the session, "
        + "the governor and the store, with machine and beans drawn around the case's, and an "
        + "operator who loads, drops and says so. What should be refused and is not is said first, "
        + "and nothing outweighs it: the run has failed.",
      "The JSON holds no time and no path, and is the same whatever the number of jobs; 'roast "
        + "evaluate merge' joins the shards of a sweep to what one run would have given "
        + "(Docs/Scale.md). Specs/golden/README.md describes cases and judge.",
      "--judge gives each case and its first roast as JSON on standard input, and reads scores from "
        + "standard output; an answer that is absent, slow or wrong is shown as such "
        + "(Docs/Judge.md). 'roast evaluate merge' takes it too, and asks where there are no scores.",
    ],
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "join the JSON of shards; or how cases went over time",
        isRequired: false, choices: ["merge", "history"]),
      OperandDefinition(
        name: "FILE", meaning: "merge: the shards", isRequired: false, isRepeatable: true),
    ],
    options: [
      GoldenPlace.option,
      OptionDefinition(
        name: "pilot", value: "steer|schedule|pid",
        meaning: "steer plans with the forecast (default), schedule plays the case's commands, "
          + "pid follows its course"),
      OptionDefinition(
        name: "trials", value: "K", meaning: "of each case; default what the case says"),
      OptionDefinition(
        name: "seed", value: "N", meaning: "whence every random number; default 1"),
      OptionDefinition(
        name: "jobs", value: "N", meaning: "trials at a time; default one a processor"),
      OptionDefinition(name: "shard", value: "I/N", meaning: "only this part of N of the trials"),
      OptionDefinition(
        name: "resume", value: "FILE",
        meaning: "keep each trial there as it ends, and do not repeat what is there"),
      OptionDefinition(
        name: "baseline", value: "FILE", meaning: "compare with this earlier JSON, case by case"),
      OptionDefinition(
        name: "judge", value: "COMMAND",
        meaning: "have a program score each case, run by the shell; it changes no pass"),
      OptionDefinition(
        name: "judge-timeout", value: "SECONDS", meaning: "for one case; default 60, 3600 at most"),
      OptionDefinition(
        name: "report", value: "FILE.html", meaning: "a page of it, complete in itself"),
      OptionDefinition(
        name: "keep",
        meaning: "have the daemon keep the result: L4 and L5 ask for it; only at its own machine"),
      .socket, .token, .json,
    ],
    examples: [
      ("roast evaluate --report golden.html", "all cases, with a page to look at"),
      (
        "roast evaluate --cases 'Specs/golden/fault-*' --pilot schedule --trials 3", "some, quickly"
      ),
      ("roast evaluate --keep", "what L4 and L5 ask for"),
      ("roast evaluate --shard 2/8 --json > 2.json", "one of eight parts"),
      ("roast evaluate merge ?.json --report golden.html", "the eight parts together"),
    ],
    variables: DaemonPlace.socketVariables,
    files: [("Specs/golden", "the cases, where no others are named")] + DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    if arguments.operands.first == "history" { return try EvaluationRecord.history(arguments) }
    if arguments.operands.first == "merge" {
      let judge = try judge(arguments)
      let merged = try merge(Array(arguments.operands.dropFirst()))
      return try await finish(merged, judge, note: nil, arguments)
    }
    let judge = try judge(arguments)
    let sweep = try self.sweep(arguments)
    let shard = try self.shard(arguments)
    let units = sweep.units(shard)
    let diary = try arguments.value("resume").map { path throws(Complaint) in
      try SweepDiary(path, of: sweep)
    }
    let known = (diary?.results ?? []).filter { result in
      units.contains { $0.golden.name == result.golden && $0.number == result.number }
    }
    let done = Set(known.map { "\($0.golden) \($0.number)" })
    let rest = units.filter { !done.contains("\($0.golden.name) \($0.number)") }
    let fresh = try await run(rest, of: units.count, known: known, diary, jobs: jobs(arguments))
    let note = shard.map { "shard \($0.number) of \($0.count)" }
    return try await finish(SweepResult(sweep, known + fresh), judge, note: note, arguments)
  }

  private static func finish(
    _ result: SweepResult, _ judge: OutsideJudge?, note: String?, _ arguments: Arguments
  ) async throws(Complaint) -> ExitCode {
    let result = await judge?.heard(on: result, jobs: try jobs(arguments)) ?? result
    let code = try SweepOutput(arguments, note: note).write(result)
    if arguments.has("keep") { try EvaluationRecord.keep(result, arguments) }
    return code
  }

  private static func run(
    _ trials: [Evaluation.Trial], of all: Int, known: [TrialResult], _ diary: SweepDiary?,
    jobs: Int
  ) async throws(Complaint) -> [TrialResult] {
    let results = Mutex<[TrialResult]>([])
    let progress = SweepProgress(all: all, of: "trials", bad: "not passed", done: known.count)
    do throws(TrialError) {
      try await Sweep.run(trials, jobs: jobs) { result in
        results.withLock { $0.append(result) }
        diary?.add(result)
        progress.add(isGood: result.isPassed)
      }
    } catch {
      throw GoldenPlace.bad(error.problem, next: "'roast golden check' checks every case.")
    }
    progress.clear()
    if let failure = diary?.failure {
      throw Complaint(
        code: "file_not_writable", happened: "cannot write the trials to keep: \(failure)",
        next: "Free some room, or name a file elsewhere.")
    }
    return results.withLock { $0 }
  }

  // MARK: What is asked for

  private static func sweep(_ arguments: Arguments) throws(Complaint) -> Sweep {
    let cases = try GoldenPlace(arguments).cases
    for (golden, path) in cases {
      guard let problem = GoldenCheck(golden).problems.first else { continue }
      throw GoldenPlace.bad(
        "\(path.printable): \(problem.printable)", next: "'roast golden check' checks every case.")
    }
    let name = arguments.value("pilot") ?? "steer"
    guard let pilot = PilotKind(rawValue: name) else {
      throw .badValue(name, option: "pilot", expected: "steer, schedule or pid", "evaluate")
    }
    let seed = arguments.value("seed").map { UInt64($0) } ?? 1
    guard let seed else {
      throw .badValue(
        arguments.value("seed") ?? "", option: "seed", expected: "a whole number", "evaluate")
    }
    return Sweep(
      cases.map(\.golden), pilot: pilot, seed: seed,
      trials: try arguments.count("trials", 1...10_000))
  }

  private static func shard(_ arguments: Arguments) throws(Complaint) -> Sweep.Shard? {
    guard let text = arguments.value("shard") else { return nil }
    guard let shard = Sweep.Shard(text) else {
      throw .badValue(text, option: "shard", expected: "as 2/8", "evaluate")
    }
    return shard
  }

  private static func jobs(_ arguments: Arguments) throws(Complaint) -> Int {
    try arguments.count("jobs", 1...1024) ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  private static func judge(_ arguments: Arguments) throws(Complaint) -> OutsideJudge? {
    let seconds = try arguments.count("judge-timeout", 1...3600)
    guard let command = arguments.value("judge") else {
      guard seconds == nil else { throw .usage("--judge-timeout needs --judge", definition) }
      return nil
    }
    return OutsideJudge(command: command, seconds: seconds ?? 60)
  }

  private static func merge(_ paths: [String]) throws(Complaint) -> SweepResult {
    guard !paths.isEmpty else { throw .usage("FILE is missing: the shards", definition) }
    var parts: [SweepResult] = []
    for path in paths { parts.append(try SweepOutput.read(path)) }
    do throws(SweepResult.MergeError) {
      return try SweepResult.merge(parts)
    } catch {
      throw Complaint(
        code: "not_of_one_sweep", happened: "these cannot be joined: \(error.problem)",
        next: "Give every shard of one sweep, each once.", exit: .usage)
    }
  }
}

extension Arguments {
  /// A whole number in a range.
  fileprivate func count(
    _ option: String, _ range: ClosedRange<Int>
  ) throws(Complaint) -> Int? {
    guard let text = value(option) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .badValue(
        text, option: option,
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", "evaluate")
    }
    return number
  }
}
