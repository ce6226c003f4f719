import Governor
import Roaster

extension Desk {
  /// Stops everything and steps the heater down, whoever asks and whatever stands against it (S1).
  mutating func abort(_ actor: Actor, _ reason: String?, isFire: Bool) -> JSON {
    if run?.phase != .stepping { run = AbortRun(began: time) }
    latch = latched(by: actor, reason, isFire: isFire)
    keep(
      .abort, by: actor,
      [
        ("reason", JSON(reason)), ("fire", .bool(isFire)),
        ("shown", JSON(sight?.level(of: .heater))), ("link_up", .bool(isLinkUp)),
      ], isLate: !isLedgerWhole)
    stopAll(by: actor, "aborted")
    stepAbort()
    if !isLinkUp { beginAlarm(.abortWaits) }
    keepState()
    tellAbort()
    return abortJSON
  }

  /// An agent changes nothing of what is latched; a person may say more of it.
  private func latched(by actor: Actor, _ reason: String?, isFire: Bool) -> Latch {
    guard let latch else {
      return Latch(actor: actor.name, at: now.wall.text, reason: reason, isFire: isFire)
    }
    guard actor.kind == .person else { return latch }
    return Latch(
      actor: actor.name, at: latch.at, reason: reason ?? latch.reason,
      isFire: isFire || latch.isFire)
  }

  private mutating func stopAll(by actor: Actor, _ why: String) {
    for matter in matters { stop(matter.proposal.id, by: actor, why) }
  }

  /// Sends the next step of an abort, if one is due; it waits for nobody's records (S2).
  mutating func stepAbort() {
    guard let run, isLinkUp, run.isDue(time), let permit = policy.mintAbort(identification != nil)
    else { return }
    let time = time
    self.run?.stepped(time)
    let write = permit.spend()
    keep(
      .bytesMeant, by: .watch,
      [
        ("abort", .bool(true)), ("bytes", .string(hex(write.bytes))),
        ("shown", JSON(sight?.level(of: .heater))),
      ], isLate: true)
    effects.append(.write(write))
  }

  /// Looks whether the heater is off by now.
  mutating func watchAbort(_ sight: Sight) {
    guard let run, self.run?.look(sight) == true else { return }
    keep(
      .readback, by: .watch,
      [
        ("abort", .bool(true)), ("to", JSON(0)), ("steps_sent", JSON(run.steps)),
        ("seconds", .number(sight.at - run.began)),
      ], isLate: !isLedgerWhole)
    tellAbort()
  }

  /// The machine is where it must not be, or is there again. From L3 up that stops it (section
  /// "Trips").
  mutating func trip(_ trip: Trip, _ facts: JSON) {
    trips.insert(trip)
    breakers.noteTrip()
    let acts = level >= .approve
    keep(
      .trip, by: .watch,
      [("trip", .string(trip.rawValue)), ("facts", facts), ("acts", .bool(acts))],
      isLate: !isLedgerWhole)
    if acts {
      if run?.phase != .stepping { run = AbortRun(began: time) }
      stopAll(by: .watch, "tripped: \(trip.rawValue)")
      stepAbort()
      if !isLinkUp { beginAlarm(.abortWaits) }
    }
    keepState()
    tellAbort()
  }

  /// A person has looked into it: what had latched is given back, and nothing else (S4, K5, D3).
  mutating func reset(_ actor: Actor, _ reason: String) -> Result<JSON, DeskRefusal> {
    guard actor.kind == .person else { return .failure(.notForYou("only a person resets")) }
    guard reason.contains(where: { !$0.isWhitespace }) else {
      return .failure(.invalid("a reset needs a reason"))
    }
    let before = standing
    if run?.phase == .stepping { effects.append(.withdraw) }
    run = nil
    latch = nil
    trips = []
    watch.rearm()
    breakers.reset()
    brokenRow = nil
    endAlarm(.abortWaits)
    endAlarm(.auditBroken)
    endAlarm(.stateLost)
    keep(.reset, by: actor, [("reason", .string(reason)), ("before", before)])
    keepState()
    tellAbort()
    return .success(standing)
  }

  /// What must be done by the person who stands there (S5).
  var advice: [String] {
    guard latch != nil || run != nil else { return [] }
    let last = "The roaster's own panel and the mains plug are the last word: use them."
    if latch?.isFire == true {
      return [
        "Fire: keep the door and the chaff drawer closed, and pull the mains plug.",
        "Get everybody out and call the fire brigade if it does not go out by itself at once.",
        "The fan was not raised and the drum was not moved by this program.", last,
      ]
    }
    let heater =
      switch run?.phase {
      case .stepping where !isLinkUp: "The roaster is not connected: turn its heater down by hand."
      case .stepping: "The heater is being stepped down; look at the panel whether it goes to 0."
      case .watching, .over: "The heater was stepped down; look at the panel whether it is at 0."
      case nil:
        "An abort is latched from before the program started, which steps nothing by itself: look at "
          + "the panel, the heater may still be on."
      }
    let beans =
      "With beans in the drum: open the door and drop them, and keep the drum turning until then."
    return [heater, beans, last]
  }

  var abortJSON: JSON {
    .object([
      ("latched", .bool(latch != nil)), ("by", JSON(latch?.actor)), ("at", JSON(latch?.at)),
      ("reason", JSON(latch?.reason)), ("fire", .bool(latch?.isFire ?? false)),
      ("stepping", .bool(run?.phase == .stepping)), ("steps_sent", JSON(run?.steps ?? 0)),
      ("waits_for_link", .bool(run?.phase == .stepping && !isLinkUp)),
      ("heater", JSON(sight?.level(of: .heater))),
      ("trips", .array(trips.map(\.rawValue).sorted().map(JSON.string))),
      ("advice", .array(advice.map(JSON.string))),
    ])
  }

  private mutating func tellAbort() { effects.append(.tell(.abort, abortJSON)) }
}
