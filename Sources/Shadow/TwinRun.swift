import Governor
import Roaster
import Simulator

/// The model at the present of one roast, and how far it is from what was read (Specs/governor.md, F2).
struct TwinRun {
  private var physics: Physics
  private(set) var fit = Fit()

  /// Runs the model from the charge to the last sample. The charge sets the levels by itself
  /// (Specs/twin.md, T5), so what was seen before it tells temperatures alone.
  init(
    of past: [Rehearsal.Sample], on machine: MachineParameters, with batch: Batch,
    roomCelsius: Double
  ) throws(PhysicsError) {
    let charge = Charge(past)
    physics = Physics(
      machine: machine, roomCelsius: roomCelsius, drumCelsius: charge.drumCelsius,
      probeCelsius: charge.probeCelsius)
    if let first = past.first(where: { $0.seconds > 0 }) {
      set(heater: first.heater, fan: first.fan, drum: first.drum)
    }
    try physics.load(batch)
    physics.holdInfrared()
    let fitted = (past.last?.seconds ?? 0) - Fit.seconds
    var now = 0.0
    for sample in past where sample.seconds > 0 {
      try advance(by: sample.seconds - now)
      now = sample.seconds
      set(heater: sample.heater, fan: sample.fan, drum: sample.drum)
      guard sample.seconds > fitted else { continue }
      fit.bean.add(sample.bean, physics.probeCelsius)
      fit.infrared.add(sample.infrared, physics.infraredCelsius)
    }
  }

  /// What would be read once a second from the present on, with the command applied at once (F1).
  func course(of command: Command, seconds: Double) throws(PhysicsError) -> Course {
    var ahead = self
    ahead.apply(command)
    var course = Course(first: reading)
    for _ in 0..<Int(seconds) {
      try ahead.advance(by: 1)
      course.add(ahead.reading)
    }
    return course
  }

  private var reading: (bean: Double, infrared: Double) {
    (physics.probeCelsius + fit.bean.mean, physics.infraredCelsius + fit.infrared.mean)
  }

  /// In equal steps that the physics takes; nothing for no time.
  private mutating func advance(by seconds: Double) throws(PhysicsError) {
    guard seconds > 0 else { return }
    let steps = (seconds / Physics.longestStepSeconds).rounded(.up)
    for _ in 0..<Int(steps) { try physics.advance(by: seconds / steps) }
  }

  /// A press is the one that begins to cool: the firmware sets the levels (Specs/twin.md, T5) and the
  /// beans leave through the open door.
  private mutating func apply(_ command: Command) {
    let now = physics.controls
    switch command {
    case .heater(let level): set(heater: level.number, fan: now.fan, drum: now.drum)
    case .fan(let level): set(heater: now.heater, fan: level.number, drum: now.drum)
    case .drum(let level): set(heater: now.heater, fan: now.fan, drum: level.number)
    case .press:
      set(heater: 0, fan: 7, drum: 1)
      physics.openDoor()
    }
  }

  private mutating func set(heater: Int, fan: Int, drum: Int) {
    var controls = physics.controls
    (controls.heater, controls.fan, controls.drum) = (heater, fan, drum)
    physics.set(controls)
  }
}

extension TwinRun {
  /// Readings less model over the last minute.
  struct Fit {
    /// What the offset is taken from (F2).
    static let seconds = 60.0
    /// The model explains no reading that is farther from it in the mean (F3).
    static let largestOffset = 30.0
    /// Nor one that strays more from that mean, by the root mean square (F3).
    static let largestMisfit = 5.0

    var bean = Residuals()
    var infrared = Residuals()

    /// How far the worse of the two sensors strayed from its offset.
    var misfit: Double { max(bean.deviation, infrared.deviation) }
    var isRead: Bool { bean.isEnough && infrared.isEnough }
    var isExplained: Bool {
      max(abs(bean.mean), abs(infrared.mean)) <= Fit.largestOffset && misfit <= Fit.largestMisfit
    }
  }

  /// One sensor's readings less what the model shows.
  struct Residuals {
    /// Fewer in a minute are no measure of it (F3).
    static let fewest = 20.0

    private var count = 0.0
    private var sum = 0.0
    private var squares = 0.0

    var isEnough: Bool { count >= Residuals.fewest && squares.isFinite }
    var mean: Double { sum / count }
    /// Rounding must not make it the root of less than nothing.
    var deviation: Double { max(0, squares / count - mean * mean).squareRoot() }

    mutating func add(_ reading: Celsius?, _ model: Double) {
      guard let reading else { return }
      let residual = reading.degrees - model
      count += 1
      sum += residual
      squares += residual * residual
    }
  }

  /// What would be read once a second.
  struct Course {
    private(set) var bean: [Double]
    private(set) var infrared: [Double]
    /// In C/min.
    private(set) var steepestRise = -Double.infinity

    init(first: (bean: Double, infrared: Double)) {
      bean = [first.bean]
      infrared = [first.infrared]
    }

    mutating func add(_ next: (bean: Double, infrared: Double)) {
      steepestRise = max(steepestRise, 60 * (next.bean - bean[bean.count - 1]))
      bean.append(next.bean)
      infrared.append(next.infrared)
    }

    /// Takes from another course of the same length what is hotter or steeper there.
    mutating func rise(to other: Course) {
      bean = zip(bean, other.bean).map(max)
      infrared = zip(infrared, other.infrared).map(max)
      steepestRise = max(steepestRise, other.steepestRise)
    }
  }
}

/// The two temperatures before the beans fell in, which set the metal's (Specs/physics.md, P9).
struct Charge {
  /// Where nothing was read: the mean of the real roasts of m1.
  private static let usualProbe = 158.0
  /// The drum by the probe, where only that was read: the line through the real roasts of m1 (F2).
  private static let drum = (perProbe: 1.08, base: 66.0)
  /// So soon an infrared reading over this is still the drum's: the firmware sets it to 25.0 for 4 s.
  private static let before = (seconds: 2.0, celsius: 60.0)

  let probeCelsius: Double
  let drumCelsius: Double

  init(_ past: [Rehearsal.Sample]) {
    let early = past.prefix { $0.seconds <= Charge.before.seconds }
    let probe = early.lazy.compactMap(\.bean).first?.degrees ?? Charge.usualProbe
    let seen = early.lazy.compactMap(\.infrared?.degrees).last { $0 > Charge.before.celsius }
    probeCelsius = probe
    drumCelsius = seen ?? Charge.drum.base + Charge.drum.perProbe * probe
  }
}
