import Governor
import Roaster

extension Desk {
  /// Puts in order what an earlier life left: nothing goes on (T1).
  mutating func restart(_ opening: DeskOpening) {
    let isLost = opening.state.map { !takeUp($0) } ?? false
    if isLost, latch == nil {
      latch = Latch(
        actor: Actor.restart.name, at: now.wall.text,
        reason: "what had been latched could not be read", isFire: false)
    }
    if let row = opening.brokenRow { brokenRow = row }
    keep(
      .restart, by: .restart,
      [
        ("earlier_level", JSON(earlier?.name)), ("open", JSON(opening.open.count)),
        ("state_lost", isLost ? .bool(true) : .null),
      ])
    for left in opening.open.sorted(by: { $0.id < $1.id }) { end(left) }
    if let brokenRow { beginAlarm(.auditBroken, .object([("row", .integer(brokenRow))])) }
    if isLost { beginAlarm(.stateLost) }
    if earlier != nil || isLost { keepState() }
  }

  /// Takes what can be read of it; returns whether that is all.
  private mutating func takeUp(_ state: JSON) -> Bool {
    earlier = state["level"]?.stringValue.flatMap(Autonomy.init(name:))
    latch = state["abort"].flatMap(Latch.init)
    let names = state["trips"]?.arrayValue
    trips = Set((names ?? []).compactMap { $0.stringValue.flatMap(Trip.init) })
    let kept = state["breakers"].flatMap(Breakers.init)
    breakers = kept ?? Breakers()
    brokenRow = state["broken_row"]?.integerValue
    units = (state["commissioned"]?.arrayValue ?? []).compactMap(CommissionedUnit.init)
    return earlier != nil && kept != nil && names?.count == trips.count
      && (latch != nil || state["abort"]?.isNull == true)
      && (brokenRow != nil || state["broken_row"]?.isNull == true)
  }

  /// A proposal that was open is expired; one under way is failed, with what is known of it.
  private mutating func end(_ left: DeskOpening.OpenProposal) {
    let wasUnderWay = left.state == .executing
    var detail: [(key: String, value: JSON)] = [("reason", .string("the daemon was restarted"))]
    if wasUnderWay {
      detail += [
        ("bytes_meant", .array(left.meant)), ("bytes_sent", .array(left.sent)),
        ("setting", .string("what the roaster shows now")),
      ]
    }
    effects.append(
      .keep(
        .transition(
          TransitionRecord(
            proposal: left.id, at: now, from: left.state, to: wasUnderWay ? .failed : .expired,
            actor: .restart, detail: .object(detail)))))
  }
}
