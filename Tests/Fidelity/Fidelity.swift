import FoundationEssentials
import Shadow
import Simulator

/// `make fidelity ROASTS=FOLDER`: the twin's physics against real roasts, open loop, with the shipped
/// parameters and with those of the reference note, and the shadow's forecasts (Specs/physics.md P18, P36).
@main
struct Fidelity {
  static func main() throws {
    guard let folder = CommandLine.arguments.dropFirst().first,
      let index = try? text("\(folder)/index.csv")
    else {
      print("no roasts there: make fidelity ROASTS=FOLDER, with index.csv and a CSV a roast")
      return
    }
    let facts = RoastFacts.index(csv: index)
    let scores = try ["m1", "m2", "note-m1", "note-m2"].map { name in
      FidelityTable.Line(
        label: name,
        scores: try each(facts, of: name, in: folder) { record, roast, machine in
          try FidelityScore(record: record, facts: roast, machine: machine)
        })
    }
    print("Open loop: the levels alone are known.\n")
    print(FidelityTable(lines: scores).markdown)
    let forecasts = try ["m1", "m2"].map { name in
      ForecastTable.Line(
        label: name,
        scores: try each(facts, of: name, in: folder) { record, roast, machine in
          try ForecastScore(record: record, facts: roast, machine: machine)
        })
    }
    print("\nThe shadow beside the roast.\n")
    print(ForecastTable(lines: forecasts).markdown)
  }

  /// A score of every roast that is one of a parameter set's machine.
  private static func each<Score>(
    _ facts: [RoastFacts], of name: String, in folder: String,
    _ score: (RoastRecord, RoastFacts, MachineParameters) throws -> Score
  ) throws -> [Score] {
    guard let machine = MachineParameters.named(name) else {
      preconditionFailure("every set is shipped")
    }
    return try facts.filter { name.hasSuffix($0.machine) }.compactMap { roast in
      try RoastRecord(csv: try text("\(folder)/\(roast.name).csv")).map {
        try score($0, roast, machine)
      }
    }
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }
}
