import Governor
import Roaster
import Shadow

/// Makes of the daemon's stream what a pilot sees once a second.
struct PilotView {
  private var yellowing: Double?
  private var firstCrack: Double?
  private var touched: Double?
  /// The pilot's own proposal that is open, and what became of the last.
  private var mine: Int64?
  private var outcome: PilotOutcome?
  private var shownAt = -Double.infinity
  /// The level of autonomy as it was told last.
  private(set) var level: String?
  /// Whether a person wants the pilot to end.
  private(set) var isStopped = false

  /// Takes a message; the sight if a second has passed since the last.
  mutating func take(_ event: String, _ json: JSON) -> PilotSight? {
    switch event {
    case "telemetry": return sight(json)
    case "roast":
      yellowing = json["landmarks"]?["yellowing"]?.fact("seconds")
      firstCrack = json["landmarks"]?["first_crack"]?.fact("seconds")
    case "event":
      if json.words("category") == "level", json.words("origin") == "panel" {
        touched = json.fact("roast_seconds") ?? touched
      }
    case "proposal": note(json)
    case "autonomy": level = json.words("level") ?? level
    case "pilot": isStopped = json.words("state") == "stopping"
    default: break
    }
    return nil
  }

  /// What the daemon made of a proposal.
  mutating func note(_ proposal: JSON) {
    guard let id = proposal["id"]?.integerValue, id == mine else { return }
    let state = proposal.words("status").flatMap(ProposalState.init(rawValue:))
    outcome =
      switch state {
      case .completed: .completed
      case .rejected:
        proposal["verdict"]?["allowed"]?.boolValue == false
          ? .refused(Self.rules(of: proposal)) : .rejected
      case .vetoed: .vetoed
      case .failed, .aborted: .failed
      case .expired, .superseded: .expired
      default: nil
      }
    if outcome != nil { mine = nil }
  }

  /// The pilot has just proposed that.
  mutating func proposed(_ proposal: JSON) {
    mine = proposal["id"]?.integerValue
    outcome = nil
    note(proposal)
  }

  /// The daemon would not hear of it.
  mutating func refused(_ code: String) {
    mine = nil
    outcome = .refused([code])
  }

  private static func rules(of proposal: JSON) -> [String] {
    (proposal["verdict"]?["rules"]?.arrayValue ?? []).compactMap { $0.words("code") }
  }

  private mutating func sight(_ json: JSON) -> PilotSight? {
    let now = (json["monotonic_ns"]?.numberValue ?? 0) / 1e9
    guard now - shownAt >= 1 || now < shownAt else { return nil }
    guard let state = json.count("state_code").flatMap({ UInt8(exactly: $0) }),
      let heater = json.count("heater_level"), let fan = json.count("fan_level"),
      let drum = json.count("drum_level")
    else { return nil }
    shownAt = now
    var sight = PilotSight(
      sample: Rehearsal.Sample(
        seconds: json.fact("roast_seconds") ?? 0, bean: json.fact(Field.bean.key).map(Celsius.init),
        infrared: json.fact(Field.infrared.key).map(Celsius.init), heater: heater, fan: fan,
        drum: drum),
      state: RoasterState(code: state))
    (sight.yellowingSeconds, sight.firstCrackSeconds) = (yellowing, firstCrack)
    sight.lastTouched = touched
    sight.hasOpenProposal = mine != nil
    sight.lastOutcome = outcome
    return sight
  }
}
