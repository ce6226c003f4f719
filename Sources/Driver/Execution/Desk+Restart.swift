import Governor
import Roaster

extension Desk {
  /// Puts in order what an earlier life left: nothing goes on (T1).
  mutating func restart(_ opening: DeskOpening) {
    if let state = opening.state { takeUp(state) }
    if let row = opening.brokenRow { brokenRow = row }
    keep(
      .restart, by: .restart,
      [("earlier_level", JSON(earlier?.name)), ("open", JSON(opening.open.count))])
    for left in opening.open.sorted(by: { $0.id < $1.id }) { end(left) }
    if let brokenRow { beginAlarm(.auditBroken, .object([("row", .integer(brokenRow))])) }
    if earlier != nil { keepState() }
  }

  private mutating func takeUp(_ state: JSON) {
    earlier = state["level"]?.stringValue.flatMap(Autonomy.init(name:))
    latch = state["abort"].flatMap(Latch.init)
    trips = Set((state["trips"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(Trip.init) })
    breakers = state["breakers"].flatMap(Breakers.init) ?? Breakers()
    brokenRow = state["broken_row"]?.integerValue
    units = (state["commissioned"]?.arrayValue ?? []).compactMap(CommissionedUnit.init)
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
