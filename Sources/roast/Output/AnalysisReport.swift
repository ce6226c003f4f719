import Analysis
import Roaster

/// A roast's figures and findings, for people and for programs.
struct AnalysisReport {
  private let name: (key: String, value: JSON)
  private let title: String
  private let summary: RoastSummary
  private let findings: RoastFindings

  /// Of a roast that the daemon tells of.
  init(_ roast: JSON) {
    let curve = RoastCurve(json: roast["curve"] ?? .null)
    let number = roast.count("id").map { "\($0)" } ?? "?"
    name = ("id", roast["id"] ?? .null)
    title = "Roast \(number)" + (BatchText(roast).names.map { ": \($0)" } ?? "")
    summary = RoastSummary(
      curve, gramsIn: roast.fact("grams_in"), gramsOut: roast.fact("grams_out"))
    // Another version of the daemon may have found other things.
    findings = roast["findings"].flatMap(RoastFindings.init(json:)) ?? RoastFindings(curve)
  }

  /// Of a curve in a file.
  init(file: String, _ curve: RoastCurve) {
    name = ("file", .string(file))
    title = file
    summary = RoastSummary(curve)
    findings = RoastFindings(curve)
  }

  /// Celsius always.
  var json: JSON { .object([name, ("summary", summary.json), ("findings", findings.json)]) }

  func text(in unit: TemperatureUnit) -> String {
    let parts = [[title], summary.lines(in: unit), tally, items(in: unit)]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  /// What the roast took.
  private var tally: [String] {
    let changes = findings.levelChanges
    let commands = RoastCommand.Outcome.allCases.compactMap { outcome in
      findings.commands[outcome].map { "\($0) \(outcome.rawValue)" }
    }
    let energy = findings.energy.map {
      "\(fixed($0.ratedKilojoules, 0)) kJ by the plate, "
        + "\(fixed($0.meanShare * 100, 0)) % of full power in the mean"
    }
    return [
      energy.map { "Energy           " + $0 },
      "Level changes    heater \(changes.heater), fan \(changes.fan), drum \(changes.drum)",
      commands.isEmpty ? nil : "Commands         " + commands.joined(separator: ", "),
    ].compactMap(\.self)
  }

  private func items(in unit: TemperatureUnit) -> [String] {
    if findings.items.isEmpty { return ["Nothing to find fault with."] }
    return findings.items.flatMap { item in
      let clock = ClockText.minutes(Int(item.seconds))
      return [
        String(repeating: " ", count: max(0, 5 - clock.count)) + clock
          + "  \(item.severity.rawValue): \(item.text(in: unit))",
        "       \(item.advice)",
      ]
    }
  }
}
