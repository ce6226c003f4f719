import Roaster

/// The person beside the twin, who acts by script: cue after cue, each when its time has come
/// (Specs/twin.md T12).
public struct Attendant: Equatable, Sendable {
  /// One thing to wait for, and what to do then.
  public struct Cue: Equatable, Sendable {
    public var when: Condition
    public var acts: [Act]

    /// When all of that holds, these acts.
    public init(when: Condition, acts: [Act]) {
      self.when = when
      self.acts = acts
    }
  }

  /// What must hold; what is nil need not.
  public struct Condition: Equatable, Sendable {
    public var state: RoasterState?
    /// Seconds since the cue before this one, or since the state asked for was entered.
    public var seconds: Double?
    /// Seconds on the roast clock.
    public var roastSeconds: Double?
    /// The bean probe has risen to this; it counts from a minute into the roast, past the fall.
    public var beanCelsius: Double?
    /// The infrared sensor shows at least this.
    public var infraredCelsius: Double?

    /// Nothing to wait for.
    public init() {}
  }

  /// What to do.
  public enum Act: Equatable, Sendable {
    case perform(PanelAction)
    /// Turns a knob until the panel shows a level.
    case set(Control, to: Int)
  }

  private let cues: [Cue]
  private var next = 0
  private var waitingSince = 0.0
  private var stateSeen: RoasterState?

  /// A person with these cues.
  public init(_ cues: [Cue]) { self.cues = cues }

  /// Whether nothing is left to do.
  public var isDone: Bool { next >= cues.count }

  /// What to do now.
  mutating func actions(seeing bullet: Bullet) -> [PanelAction] {
    guard next < cues.count, holds(cues[next].when, for: bullet) else { return [] }
    let acts = cues[next].acts
    next += 1
    waitingSince = bullet.seconds
    stateSeen = nil
    return acts.map { act in
      switch act {
      case .perform(let action): action
      case .set(let control, let level): .turn(control, by: level - bullet.level(of: control))
      }
    }
  }

  private mutating func holds(_ condition: Condition, for bullet: Bullet) -> Bool {
    if let state = condition.state {
      guard bullet.state == state else {
        stateSeen = nil
        return false
      }
      if stateSeen != state {
        stateSeen = state
        waitingSince = bullet.seconds
      }
    }
    if let seconds = condition.seconds, bullet.seconds - waitingSince < seconds - 1e-6 {
      return false
    }
    if let seconds = condition.roastSeconds {
      guard bullet.state == .roasting, bullet.clockSeconds >= seconds - 1e-6 else { return false }
    }
    if let bean = condition.beanCelsius {
      let isPastTheFall = bullet.state != .roasting || bullet.clockSeconds > 60
      guard isPastTheFall, bullet.shown.bean >= bean else { return false }
    }
    if let infrared = condition.infraredCelsius, bullet.shown.infrared < infrared { return false }
    return true
  }
}
