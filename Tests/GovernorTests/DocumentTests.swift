import Fixtures
import FoundationEssentials
import Governor
import Roaster
import Testing

/// What programs, people and the store read of the governor.
struct DocumentTests {
  static let specification = String(
    decoding: FileManager.default.contents(atPath: Fixtures.root + "/Specs/governor.md") ?? Data(),
    as: UTF8.self)

  @Test func `rules, trips and alarms stand in the specification under their codes`() {
    let lines = Self.specification.split(separator: "\n")
    for rule in Rule.allCases {
      #expect(
        lines.contains { line in
          line.hasPrefix("| \(rule.number)") && line.contains("| \(rule.rawValue) |")
        }, "\(rule.number) \(rule.rawValue)")
    }
    for code in Trip.allCases.map(\.rawValue) + Alarm.Kind.allCases.map(\.rawValue) {
      #expect(lines.contains { $0.hasPrefix("| ") && $0.contains(code) }, "\(code)")
    }
  }

  @Test func `every alarm says what is the matter and what to do`() {
    for kind in Alarm.Kind.allCases {
      let alarm = Alarm(kind)
      #expect(alarm.text.hasSuffix(".") && alarm.action.hasSuffix("."))
      #expect(alarm.json["code"]?.stringValue == kind.rawValue)
    }
  }

  @Test func `every kind of rule has its letter`() {
    #expect(Rule.autonomyLevel.number == "P1" && Rule.drumStands.number == "I17")
    #expect(Rule.stateChanged.number == "B3")
    for kind in Rule.Kind.allCases { #expect(Rule.allCases.contains { $0.kind == kind }) }
  }

  @Test func `levels have names and meanings`() {
    for level in Autonomy.allCases {
      #expect(Autonomy(name: level.name.lowercased()) == level && !level.text.isEmpty)
      #expect(level.isUnattended == (level.rawValue >= 4))
    }
    #expect(Autonomy(name: "L6") == nil)
  }

  @Test func `a proposal's steps are told with what they wait for`() {
    let steps: [Proposal.Step] = [
      .init(.heater(6)), .init(.fan(3), when: .after(seconds: 5)),
      .init(.press(.beginCooling), when: .roast(seconds: 600)),
      .init(.drum(5), when: .bean(Celsius(190))), .init(.heater(4), when: .infrared(Celsius(200))),
    ]
    let json = Bench.proposal(steps).stepsJSON.arrayValue ?? []
    let keys = json.map { $0["when"]?.members?.first?.key }
    #expect(keys == [nil, "after_seconds", "roast_seconds", "bean_celsius", "ibts_celsius"])
    #expect(json.compactMap { Command($0) } == steps.map(\.command))
  }

  @Test func `a forecast is told to a tenth`() {
    let forecast = Forecast(
      bean: [180.04], infrared: [200.26], steepestRise: 9.99, misfit: 1.23, problem: "none")
    let text =
      #"{"bean_celsius":[180],"ibts_celsius":[200.3],"steepest_rise_celsius_per_minute":10,"#
      + #""misfit_celsius":1.2,"problem":"none"}"#
    #expect(forecast.json.text == text)
    let question = Rehearsal(
      command: .heater(6),
      past: [.init(seconds: 1, bean: nil, infrared: nil, heater: 5, fan: 3, drum: 9)], grams: nil)
    #expect(question.seconds == 90 && question.past.count == 1)
  }

  @Test func `what the desk writes down keeps its parts`() {
    let at = Bench.proposal(.heater(6)).made
    let transition = TransitionRecord(
      proposal: 3, at: at, from: nil, to: .proposed, actor: .restart, detail: .null)
    let row = AuditRecord(at: at, actor: .watch, action: .bytesMeant, detail: .object([]))
    #expect(transition.actor.kind == .system && !row.isLate && row.proposal == nil)
    #expect(AuditAction(rawValue: "level_changed") == .levelChanged)
  }
}
