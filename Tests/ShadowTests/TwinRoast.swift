import Governor
import Roaster

@testable import Simulator

/// A roast on the twin, from the charge on, and what somebody who listens once a second has of it.
struct TwinRoast {
  private(set) var bullet: Bullet
  private(set) var past: [Rehearsal.Sample] = []
  private var random: SeededGenerator

  /// A ready machine whose clock is started; nil grams means that nobody pours beans in.
  init(
    seed: UInt64, grams: Double?, infrared: Double = 235, bean: Double = 157,
    isNoisy: Bool = false
  ) {
    bullet = Bullet(
      Bullet.Setup(
        start: .ready(infrared: infrared, bean: bean), isNoisy: isNoisy, seed: seed))
    random = SeededGenerator(seed: seed)
    listen()
    bullet.perform(.prs)
    if let grams { bullet.perform(.load(grams: grams)) }
  }

  /// A roast of a weight, and from temperatures, that the seed draws.
  init(seed: UInt64, isNoisy: Bool) {
    var random = SeededGenerator(seed: seed)
    self.init(
      seed: seed, grams: .random(in: 250...900, using: &random),
      infrared: .random(in: 205...250, using: &random),
      bean: .random(in: 140...175, using: &random), isNoisy: isNoisy)
  }

  /// Roasts on with the levels as they are.
  mutating func roast(until seconds: Double) {
    while bullet.seconds + 0.95 < seconds {
      bullet.advance(to: bullet.seconds + 1)
      listen()
    }
  }

  /// Roasts on and turns a knob every now and then.
  mutating func roastAtRandom(until seconds: Double) {
    while bullet.seconds + 0.95 < seconds {
      roast(until: min(seconds, bullet.seconds + .random(in: 15...90, using: &random)))
      set(.heater, to: .random(in: 3...9, using: &random))
      set(.fan, to: .random(in: 1...6, using: &random))
    }
    listen()
  }

  mutating func set(_ control: Control, to level: Int) {
    bullet.perform(.turn(control, by: level - bullet.level(of: control)))
  }

  /// What comes of a command, on the same twin.
  func outcome(of command: Command, seconds: Double = 90) -> [(bean: Double, infrared: Double)] {
    var ahead = self
    if let (control, level) = command.setting { ahead.set(control, to: level) }
    if command == .press(.beginCooling) {
      ahead.bullet.perform(.openDoor)
      ahead.bullet.perform(.prs)
    }
    return (1...Int(seconds)).map { second in
      ahead.bullet.advance(to: bullet.seconds + Double(second))
      return ahead.bullet.shown
    }
  }

  private mutating func listen() {
    let shown = bullet.shown
    past.append(
      Rehearsal.Sample(
        seconds: bullet.seconds, bean: Celsius(shown.bean), infrared: Celsius(shown.infrared),
        heater: bullet.level(of: .heater), fan: bullet.level(of: .fan),
        drum: bullet.level(of: .drum)))
  }
}

extension Command {
  /// A command of a level that exists.
  static func heater(_ level: Int) -> Command { HeaterLevel(level).map(Command.heater) ?? stop }
  static func fan(_ level: Int) -> Command { FanLevel(level).map(Command.fan) ?? stop }
  static func drum(_ level: Int) -> Command { DrumLevel(level).map(Command.drum) ?? stop }
  private static let stop = Command.press(.shutDown)
}

extension Forecast {
  /// What refuses a command (Specs/governor.md, F4).
  var isBreach: Bool {
    steepestRise >= 35 || bean.contains { $0 >= 235 } || infrared.contains { $0 >= 270 }
  }
}
