import Roaster

extension TwinHost {
  /// The twin as it truly is, which no byte tells (Specs/served-twin.md V9).
  var state: JSON {
    let bullet = workshop.bullet
    let physics = bullet.physics
    let beans = physics.batch == nil ? nil : physics.beanCelsius
    return .object([
      ("seconds", Self.rounded(bullet.seconds)),
      ("state", .string(bullet.state.name)),
      ("clock_seconds", Self.rounded(bullet.clockSeconds)),
      ("heater", JSON(bullet.level(of: .heater))),
      ("fan", JSON(bullet.level(of: .fan))),
      ("drum", JSON(bullet.level(of: .drum))),
      ("shown_bean_celsius", Self.rounded(bullet.shown.bean)),
      ("shown_ibts_celsius", Self.rounded(bullet.shown.infrared)),
      ("beans_celsius", Self.rounded(beans)),
      ("drum_celsius", Self.rounded(physics.drumCelsius)),
      ("grams", JSON(physics.batch?.grams)),
      ("beans_in_drum_share", Self.rounded(physics.presence)),
      ("door_open", .bool(physics.doorIsOpen)),
      ("faults", .array(bullet.activeFaults.map { .string($0.fault.name) })),
      ("on_the_bus", .bool(isOnTheBus)),
      ("opened", .bool(holder != nil)),
      ("person_done", .bool(workshop.isOver)),
    ])
  }

  private static func rounded(_ value: Double?) -> JSON {
    JSON(value.map { ($0 * 100).rounded() / 100 })
  }
}

extension Fault {
  /// The name it has in a scenario.
  fileprivate var name: String {
    switch self {
    case .late: "late"
    case .lost: "lost"
    case .short: "short"
    case .long: "long"
    case .corrupted: "corrupted"
    case .stall: "stall"
    case .unplugged: "unplugged"
    case .stepLost: "step_lost"
    case .stepDoubled: "step_doubled"
    case .knob: "knob"
    case .beansNeverLoaded: "beans_never_loaded"
    case .doorNeverOpened: "door_never_opened"
    case .probeOpen: "probe_open"
    case .probeStuck: "probe_stuck"
    case .probeDrift: "probe_drift"
    case .probeNoisy: "probe_noisy"
    case .windowDirty: "window_dirty"
    case .fanWeak: "fan_weak"
    case .heaterStuck: "heater_stuck"
    case .mainsSag: "mains_sag"
    case .clockJump: "clock_jump"
    }
  }
}
