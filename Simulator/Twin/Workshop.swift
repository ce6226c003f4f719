import Roaster

/// A twin and the person beside it: time passes for both together.
public struct Workshop: Sendable {
  public internal(set) var bullet: Bullet
  /// The person's script; nil when nobody is at the panel.
  public private(set) var attendant: Attendant?
  private var mischief: SeededGenerator

  /// A twin, with or without somebody beside it.
  public init(_ setup: Bullet.Setup, attendant: Attendant? = nil) {
    bullet = Bullet(setup)
    self.attendant = attendant
    mischief = SeededGenerator(seed: setup.seed ^ 0xC0FF_EE00)
  }

  /// Lets time pass up to so many seconds after the beginning; the person acts on each tick.
  public mutating func advance(to target: Double) {
    guard attendant != nil else { return bullet.advance(to: target) }
    while bullet.seconds + Bullet.tickSeconds <= target + 1e-9 {
      bullet.advance(to: bullet.seconds + Bullet.tickSeconds)
      for action in attendant?.actions(seeing: bullet) ?? [] { bullet.perform(action) }
    }
  }

  /// What a hand does now.
  public mutating func perform(_ action: PanelAction) { bullet.perform(action) }

  /// Whether the script has come to its end.
  public var isOver: Bool { attendant?.isDone ?? false }

  /// Turns one to four random bits.
  mutating func corrupt(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    for _ in 0..<Int.random(in: 1...4, using: &mischief) {
      let place = Int.random(in: 0..<bytes.count, using: &mischief)
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &mischief)
    }
  }
}
