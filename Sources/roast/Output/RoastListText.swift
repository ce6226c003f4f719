import Roaster

/// A list of roasts, for a person.
struct RoastListText {
  private let found: JSON
  private let unit: TemperatureUnit

  init(_ found: JSON, unit: TemperatureUnit) {
    self.found = found
    self.unit = unit
  }

  var text: String {
    var table = TextTable(["ID", "BEGAN", "TIME", "FIRST CRACK", "DEV", "DROP", "LOSS", "BATCH"])
    for roast in found["roasts"]?.arrayValue ?? [] { table.add(row(roast)) }
    guard !table.isEmpty else { return "No roasts.\n" }
    let next = found.count("next_before").map { "More: roast roasts --before \($0)\n" } ?? ""
    return table.text + next
  }

  private func row(_ roast: JSON) -> [String] {
    func clock(_ key: String) -> String {
      roast.fact(key).map { ClockText.minutes(Int($0)) } ?? "--"
    }
    func percent(_ key: String) -> String {
      roast.fact(key).map { fixed(100 * $0, 1) + " %" } ?? "--"
    }
    let status = roast.words("status") ?? "?"
    let name = BatchText(roast).names
    let notes = [
      name, status == "ended" ? nil : status,
      roast["simulated"]?.boolValue == true ? "twin" : nil,
    ]
    return [
      roast.count("id").map { "\($0)" } ?? "?", roast.time("began")?.localText ?? "?",
      clock("duration_seconds"), clock("first_crack_seconds"), percent("development_ratio"),
      temperature(roast.fact("drop_bean_celsius").map(Celsius.init), unit),
      percent("weight_loss_ratio"), notes.compactMap(\.self).joined(separator: "; "),
    ]
  }
}
