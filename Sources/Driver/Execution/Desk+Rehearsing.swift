import Governor
import Roaster

/// What a rehearsal was asked for.
struct Rehearsing: Sendable {
  let purpose: Purpose
  let asked: MonotonicTime

  enum Purpose: Sendable {
    /// A proposal that was just made.
    case made(Int64)
    /// One whose window has passed without a veto.
    case unvetoed(Int64)
    /// The next command of a sequence that nobody has looked at.
    case step(Int64)
    case dry(Matter, tag: UInt64)
  }
}

extension Desk {
  /// A model takes milliseconds; one that takes this long does not answer.
  static let rehearsalSeconds = 2.0

  /// Asks for a rehearsal of a command from the present (F1).
  mutating func rehearse(_ purpose: Rehearsing.Purpose, _ command: Command) {
    let tag = takeTicket()
    rehearsals[tag] = Rehearsing(purpose: purpose, asked: time)
    let seen =
      if let charged, let began = progress?.began {
        past.filter { $0.seconds >= charged - began }
      } else {
        [Rehearsal.Sample]()
      }
    effects.append(.rehearse(tag: tag, Rehearsal(command: command, past: seen, grams: grams)))
  }

  /// The model has answered.
  mutating func rehearsed(_ tag: UInt64, _ forecast: Forecast) {
    guard let asked = rehearsals.removeValue(forKey: tag) else { return }
    switch asked.purpose {
    case .made(let id):
      change(id) { $0.forecast = forecast }
      if matter(id)?.state == .proposed { send(id) }
    case .unvetoed(let id):
      guard matter(id)?.state == .awaitingVeto else { return }
      change(id) { $0.forecast = forecast }
      letRun(id, by: .unvetoed)
    case .step(let id):
      change(id) { $0.forecast = forecast }
      begin(id, forecast)
    case .dry(var matter, let tag):
      matter.forecast = forecast
      answer(tag, .success(dryAnswer(matter)))
    }
  }

  /// Gives up on models that do not answer.
  mutating func lapseRehearsals() {
    let late = rehearsals.filter { time - $0.value.asked >= Self.rehearsalSeconds }.keys.sorted()
    for tag in late { rehearsed(tag, .cannot("the model did not answer in time")) }
  }

  /// Whether a rehearsal of that proposal is under way.
  func isRehearsing(_ id: Int64) -> Bool {
    rehearsals.values.contains { asked in
      switch asked.purpose {
      case .made(id), .unvetoed(id), .step(id): true
      default: false
      }
    }
  }

  /// A window that has passed without a veto lets a proposal run, if the model agrees (A1, F1).
  mutating func lapseVetoes() {
    for matter in matters where matter.state == .awaitingVeto {
      guard let veto = matter.veto, veto.isOnDisk, time >= veto.until,
        !isRehearsing(matter.proposal.id)
      else { continue }
      rehearse(.unvetoed(matter.proposal.id), matter.proposal.steps[0].command)
    }
  }
}
