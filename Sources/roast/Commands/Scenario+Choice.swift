import Roaster
import Simulator

extension Scenario {
  /// A shipped scenario by its name, or one from a file.
  init(nameOrPath text: String) throws(Complaint) {
    let isFile = text.contains("/") || text.hasSuffix(".json")
    let bytes = isFile ? try FileBytes.read(text) : nil
    let found: Scenario?
    do throws(ScenarioError) {
      if let bytes {
        found = try Scenario(json: bytes)
      } else {
        found = try ShippedScenarios.named(text)
      }
    } catch {
      throw Complaint(
        code: "bad_scenario", happened: "\(text): \(error.place) \(error.problem)",
        next: "Specs/scenario.md describes the file.", exit: .usage)
    }
    guard let found else {
      throw Complaint(
        code: "unknown_scenario", happened: "there is no scenario '\(text)'",
        next: "Shipped: \(ShippedScenarios.names.joined(separator: ", ")); or name a .json file.",
        exit: .usage)
    }
    self = found
  }
}

extension Twin {
  /// The twin that `--device` names: with the scenario's person beside it, or warm, ready and alone.
  convenience init(
    _ scenario: Scenario?, pace: Pace, seed: UInt64 = 1, isNoisy: Bool = true,
    started: WallTime = WallTime(milliseconds: 1_750_000_000_000)
  ) {
    self.init(
      scenario?.workshop(seed: seed, isNoisy: isNoisy)
        ?? Workshop(Bullet.Setup(isNoisy: isNoisy, seed: seed)),
      pace: pace, started: started)
  }
}
