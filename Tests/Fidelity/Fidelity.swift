import FoundationEssentials
import Simulator

/// `make fidelity ROASTS=FOLDER`: the twin's physics against real roasts, open loop, with the shipped
/// parameters and with those of the reference note (Specs/physics.md P18).
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
    let lines = try ["m1", "m2", "note-m1", "note-m2"].map { name in
      guard let machine = MachineParameters.named(name) else {
        preconditionFailure("every set is shipped")
      }
      let scores = try facts.filter { name.hasSuffix($0.machine) }.compactMap { roast in
        try RoastRecord(csv: try text("\(folder)/\(roast.name).csv")).map {
          try FidelityScore(record: $0, facts: roast, machine: machine)
        }
      }
      return FidelityTable.Line(label: name, scores: scores)
    }
    print(FidelityTable(lines: lines).markdown)
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }
}
