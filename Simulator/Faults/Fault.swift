import Roaster

/// Something that goes wrong at the roaster or on the cable (Specs/twin.md T20 to T28).
public enum Fault: Equatable, Sendable {
  // On the cable.
  /// Replies come so many milliseconds late.
  case late(milliseconds: Int)
  /// Replies never come.
  case lost
  /// Replies end after so many bytes.
  case short(bytes: Int)
  /// Replies go on for so many bytes too many.
  case long(bytes: Int)
  /// Replies have some of their bits turned.
  case corrupted
  /// The endpoint is halted until the host clears it.
  case stall
  /// The device is off the bus.
  case unplugged

  // At the controls.
  /// A step has no effect, with this probability.
  case stepLost(probability: Double)
  /// A step is taken twice, with this probability.
  case stepDoubled(probability: Double)
  /// A person turns a knob.
  case knob(Control, by: Int)
  /// The operator forgets the beans.
  case beansNeverLoaded
  /// The operator forgets the door.
  case doorNeverOpened

  // In the machine.
  /// The bean probe's wire is broken: it reads below -1.
  case probeOpen
  /// The bean probe shows what it showed when the fault began.
  case probeStuck
  /// The bean probe wanders off, so many degrees a minute.
  case probeDrift(degreesPerMinute: Double)
  /// The bean probe jumps about, by this deviation.
  case probeNoisy(degrees: Double)
  /// The infrared sensor's window is dirty: it sees this share of the heat over the room.
  case windowDirty(share: Double)
  /// The fan runs at this share of its speed.
  case fanWeak(share: Double)
  /// The heater stays at a level, whatever the panel says.
  case heaterStuck(level: Int)
  /// The mains give this share of their voltage.
  case mainsSag(share: Double)
  /// The roast clock jumps by so many seconds, once.
  case clockJump(seconds: Double)
}

/// A fault with the time it begins and how long it lasts.
public struct TimedFault: Equatable, Sendable {
  public var fault: Fault
  /// Seconds from the twin's beginning.
  public var from: Double
  /// Seconds; forever if infinite.
  public var lasting: Double

  /// A fault from then on, for so long.
  public init(_ fault: Fault, from: Double, lasting: Double = .infinity) {
    self.fault = fault
    self.from = from
    self.lasting = lasting
  }

  func isActive(at seconds: Double) -> Bool { seconds >= from && seconds < from + lasting }
}

/// The faults of one run.
public struct FaultPlan: Equatable, Sendable {
  public private(set) var faults: [TimedFault]

  /// These faults, in any order.
  public init(_ faults: [TimedFault] = []) {
    self.faults = faults.sorted { $0.from < $1.from }
  }

  /// Faults of every kind that a cable has, drawn from a seed: so many a minute, each for a moment.
  public static func stormOnTheCable(
    seed: UInt64, perMinute: Double, seconds: Double
  ) -> FaultPlan {
    var random = SeededGenerator(seed: seed)
    let count = Int(perMinute * seconds / 60)
    return FaultPlan(
      (0..<count).map { _ in
        let kinds: [Fault] = [
          .late(milliseconds: .random(in: 900...2500, using: &random)), .lost,
          .short(bytes: .random(in: 0..<64, using: &random)),
          .long(bytes: .random(in: 1...10, using: &random)), .stall, .unplugged,
        ]
        let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
        return TimedFault(
          kind, from: .random(in: 0..<seconds, using: &random),
          lasting: .random(in: 0.05...1.5, using: &random))
      })
  }

  func active(at seconds: Double) -> [TimedFault] {
    faults.isEmpty ? [] : faults.filter { $0.isActive(at: seconds) }
  }
}
