import Roaster
import Testing

@testable import Governor
@testable import Store

/// What tests have the desk write down.
enum DeskSample {
  static let person = Actor(.person, name: "uid 1000 (ann)", credential: nil)
  static let agent = Actor(.agent, name: "pilot \"é\"", credential: 7)

  static func heater(_ levels: Int...) -> [Proposal.Step] {
    levels.compactMap(HeaterLevel.init).map { Proposal.Step(.heater($0)) }
  }

  static func proposal(
    _ id: Int64, at seconds: Double = 0, by actor: Actor = agent, batch: Int = 1,
    steps: [Proposal.Step] = heater(7), key: String? = nil
  ) -> Proposal {
    Proposal(
      id: id, steps: steps, actor: actor, reason: "colour\nis late", batch: batch,
      made: Sample.moment(seconds), expires: MonotonicTime(seconds: seconds + 600), key: key)
  }

  static func made(
    _ proposal: Proposal, level: Autonomy = .approve, verdict: Verdict = Verdict(),
    forecast: Forecast? = nil
  ) -> Entry {
    .desk(.proposal(proposal, level: level, verdict: verdict, forecast: forecast))
  }

  static func transition(
    _ proposal: Int64, _ from: ProposalState?, _ to: ProposalState, at seconds: Double = 1,
    by actor: Actor = person, _ detail: [(key: String, value: JSON)] = []
  ) -> Entry {
    .desk(
      .transition(
        TransitionRecord(
          proposal: proposal, at: Sample.moment(seconds), from: from, to: to, actor: actor,
          detail: .object(detail))))
  }

  static func audit(
    _ action: AuditAction, proposal: Int64? = nil, at seconds: Double = 1,
    by actor: Actor = .watch, isLate: Bool = false,
    _ detail: [(key: String, value: JSON)] = []
  ) -> Entry {
    .desk(
      .audit(
        AuditRecord(
          at: Sample.moment(seconds), actor: actor, action: action, proposal: proposal,
          detail: .object(detail), isLate: isLate)))
  }

  /// So many rows of the audit, of every action and kind of actor, with texts of any language.
  static func rows(_ count: Int, seed: UInt64) -> [Entry] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      let actor = [person, agent, Actor.watch, .restart].randomElement(using: &random) ?? person
      let action = AuditAction.allCases.randomElement(using: &random) ?? .outcome
      return audit(
        action, proposal: Bool.random(using: &random) ? Int64(index / 7 + 1) : nil,
        at: Double(index) / 3, by: actor, isLate: index % 11 == 0,
        [
          ("bytes", .string("3001000" + String(index))), ("text", .string("ï\u{7F}\u{FFFD} \"\\")),
          ("celsius", .number(Double.random(in: 0...300, using: &random))),
        ])
    }
  }
}

extension StoreRoom {
  /// A room with a copy of the database as it is now, which nobody has open.
  func copy() throws -> StoreRoom {
    let copy = try StoreRoom()
    for (name, bytes) in bytes where !bytes.isEmpty {
      try copy.folder.put(bytes, as: "roast.db" + name)
    }
    return copy
  }

  /// A connection that does what the triggers would not have.
  func tamperer() throws -> Connection {
    let connection = try connection()
    for trigger in try connection.texts("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
      try connection.execute("DROP TRIGGER \(trigger)")
    }
    try connection.execute("PRAGMA ignore_check_constraints = ON")
    return connection
  }
}
