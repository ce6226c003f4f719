/// The scenarios inside the program, from Simulator/scenarios.
public enum ShippedScenarios {
  /// Their names, in the order they are listed in.
  public static let names = [
    "medium", "light", "dark", "stalled", "scorched",
    "back-to-back", "cold-start", "lost-steps", "probe-failure",
    "cable-trouble", "never-loaded", "door-shut", "unattended",
  ]

  /// The scenario of a name; nil when none has it.
  public static func named(_ name: String) throws(ScenarioError) -> Scenario? {
    guard let bytes = json(named: name) else { return nil }
    return try Scenario(json: bytes)
  }

  private static func json(named name: String) -> [UInt8]? {
    switch name {
    case "medium": PackageResources.medium_json
    case "light": PackageResources.light_json
    case "dark": PackageResources.dark_json
    case "stalled": PackageResources.stalled_json
    case "unattended": PackageResources.unattended_json
    case "scorched": PackageResources.scorched_json
    case "back-to-back": PackageResources.back_to_back_json
    case "cold-start": PackageResources.cold_start_json
    case "lost-steps": PackageResources.lost_steps_json
    case "probe-failure": PackageResources.probe_failure_json
    case "cable-trouble": PackageResources.cable_trouble_json
    case "never-loaded": PackageResources.never_loaded_json
    case "door-shut": PackageResources.door_shut_json
    default: nil
    }
  }
}
