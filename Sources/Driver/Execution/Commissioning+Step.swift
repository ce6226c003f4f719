import Governor
import Roaster

extension Commissioning {
  /// What is tried, in order; the name in JSON (Specs/governor.md M3).
  enum Step: String, CaseIterable {
    case readings, fan, heater, drum, cooling
    case shutDown = "shut_down"

    /// Its place, from 1.
    var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

    /// Nil after the last.
    var next: Step? { number < Self.allCases.count ? Self.allCases[number] : nil }

    /// The states in which it makes sense; in any other it is over.
    var states: Set<RoasterState> {
      switch self {
      case .readings, .fan: [.ready]
      case .heater: [.ready, .roasting]
      case .drum: [.roasting]
      case .cooling: [.roasting, .ending, .cooling]
      case .shutDown: [.ending, .cooling, .shuttingDown, .off]
      }
    }

    /// Its commands from what the roaster shows; nil when that leaves no room for them.
    func plan(_ status: Status) -> [Proposal.Step]? {
      switch self {
      case .readings: nil
      case .fan:
        status.fan.flatMap {
          Self.away($0.number < FanScale.settable.upperBound ? 1 : -1, .fan, $0.number)
        }
      case .heater: status.heater.flatMap { Self.away(-1, .heater, $0.number) }
      case .drum: status.drum.flatMap { Self.away(-1, .drum, $0.number) }
      case .cooling: [Proposal.Step(.press(.beginCooling))]
      case .shutDown: [Proposal.Step(.press(.shutDown))]
      }
    }

    /// One step away and back.
    private static func away(_ step: Int, _ kind: Command.Kind, _ level: Int) -> [Proposal.Step]? {
      guard let there = Command(kind, level: level + step), let back = Command(kind, level: level)
      else { return nil }
      return [Proposal.Step(there), Proposal.Step(back, when: .after(seconds: 1))]
    }

    /// What a person says with the go, beside it.
    var words: Set<PersonsWord> { self == .cooling ? [.doorIsOpen] : [] }

    /// Why it is done, as it stands in the record.
    var reason: String { "commissioning: \(rawValue)" }

    /// What will happen, and what to do before.
    var notice: String {
      switch self {
      case .readings:
        "Reading for \(Int(Commissioning.readingSeconds)) s; nothing is sent."
      case .fan: "The fan will go one level up and back. Go when you see or hear the fan."
      case .heater:
        "Press PRS at the panel now, with NO beans: the roast begins empty, and you have "
          + "\(Int(Commissioning.roastingSeconds)) s for all that follows until it cools. The "
          + "heater will go one level down and back. Go when the panel shows the roast and a heater "
          + "level of 1 or more."
      case .drum: "The drum will go one level down and back. Go when you hear the drum turn."
      case .cooling:
        "Open the front door. PRS will be pressed once, to end the roast and begin cooling. Go also "
          + "says that the door is open."
      case .shutDown:
        "PRS will be pressed once more, to shut down. Go when the panel shows COOL."
      }
    }

    /// What a person is asked afterwards.
    var question: String {
      switch self {
      case .readings: "Does the panel show these temperatures, levels and this state? Yes or no."
      case .fan: "Did the fan go one level up and back? Yes or no."
      case .heater: "Did the heater go one level down and back on the panel? Yes or no."
      case .drum: "Did the drum go one level down and back? Yes or no."
      case .cooling: "Does the panel show COOL? Yes or no."
      case .shutDown: "Does the panel show that it shuts down, or OFF? Yes or no."
      }
    }
  }
}
