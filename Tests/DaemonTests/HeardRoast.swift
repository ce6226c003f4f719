import Driver
import Roaster
import Simulator
import Store
import Testing

@testable import Daemon

/// What a chronicle makes of a shipped scenario, from the twin's bytes on, and what people say
/// meanwhile.
struct HeardRoast {
  var chronicle: Chronicle
  var effects: [Chronicle.Effect] = []

  static let origin = Origin(
    device: "twin:test", isSimulated: true, speed: { 1 }, outlivesUs: true, clock: "test-clock")

  init(
    _ opening: Opening = .fresh, origin: Origin = Self.origin, unfinished: Unfinished? = nil
  ) {
    chronicle = Chronicle(opening, origin: origin, unfinished: unfinished)
  }

  /// All reports of a scenario, in simulated time.
  static func reports(_ name: String) async throws -> [(Session.Report, Link, Moment)] {
    let scenario = try #require(try ShippedScenarios.named(name))
    let twin = Twin(
      scenario.workshop(seed: 1, isNoisy: true), pace: .unlimited,
      endingAfter: scenario.limitSeconds)
    var runner = SessionRunner(Session(), over: twin)
    var reports: [(Session.Report, Link, Moment)] = []
    await runner.run { reports.append(($0, $1, twin.now)) }
    return reports
  }

  static let medium = Task { try await reports("medium") }

  mutating func hear(_ reports: some Sequence<(Session.Report, Link, Moment)>) {
    for (report, link, now) in reports { effects += chronicle.hear(report, link, now: now) }
  }

  var entries: [Entry] {
    effects.compactMap { if case .keep(let entry) = $0 { entry } else { nil } }
  }

  func messages(_ kind: Chronicle.Message.Kind) -> [JSON] {
    effects.compactMap { effect in
      guard case .tell(let message) = effect, message.kind == kind else { return nil }
      return message.json
    }
  }

  var begun: [RoastRow] {
    entries.compactMap { if case .roastBegan(let row) = $0 { row } else { nil } }
  }

  var ended: [(id: Int64, at: Moment, status: RoastStatus)] {
    entries.compactMap {
      if case .roastEnded(let id, let at, let status) = $0 { (id, at, status) } else { nil }
    }
  }

  var figures: [(id: Int64, figures: RoastFigures)] {
    entries.compactMap {
      if case .roastFigures(let id, let figures) = $0 { (id, figures) } else { nil }
    }
  }

  var points: [(id: Int64, roast: Int64?)] {
    entries.compactMap {
      if case .telemetry(let id, _, let roast, _) = $0 { (id, roast) } else { nil }
    }
  }

  var events: [(id: Int64, event: RoastEvent, roast: Int64?, author: String?)] {
    entries.compactMap {
      if case .event(let id, let event, let roast, let author, _) = $0 {
        (id, event, roast, author)
      } else {
        nil
      }
    }
  }
}
