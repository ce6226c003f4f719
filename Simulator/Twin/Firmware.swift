import Roaster

/// The roaster's own program: states, levels, clock, and what it does by itself
/// (Specs/twin.md T1 to T9).
struct Firmware: Sendable {
  private(set) var state: RoasterState
  private(set) var levels: Levels
  private(set) var clockSeconds = 0.0
  private(set) var preheatTarget: Int
  /// Seconds since the state was entered.
  private(set) var stateSeconds = 0.0

  /// The level the operator last began a roast with; the next one begins with it.
  private var roastHeater = 7
  private var settledSeconds = 0.0
  private var decidedSeconds = 0.0

  /// Heater, fan and drum as the roaster runs them.
  struct Levels: Equatable, Sendable {
    var heater = 0
    var fan = 0
    var drum = 0

    subscript(control: Control) -> Int {
      get {
        switch control {
        case .heater: heater
        case .fan: fan
        case .drum: drum
        }
      }
      set {
        switch control {
        case .heater: heater = newValue
        case .fan: fan = newValue
        case .drum: drum = newValue
        }
      }
    }
  }

  init(state: RoasterState, preheatTarget: Int) {
    self.state = state
    self.preheatTarget = preheatTarget
    levels = Levels()
    setLevels(entering: state)
  }

  /// Whether the drum holds a temperature by itself.
  private var isHolding: Bool { [.preheating, .stabilising, .ready].contains(state) }

  // MARK: What others ask of it

  /// One press of the button walks to the next state (T2).
  mutating func pressPRS() {
    switch state {
    case .off: enter(.preheating)
    case .preheating, .stabilising: enter(.ready)
    case .ready: enter(.roasting)
    case .roasting: enter(.ending)
    case .ending, .unknown: break
    case .cooling: enter(.shuttingDown)
    case .shuttingDown: enter(.off)
    }
  }

  mutating func preheatAgain() {
    if state == .cooling || state == .shuttingDown { enter(.preheating) }
  }

  mutating func setPreheatTarget(_ target: Int) {
    preheatTarget = min(max(target, 0), 300)
  }

  /// A step, from the bus or from a knob; ignored where the machine would ignore it (T3).
  mutating func turn(_ control: Control, by steps: Int) {
    set(control, to: levels[control] + steps)
  }

  /// The drum is the one control that is set outright.
  mutating func set(_ control: Control, to level: Int) {
    guard accepts(control) else { return }
    let range =
      switch control {
      case .heater: HeaterScale.settable
      case .fan: FanScale.settable
      case .drum: DrumScale.settable
      }
    levels[control] = min(max(level, range.lowerBound), range.upperBound)
    if control == .heater, clockSeconds < Self.beginningSeconds { roastHeater = levels.heater }
  }

  private func accepts(_ control: Control) -> Bool {
    switch control {
    case .heater: state == .roasting
    case .fan: state == .roasting || state == .cooling || isHolding
    case .drum: state == .roasting || state == .cooling
    }
  }

  mutating func jumpClock(by seconds: Double) {
    clockSeconds = max(0, clockSeconds + seconds)
  }

  // MARK: What it does by itself

  /// Lets time pass; `drum` is what the infrared sensor shows, `inside` what is left of the heat.
  mutating func advance(by seconds: Double, drum: Double, inside: Double) {
    stateSeconds += seconds
    switch state {
    case .roasting:
      clockSeconds += seconds
    case .ending:
      if stateSeconds >= Self.endingSeconds { enter(.cooling) }
    case .preheating:
      if drum >= Double(preheatTarget) { enter(.stabilising) }
    case .stabilising:
      hold(drum)
      settledSeconds = abs(drum - Double(preheatTarget)) <= 2 ? settledSeconds + seconds : 0
      if settledSeconds >= Self.settledSeconds { enter(.ready) }
    case .ready:
      hold(drum)
    case .shuttingDown:
      if inside < Self.coolInside { enter(.off) }
    case .off, .cooling, .unknown:
      break
    }
  }

  private static let endingSeconds = 0.4
  private static let beginningSeconds = 60.0
  private static let settledSeconds = 20.0
  private static let coolInside = 90.0

  /// Holds the target with power 0 to 3, as recordings of a ready machine show; it thinks again
  /// every few seconds (T4).
  private mutating func hold(_ drum: Double) {
    guard stateSeconds - decidedSeconds >= Self.thinkingSeconds else { return }
    decidedSeconds = stateSeconds
    let missing = Double(preheatTarget) - drum
    levels.heater = missing > 0.5 ? 3 : missing > -0.5 ? 2 : missing > -1.5 ? 1 : 0
  }

  private static let thinkingSeconds = 12.0

  private mutating func enter(_ next: RoasterState) {
    state = next
    stateSeconds = 0
    settledSeconds = 0
    decidedSeconds = 0
    if next == .roasting || next == .preheating { clockSeconds = 0 }
    setLevels(entering: next)
  }

  /// The levels that the firmware sets with each state (T5).
  private mutating func setLevels(entering state: RoasterState) {
    switch state {
    case .off: levels = Levels()
    case .preheating: levels = Levels(heater: 7, fan: 1, drum: 0)
    case .stabilising: levels.heater = 0
    case .ready: levels = Levels(heater: 1, fan: 1, drum: 0)
    case .roasting: levels = Levels(heater: roastHeater, fan: 2, drum: 9)
    case .ending: break
    case .cooling: levels = Levels(heater: 0, fan: 7, drum: 1)
    case .shuttingDown: levels = Levels(heater: 0, fan: 7, drum: 0)
    case .unknown: levels.heater = 0
    }
  }
}
