import Roaster

extension Judgement {
  /// P1 to P13: what must hold before a command may start.
  mutating func judgePermissives() {
    judgeWhoRuns()
    judgeLink()
    judgeReadings()
    judgeState()
    judgeAttendance()
  }

  /// P1.
  private mutating func judgeWhoRuns() {
    guard !mayRun else { return }
    object(
      .autonomyLevel, "at \(now.level.name) nothing of \(actor.name) runs so",
      [("level", .string(now.level.name)), ("actor", .string(actor.kind.rawValue))])
  }

  /// At L1 nothing runs, and the system itself wants nothing. Above, with nobody's leave yet, it is
  /// for `route` to ask for it.
  private var mayRun: Bool {
    guard now.level > .assist, actor.kind != .system else { return false }
    switch approver {
    case nil: return true
    case .person(let person): return person.kind == .person
    case .unvetoed: return actor.kind == .agent && now.level >= .veto
    case .level: return actor.kind == .agent && now.level == .audit
    }
  }

  /// P2 to P5.
  private mutating func judgeLink() {
    if !now.isLinkUp { object(.linkDown, "the roaster is not connected") }
    if now.identification == nil {
      object(.notIdentified, "the roaster has not said who it is")
    }
    if !now.isCommissioned {
      object(
        .notCommissioned,
        "commands to this roaster and firmware were not tried yet: run `roast commission`",
        [
          ("serial", JSON(now.identification.map { Int($0.serial) })),
          ("firmware", JSON(now.identification.map { Int($0.firmware) })),
        ])
    }
    if !now.isLedgerWhole {
      object(.auditUnavailable, "what would be done cannot be written down")
    }
  }

  /// P6 to P8.
  private mutating func judgeReadings() {
    if now.age > envelope.freshSeconds {
      object(
        .staleTelemetry,
        now.heard == nil ? "no status was heard" : "the last status is \(text(now.age)) s old",
        [
          ("age_seconds", now.heard == nil ? .null : .number(now.age)),
          ("limit_seconds", .number(envelope.freshSeconds)),
        ])
    }
    if !hasKnownState {
      object(
        .unknownState, "the roaster's state is not known",
        [("state_code", JSON(state.map { Int($0.code) }))])
    }
    if let status = now.status, !status.isBelievable {
      let suspects = status.suspects
      object(
        .suspectReading, "\(suspects.joined(separator: ", ")) cannot be true",
        [("suspect", .array(suspects.map(JSON.string)))])
    }
  }

  private var hasKnownState: Bool {
    switch state {
    case nil, .unknown: false
    default: true
    }
  }

  /// P9 and P10.
  private mutating func judgeState() {
    if !isStateRight {
      object(
        .wrongState, "\(command.text) makes no sense in \(state?.name ?? "an unknown state")",
        [("state", JSON(state?.name))])
    }
    if case .press(let press) = command, let word = press.word, !words.contains(word) {
      object(
        .personsWord, "a person must say \(word.rawValue)", [("word", .string(word.rawValue))])
    }
  }

  private var isStateRight: Bool {
    switch command {
    case .heater: state == .roasting
    case .fan: state == .ready || state == .roasting || state == .cooling
    case .drum: state == .roasting || state == .cooling
    case .press(let press): state == press.from
    }
  }

  /// P11 to P13.
  private mutating func judgeAttendance() {
    guard isUnasked else { return }
    if !envelope.unattended.contains(command.kind) {
      object(.needsPerson, "\(command.text) needs a person's leave")
    }
    let person = seconds(since: now.personSeen)
    if person > envelope.presenceSeconds {
      object(
        .nobodyPresent, "no person has given a sign of life lately",
        silence(person, envelope.presenceSeconds))
    }
    let pilot = seconds(since: now.pilotSeen)
    if pilot > envelope.pilotSeconds {
      object(
        .pilotSilent, "the agent that steers has given no sign of life",
        silence(pilot, envelope.pilotSeconds))
    }
  }

  func seconds(since time: MonotonicTime?) -> Double { time.map { now.now - $0 } ?? .infinity }

  private func silence(_ seconds: Double, _ limit: Double) -> [(key: String, value: JSON)] {
    [
      ("silent_seconds", seconds.isFinite ? .number(seconds) : .null),
      ("limit_seconds", .number(limit)),
    ]
  }
}

extension Status {
  /// Whether all that decisions rest on could be read.
  var isBelievable: Bool {
    isBeanRead && infrared != nil && heater != nil && fan != nil && drum != nil
  }

  /// An open probe reads a little below zero, which nothing in a roaster does (Specs/machine.md M24).
  private var isBeanRead: Bool { bean.map { $0.degrees >= -1 } ?? false }

  /// What of it could not, by its key.
  var suspects: [String] {
    [
      (Field.bean, !isBeanRead), (.infrared, infrared == nil), (.heater, heater == nil),
      (.fan, fan == nil), (.drum, drum == nil),
    ].compactMap { $1 ? $0.key : nil }
  }
}
