import Governor
import Roaster

extension Desk {
  /// The longest that a level may be borrowed (A3).
  static let overrideLimit = 8 * 3600.0

  /// A person sets the level. Lowering always works.
  mutating func set(
    _ wanted: Autonomy, _ actor: Actor, _ reason: String, _ readiness: Readiness?,
    _ override: Override?
  ) -> Result<JSON, DeskRefusal> {
    guard actor.kind == .person else {
      return .failure(.notForYou("only a person changes the level"))
    }
    guard reason.contains(where: { !$0.isWhitespace }) else {
      return .failure(.invalid("a change of level needs a reason"))
    }
    var ends: MonotonicTime?
    if wanted > level {
      if let refusal = obstacle(to: wanted) { return .failure(refusal) }
      if wanted.isUnattended, readiness?.level != wanted || readiness?.isEarned != true {
        guard let override else { return .failure(.notReady(readiness?.json ?? .null)) }
        guard override.reason.contains(where: { !$0.isWhitespace }),
          override.seconds > 0, override.seconds <= Self.overrideLimit
        else { return .failure(.invalid("an override needs a reason, and an end within 8 hours")) }
        ends = time.advanced(seconds: override.seconds)
      }
    }
    let keepsEnd = wanted.isUnattended && wanted <= level
    overrideEnds = keepsEnd ? overrideEnds : ends
    change(to: wanted, by: actor, reason, override: override)
    endAlarm(.heatUnattended)
    endAlarm(.levelLowered)
    return .success(standing)
  }

  private func obstacle(to wanted: Autonomy) -> DeskRefusal? {
    if latch != nil { return .latched("an abort is latched") }
    if !trips.isEmpty { return .latched("a trip is latched") }
    if brokenRow != nil { return .latched("the audit is broken") }
    if breakers.isLowered, wanted.isUnattended { return .latched("a breaker is open") }
    return nil
  }

  /// Sets the level and what hangs on it.
  private mutating func change(
    to wanted: Autonomy, by actor: Actor, _ reason: String, override: Override? = nil
  ) {
    let before = level
    level = wanted
    if wanted == .assist { takeBack("the level is \(wanted.name)") }
    if !wanted.isUnattended {
      steering = []
      overrideEnds = nil
      for matter in matters where matter.state == .awaitingVeto {
        waitForPerson(matter.proposal.id, "the level is \(wanted.name)")
      }
    }
    keep(
      .levelChanged, by: actor,
      [
        ("from", .string(before.name)), ("to", .string(wanted.name)), ("reason", .string(reason)),
        ("override_reason", overrideEnds == nil ? .null : JSON(override?.reason)),
        ("override_seconds", JSON(overrideEnds.map { $0 - time })),
      ], isLate: !isLedgerWhole)
    keepState()
    effects.append(.tell(.autonomy, standing))
  }

  /// At L1 nothing runs, also not when the level is raised again: leave that was given is over.
  private mutating func takeBack(_ why: String) {
    for matter in matters {
      switch matter.state {
      case .approved, .executing, .awaitingVeto: break
      default: continue
      }
      if matter.proposal.id == executor?.proposal {
        change(matter.proposal.id) { $0.end = why }
        breakOff()
      } else {
        expire(matter.proposal.id, why)
      }
    }
  }

  /// What was to run by itself waits for a person's approval instead (A4).
  mutating func waitForPerson(_ id: Int64, _ why: String) {
    let waits = time.advanced(seconds: Self.personSeconds)
    change(id) {
      $0.veto = nil
      $0.waitsUntil = $0.draft.expiresAfter == nil ? waits : $0.proposal.expires
    }
    move(id, to: .pendingApproval, by: .watch, [("reason", .string(why))])
  }

  // MARK: Lowered by itself

  /// Lowers a level that is not borne out any more (A4, K1 to K4).
  mutating func keepLevel() {
    guard level.isUnattended, let why = whyLowered else { return }
    change(to: .approve, by: .watch, why)
    beginAlarm(.levelLowered, .object([("reason", .string(why))]))
    heedUnattended()
  }

  private var whyLowered: String? {
    if breakers.isLowered { return "a breaker has opened" }
    if let end = overrideEnds, time >= end { return "the override has ended" }
    if silence(personSeen) > policy.envelope.presenceSeconds { return "no person is present" }
    let silent = steering.filter { silence(pilotsSeen[$0]) > policy.envelope.pilotSeconds }
    return silent.isEmpty ? nil : "an agent that steers is silent"
  }

  private func silence(_ seen: MonotonicTime?) -> Double { seen.map { time - $0 } ?? .infinity }

  /// Whoever asks for something is there.
  mutating func noteSign(of actor: Actor) {
    switch actor.kind {
    case .person: personSeen = time
    case .agent:
      pilotsSeen[actor] = time
      if pilotsSeen.count > Self.pilotLimit {
        pilotsSeen = pilotsSeen.filter { silence($0.value) <= policy.envelope.pilotSeconds }
      }
    case .system: break
    }
  }

  private static let pilotLimit = 100

  var presence: JSON {
    .object([
      ("person_seconds", JSON(personSeen.map { time - $0 })),
      ("person_limit_seconds", .number(policy.envelope.presenceSeconds)),
      ("pilot_limit_seconds", .number(policy.envelope.pilotSeconds)),
      (
        "pilots",
        .array(
          steering.map(\.name).sorted().map(JSON.string))
      ),
    ])
  }

  /// The audit was tampered with: nothing runs until a person has looked into it (D3).
  mutating func breakAudit(_ row: Int64) {
    guard brokenRow == nil else { return }
    brokenRow = row
    if level > .assist { change(to: .assist, by: .watch, "the audit is broken") }
    beginAlarm(.auditBroken, .object([("row", .integer(row))]))
    heedUnattended()
    keepState()
  }
}
