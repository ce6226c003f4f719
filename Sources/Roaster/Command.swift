/// What somebody may want the roaster to do.
public enum Command: Hashable, Sendable {
  case heater(HeaterLevel)
  case fan(FanLevel)
  case drum(DrumLevel)
  /// One press of the PRS button, from a state that is known to one that must follow.
  case press(Press)

  /// What commands are counted, paused and listed by; the name in JSON and in the store.
  public enum Kind: String, CaseIterable, Sendable {
    case heater, fan, drum
    case beginPreheat = "begin_preheat"
    case beginRoast = "begin_roast"
    case beginCooling = "begin_cooling"
    case shutDown = "shut_down"
  }

  /// Its kind.
  public var kind: Kind {
    switch self {
    case .heater: .heater
    case .fan: .fan
    case .drum: .drum
    case .press(let press): press.kind
    }
  }

  /// The control that it sets, and to what; nil for a press.
  public var setting: (control: Control, level: Int)? {
    switch self {
    case .heater(let level): (.heater, level.number)
    case .fan(let level): (.fan, level.number)
    case .drum(let level): (.drum, level.number)
    case .press: nil
    }
  }

  /// In words, as `heater 7` or `begin cooling`.
  public var text: String {
    if let (control, level) = setting { return "\(control.name) \(level)" }
    return kind.rawValue.split(separator: "_").joined(separator: " ")
  }
}

/// What one press of PRS is to do. The button has a meaning in each state; the same bytes end a roast
/// or switch the machine on, so a press names the state that it starts from.
public enum Press: CaseIterable, Hashable, Sendable {
  case beginPreheat, beginRoast, beginCooling, shutDown

  var kind: Command.Kind {
    switch self {
    case .beginPreheat: .beginPreheat
    case .beginRoast: .beginRoast
    case .beginCooling: .beginCooling
    case .shutDown: .shutDown
    }
  }

  /// The state that it must start from.
  public var from: RoasterState {
    switch self {
    case .beginPreheat: .off
    case .beginRoast: .ready
    case .beginCooling: .roasting
    case .shutDown: .cooling
    }
  }

  /// The states that show that it had its effect.
  public var reaches: [RoasterState] {
    switch self {
    case .beginPreheat: [.preheating, .stabilising]
    case .beginRoast: [.roasting]
    case .beginCooling: [.ending, .cooling]
    case .shutDown: [.shuttingDown, .off]
    }
  }

  /// What a person must have said: beans are moved by hand, and no sensor is sure of them.
  public var word: PersonsWord? {
    switch self {
    case .beginRoast: .beansAreIn
    case .beginCooling: .doorIsOpen
    case .beginPreheat, .shutDown: nil
    }
  }
}

/// What only a person beside the machine can know.
public enum PersonsWord: String, CaseIterable, Sendable {
  case beansAreIn = "beans_are_in"
  case doorIsOpen = "door_is_open"
}

extension Command {
  /// The command as programs read it.
  public var json: JSON {
    .object([
      ("kind", .string(kind.rawValue)), ("level", JSON(setting?.level)),
    ])
  }

  /// The command of that kind; nil where the level is missing, not settable, or one too many.
  public init?(_ kind: Kind, level: Int?) {
    let command: Command? =
      switch kind {
      case .heater: level.flatMap(HeaterLevel.init).map(Command.heater)
      case .fan: level.flatMap(FanLevel.init).flatMap { $0.isSettable ? .fan($0) : nil }
      case .drum: level.flatMap(DrumLevel.init).flatMap { $0.isSettable ? .drum($0) : nil }
      case .beginPreheat: level == nil ? .press(.beginPreheat) : nil
      case .beginRoast: level == nil ? .press(.beginRoast) : nil
      case .beginCooling: level == nil ? .press(.beginCooling) : nil
      case .shutDown: level == nil ? .press(.shutDown) : nil
      }
    guard let command else { return nil }
    self = command
  }

  /// Reads what `json` writes.
  public init?(_ json: JSON) {
    guard let kind = json["kind"]?.stringValue.flatMap(Kind.init) else { return nil }
    let level = json["level"]
    let number = level?.integerValue.map(Int.init)
    guard level == nil || level == .null || number != nil else { return nil }
    self.init(kind, level: number)
  }
}
