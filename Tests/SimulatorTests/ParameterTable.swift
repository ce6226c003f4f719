import FoundationEssentials

/// Simulator/parameters.csv and the Swift source that is generated from it.
struct ParameterTable {
  static let sets = ["m1", "m2", "note-m1", "note-m2"]
  static let columns = ["parameter", "symbol", "unit"] + sets + ["provenance"]

  let rows: [[String]]

  init(csv: String) {
    rows = csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The text of Simulator/Physics/MachineParametersTable.swift.
  var swift: String {
    var lines = [
      "// Generated from Simulator/parameters.csv by `Tests/SimulatorTests/peer/refresh.sh`; do not edit.",
      "",
      "extension MachineParameters {",
    ]
    for (index, set) in Self.sets.enumerated() {
      let identifier = set.replacing("note-m", with: "noteM")
      if index > 0 { lines.append("") }
      lines.append("  /// Column \(set) of Simulator/parameters.csv.")
      lines.append("  public static let \(identifier) = MachineParameters(")
      lines.append("    name: \"\(set)\",")
      let values = rows.dropFirst().map { "    \($0[0]): \($0[3 + index])" }
      lines.append(values.joined(separator: ",\n"))
      lines.append("  )")
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Paths of the package, found from this file.
enum Package {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func path(_ relative: String) -> String { root.appending(path: relative).path }

  static func text(_ relative: String) throws -> String {
    try String(contentsOfFile: path(relative), encoding: .utf8)
  }

  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }

  /// Where real roasts and reference traces are, when they are at hand.
  static var shared: String {
    environment("ROAST_SHARED") ?? root.deletingLastPathComponent().appending(path: "shared").path
  }
}
