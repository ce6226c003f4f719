/// What the governor judges a command by, each with its number in Specs/governor.md. The raw value is
/// the code in JSON and in the store, which stays.
public enum Rule: String, CaseIterable, Sendable {
  // Permissives: must hold before a command may start.
  case autonomyLevel = "autonomy_level"
  case linkDown = "link_down"
  case notIdentified = "not_identified"
  case notCommissioned = "not_commissioned"
  case auditUnavailable = "audit_unavailable"
  case staleTelemetry = "stale_telemetry"
  case unknownState = "unknown_state"
  case suspectReading = "suspect_reading"
  case wrongState = "wrong_state"
  case personsWord = "persons_word"
  case needsPerson = "needs_person"
  case nobodyPresent = "nobody_present"
  case pilotSilent = "pilot_silent"
  case cannotRehearse = "cannot_rehearse"
  case rehearsedBreach = "rehearsed_breach"

  // Interlocks: block while they hold.
  case aborted
  case tripped
  case busy
  case panelActive = "panel_active"
  case breakerOpen = "breaker_open"
  case valueLimit = "value_limit"
  case stepLimit = "step_limit"
  case rampLimit = "ramp_limit"
  case minimumInterval = "minimum_interval"
  case batchLimit = "batch_limit"
  case dayLimit = "day_limit"
  case failureRate = "failure_rate"
  case beanCeiling = "bean_ceiling"
  case infraredCeiling = "ibts_ceiling"
  case riseCeiling = "rise_ceiling"
  case fanFloor = "fan_floor"
  case drumStands = "drum_stands"

  // What an approval is bound to.
  case approvalExpired = "approval_expired"
  case proposalChanged = "proposal_changed"
  case stateChanged = "state_changed"

  /// What kinds of rules there are.
  public enum Kind: String, CaseIterable, Sendable { case permissive, interlock, binding }

  /// Its kind.
  public var kind: Kind {
    switch self {
    case .autonomyLevel, .linkDown, .notIdentified, .notCommissioned, .auditUnavailable,
      .staleTelemetry, .unknownState, .suspectReading, .wrongState, .personsWord, .needsPerson,
      .nobodyPresent, .pilotSilent, .cannotRehearse, .rehearsedBreach:
      .permissive
    case .aborted, .tripped, .busy, .panelActive, .breakerOpen, .valueLimit, .stepLimit,
      .rampLimit, .minimumInterval, .batchLimit, .dayLimit, .failureRate, .beanCeiling,
      .infraredCeiling, .riseCeiling, .fanFloor, .drumStands:
      .interlock
    case .approvalExpired, .proposalChanged, .stateChanged: .binding
    }
  }

  /// Where it stands in the order of the numbers.
  var place: Int { Rule.allCases.prefix { $0 != self }.count }

  /// Its number in Specs/governor.md: P, I or B, and the place within its kind.
  public var number: String {
    let before = Rule.allCases.prefix { $0 != self }.count { $0.kind == kind }
    let letter = kind == .permissive ? "P" : kind == .interlock ? "I" : "B"
    return letter + String(before + 1)
  }
}
