import Governor
import Roaster

/// The first commands that a unit is given: a person beside the machine lets each step happen, and
/// says whether it did (Specs/governor.md M1 to M8).
///
/// It says what comes next, and judges and sends nothing: proposals, rules and bytes are the desk's.
struct Commissioning: Sendable {
  let identification: Identification
  private(set) var phase = Phase.reading
  private(set) var step = Step.readings
  /// When the phase began.
  private(set) var since: MonotonicTime
  /// Since when it roasts, empty.
  private(set) var roasting: MonotonicTime?
  /// The one proposal that P4 is excused for.
  private(set) var proposal: Int64?
  /// Why it has not passed.
  private(set) var why: String?
  /// What the steps gave.
  private(set) var results: [JSON] = []
  private(set) var longestMilliseconds = 0

  private var readings = 0
  private var suspects: [Field: Int] = [:]
  private var last: Telemetry?
  /// Before the step, and after each of its commands.
  private var frames: [StatusFrame] = []
  private var readbacks: [Readback] = []

  /// What is waited for; the name in JSON.
  enum Phase: String {
    /// That enough was read.
    case reading
    /// A person's go.
    case go
    /// The end of the commands.
    case running
    /// A person's yes or no.
    case confirm
    case passed, failed
  }

  static let readingSeconds = 20.0
  /// Two a second, the least that P6 lives with.
  static let fewestReadings = 40
  static let silenceSeconds = 60.0
  static let roastingSeconds = 120.0

  init(_ identification: Identification, now: MonotonicTime) {
    self.identification = identification
    since = now
  }

  var isUnderWay: Bool { phase != .passed && phase != .failed }

  // MARK: Hearing

  /// Takes a poll, valid or not: the second half always is.
  mutating func hear(_ point: Telemetry) {
    if phase == .reading {
      for field in point.status.suspicion.all.fields { suspects[field, default: 0] += 1 }
      if point.status.isValid { readings += 1 }
      if frames.isEmpty, point.status.isValid { frames = [point.frame] }
    }
    if point.status.isValid { last = point }
  }

  /// Takes the state that is believed.
  mutating func see(_ state: RoasterState, now: MonotonicTime) {
    if state != .roasting { roasting = nil } else if roasting == nil { roasting = now }
  }

  /// Why it cannot go on; nil while it can (M5).
  func obstacle(_ state: RoasterState, now: MonotonicTime) -> String? {
    if !step.states.contains(state) { return "the roaster is \(state.name)" }
    if let roasting, now - roasting >= Self.roastingSeconds {
      return "it has roasted empty for \(Int(Self.roastingSeconds)) s"
    }
    let waits = phase == .go || phase == .confirm
    return waits && now - since >= Self.silenceSeconds
      ? "nobody has answered for \(Int(Self.silenceSeconds)) s" : nil
  }

  /// Whether all has been read that is to be.
  func hasRead(_ now: MonotonicTime) -> Bool {
    phase == .reading && now - since >= Self.readingSeconds
  }

  /// The reading is over: what of it cannot be believed, or nil.
  mutating func judgeReadings(_ now: MonotonicTime) -> String? {
    if let frame = last?.frame { frames.append(frame) }
    let wrong = Field.allCases.filter { Self.needed.contains($0) && suspects[$0] != nil }
    if readings < Self.fewestReadings { return "only \(readings) readings came" }
    guard wrong.isEmpty else {
      return "\(wrong.map(\.key).joined(separator: ", ")) cannot be true"
    }
    enter(.confirm, now)
    return nil
  }

  /// What must be plausible; of the rest, what is not is listed.
  private static let needed: Set<Field> = [
    .state, .clock, .bean, .infrared, .heater, .fan, .drum, .fanSpeed, .mains, .preheatTarget,
  ]

  // MARK: Steps

  /// A person has let the step happen, as that proposal.
  mutating func go(_ id: Int64, _ now: MonotonicTime) {
    proposal = id
    frames = last.map { [$0.frame] } ?? []
    readbacks = []
    enter(.running, now)
  }

  /// Takes what its commands have shown so far.
  mutating func note(_ readbacks: [Readback]) {
    guard readbacks.count > self.readbacks.count else { return }
    self.readbacks = readbacks
    if let frame = last?.frame { frames.append(frame) }
    for readback in readbacks {
      longestMilliseconds = max(longestMilliseconds, readback.delays.max() ?? 0)
    }
  }

  /// What stands against a command, in flight or done; nil when nothing does.
  func fault(of readback: Readback) -> String? {
    if readback.lost > 0 { return "a step had no effect" }
    return readback.doubled > 0 ? "a step was taken twice" : nil
  }

  /// The commands are done: what stands against them, or nil.
  mutating func judgeRun(_ outcome: Outcome?, now: MonotonicTime) -> String? {
    guard outcome == .confirmed else {
      return "the command ended as \(outcome?.rawValue ?? "expired")"
    }
    enter(.confirm, now)
    return nil
  }

  /// A person has seen it; returns the result of the step.
  mutating func confirmed(_ now: MonotonicTime) -> JSON {
    let result = conclude(nil)
    if let next = step.next {
      step = next
      enter(.go, now)
    } else {
      enter(.passed, now)
    }
    return result
  }

  /// It has not passed; returns the result of the step that it ended in.
  mutating func fail(_ why: String, now: MonotonicTime) -> JSON {
    let result = conclude(why)
    self.why = why
    enter(.failed, now)
    return result
  }

  private mutating func enter(_ phase: Phase, _ now: MonotonicTime) {
    self.phase = phase
    since = now
    if phase != .running { proposal = nil }
  }

  private mutating func conclude(_ why: String?) -> JSON {
    var parts: [(key: String, value: JSON)] = [
      ("step", .string(step.rawValue)), ("passed", .bool(why == nil)), ("why", JSON(why)),
      ("commands", .array(readbacks.map(\.json))),
      ("frames", .array(frames.map { .string(hex($0.bytes)) })),
    ]
    if step == .readings {
      parts.append(("readings", JSON(readings)))
      parts.append(
        (
          "suspect",
          .object(
            Field.allCases.compactMap { field in
              suspects[field].map { (key: field.key, value: JSON($0)) }
            })
        ))
    }
    results.append(.object(parts))
    frames = []
    readbacks = []
    return .object(parts)
  }
}

// MARK: - Telling

extension Commissioning {
  /// How it stands, as programs read it.
  func json(now: MonotonicTime) -> [(key: String, value: JSON)] {
    let waits = phase == .go || phase == .confirm
    return [
      ("phase", .string(phase.rawValue)), ("step", .string(step.rawValue)),
      ("number", JSON(step.number)), ("of", JSON(Step.allCases.count)), ("text", .string(text)),
      (
        "seconds_left",
        waits ? .number(tenths(max(0, Self.silenceSeconds - (now - since)))) : .null
      ),
      (
        "roasting_seconds_left",
        isUnderWay
          ? JSON(roasting.map { tenths(max(0, Self.roastingSeconds - (now - $0))) }) : .null
      ),
      ("why", JSON(why)), ("longest_delay_ms", JSON(longestMilliseconds)),
      ("results", .array(results)),
    ]
  }

  /// What to do now.
  private var text: String {
    switch phase {
    case .reading, .go: step.notice
    case .running: "It is being done; watch the roaster."
    case .confirm: step.question
    case .passed: "It has passed: commands may be given to this roaster."
    case .failed where roasting != nil:
      "It has not passed. Press PRS at the panel now to end the empty roast; the heater is as the "
        + "panel shows it."
    case .failed: "It has not passed. It can be begun again."
    }
  }
}

private func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }
