import Roaster

/// A Bullet R1 made of software: firmware, heat, beans, probes and panel (Specs/twin.md).
///
/// A value: the same seed, inputs and times give the same bytes. It owns no clock; `advance` hands
/// it the time. Bytes come in by `answer`, hands by `perform`.
public struct Bullet: Sendable {
  /// The heat and the beans, as they truly are.
  public private(set) var physics: Physics
  /// Seconds since the beginning.
  public private(set) var seconds = 0.0

  private let setup: Setup
  private var firmware: Firmware
  private var sensors: Sensors
  private var random: SeededGenerator
  private var ticks = 0
  private var pendingSteps: [(due: Double, actuation: Actuation)] = []
  private var startedFaults = 0
  private var fanRPM = 0.0
  private var boardCelsius: Double
  private var nextIdleMessage: Double
  private var roasts: UInt32

  /// What a twin is made of and where it begins.
  public struct Setup: Sendable {
    /// How it stands when time begins.
    public enum Start: Equatable, Sendable {
      /// Switched off and at room temperature.
      case cold
      /// Preheated and waiting for beans, known by its two readings.
      case ready(infrared: Double, bean: Double)
    }

    public var machine: MachineParameters
    public var start: Start
    public var roomCelsius: Double
    public var preheatTarget: Int
    /// The beans that `load` pours in, apart from their weight.
    public var beanFactor: Double
    public var moisture: Double
    /// Mains voltage while the heater is on.
    public var volts: Double
    public var isNoisy: Bool
    public var seed: UInt64
    public var faults: FaultPlan
    public var identification: Identification
    /// Seconds from a step to when it shows in the status, drawn for each.
    public var stepDelay: ClosedRange<Double>

    /// A machine like m1, ready for beans, unless said otherwise.
    public init(
      machine: MachineParameters = .m1, start: Start = .ready(infrared: 230, bean: 156),
      roomCelsius: Double = 22, preheatTarget: Int = 230, beanFactor: Double = 1,
      moisture: Double = 0.12, volts: Double = 202, isNoisy: Bool = true, seed: UInt64 = 1,
      faults: FaultPlan = FaultPlan(),
      identification: Identification = Identification(serial: 1001, firmware: 562, roasts: 0),
      stepDelay: ClosedRange<Double> = 0...Bullet.longestStepDelay
    ) {
      self.machine = machine
      self.start = start
      self.roomCelsius = roomCelsius
      self.preheatTarget = preheatTarget
      self.beanFactor = beanFactor
      self.moisture = moisture
      self.volts = volts
      self.isNoisy = isNoisy
      self.seed = seed
      self.faults = faults
      self.identification = identification
      self.stepDelay = stepDelay
    }
  }

  /// The length of a tick; everything the roaster does happens on one.
  public static let tickSeconds = 0.1

  /// A twin at its beginning.
  public init(_ setup: Setup) {
    self.setup = setup
    random = SeededGenerator(seed: setup.seed)
    switch setup.start {
    case .cold:
      physics = Physics(machine: setup.machine, roomCelsius: setup.roomCelsius)
      firmware = Firmware(state: .off, preheatTarget: setup.preheatTarget)
    case .ready(let infrared, let bean):
      firmware = Firmware(state: .ready, preheatTarget: setup.preheatTarget)
      let levels = firmware.levels
      physics = Physics(
        machine: setup.machine, roomCelsius: setup.roomCelsius, drumCelsius: infrared,
        probeCelsius: bean,
        controls: Controls(
          heater: levels.heater, fan: levels.fan, drum: levels.drum,
          supply: setup.volts / 202, roomCelsius: setup.roomCelsius))
    }
    sensors = Sensors(
      isNoisy: setup.isNoisy, bean: physics.probeCelsius, infrared: physics.infraredCelsius)
    boardCelsius = setup.roomCelsius + 10
    nextIdleMessage = Self.idleMessageSeconds
    roasts = setup.identification.roasts
    sensors.read(physics, faults: [], every: Self.tickSeconds, &random)
  }

  /// The machine's own serial number.
  public var serial: Int16 { setup.identification.serial }
  /// What the roaster is doing.
  public var state: RoasterState { firmware.state }
  /// Heater, fan and drum level.
  public func level(of control: Control) -> Int { firmware.levels[control] }
  /// The roast clock.
  public var clockSeconds: Double { firmware.clockSeconds }
  /// What the probes show now.
  public var shown: (bean: Double, infrared: Double) { (sensors.bean, sensors.infrared) }
  /// The faults that act now.
  public var activeFaults: [TimedFault] { setup.faults.active(at: seconds) }

  /// Lets time pass up to so many seconds after the beginning.
  public mutating func advance(to target: Double) {
    while Double(ticks + 1) * Self.tickSeconds <= target + 1e-9 { tick() }
  }

  private mutating func tick() {
    ticks += 1
    seconds = Double(ticks) * Self.tickSeconds
    let faults = setup.faults.active(at: seconds)
    beginFaults()
    takeDueSteps(faults)
    let before = firmware.state
    firmware.advance(
      by: Self.tickSeconds, drum: physics.infraredCelsius, inside: physics.drumCelsius)
    noteChange(from: before)
    let controls = controls(faults)
    physics.set(controls)
    do throws(PhysicsError) {
      try physics.advance(by: Self.tickSeconds)
    } catch { preconditionFailure("a tick is a step that physics accepts") }
    sensors.read(physics, faults: faults, every: Self.tickSeconds, &random)
    fanRPM += (FanCurve.rpm(level: controls.fan) * controls.fanSpeed - fanRPM) * 0.08
    boardCelsius += (setup.roomCelsius + 10 + 3 * Double(controls.heater) - boardCelsius) * 0.0003
  }

  /// What acts on the metal: the levels, and what is wrong with them.
  private func controls(_ faults: [TimedFault]) -> Controls {
    var controls = Controls(
      heater: firmware.levels.heater, fan: firmware.levels.fan, drum: firmware.levels.drum,
      supply: setup.volts / 202, roomCelsius: setup.roomCelsius)
    controls.isHolding = firmware.state == .stabilising || firmware.state == .ready
    for item in faults {
      switch item.fault {
      case .heaterStuck(let level): controls.heater = level
      case .fanWeak(let share): controls.fanSpeed = share
      case .mainsSag(let share): controls.supply *= share
      default: break
      }
    }
    return controls
  }

  /// What happens once, when a fault begins.
  private mutating func beginFaults() {
    let faults = setup.faults.faults
    while startedFaults < faults.count, faults[startedFaults].from <= seconds {
      switch faults[startedFaults].fault {
      case .knob(let control, let steps): firmware.turn(control, by: steps)
      case .clockJump(let jump): firmware.jumpClock(by: jump)
      default: break
      }
      startedFaults += 1
    }
  }

  private mutating func noteChange(from before: RoasterState) {
    guard before != firmware.state, firmware.state == .roasting else { return }
    roasts += 1
    physics.holdInfrared()
  }
}

// MARK: - Hands

extension Bullet {
  /// What an operator does; what the machine would not let happen does not happen.
  public mutating func perform(_ action: PanelAction) {
    let before = firmware.state
    switch action {
    case .prs: firmware.pressPRS()
    case .preheatAgain: firmware.preheatAgain()
    case .preheatTarget(let target): firmware.setPreheatTarget(target)
    case .load(let grams): load(grams: grams)
    case .openDoor where !isForgotten(.doorNeverOpened): physics.openDoor()
    case .openDoor: break
    case .closeDoor: physics.closeDoor()
    case .turn(let control, let steps): firmware.turn(control, by: steps)
    }
    noteChange(from: before)
  }

  private mutating func load(grams: Double) {
    guard physics.batch == nil, !isForgotten(.beansNeverLoaded),
      let batch = try? Batch(grams: grams, factor: setup.beanFactor, moisture: setup.moisture)
    else { return }
    try? physics.load(batch)
  }

  private func isForgotten(_ fault: Fault) -> Bool { activeFaults.contains { $0.fault == fault } }
}

// MARK: - Bytes

extension Bullet {
  private static let idleMessageSeconds = 15.0
  /// A step that was taken shows at most so much later.
  public static let longestStepDelay = 0.8

  /// The reply to a request; nil for one that has none, or that the roaster does not know.
  public mutating func answer(_ request: [UInt8]) -> [UInt8]? {
    if let query = Query(bytes: request) { return reply(to: query) }
    if let actuation = Actuation(bytes: request) { accept(actuation) }
    return nil
  }

  private mutating func reply(to query: Query) -> [UInt8] {
    switch query {
    case .info1: return identification.info1
    case .info2: return identification.info2
    case .status2: return wireStatus.frame.secondHalf
    case .status1:
      guard firmware.state != .roasting, seconds >= nextIdleMessage else {
        return wireStatus.frame.firstHalf
      }
      nextIdleMessage = seconds + Self.idleMessageSeconds
      return idleMessage()
    }
  }

  private var identification: Identification {
    var identification = setup.identification
    identification.roasts = roasts
    return identification
  }

  /// Another message than a status: whatever it says, its byte 41 is not the mark of one.
  private mutating func idleMessage() -> [UInt8] {
    var bytes = random.bytes(StatusFrame.halfSize)
    bytes[41] = 0
    return bytes
  }

  /// A step shows in the status, and acts, after a delay of its own.
  private mutating func accept(_ actuation: Actuation) {
    let delay = Double.random(in: setup.stepDelay, using: &random)
    pendingSteps.append((seconds + delay, actuation))
  }

  private mutating func takeDueSteps(_ faults: [TimedFault]) {
    guard pendingSteps.contains(where: { $0.due <= seconds }) else { return }
    let due = pendingSteps.filter { $0.due <= seconds }
    pendingSteps.removeAll { $0.due <= seconds }
    for step in due {
      let before = firmware.state
      for _ in 0..<repetitions(faults) { take(step.actuation) }
      noteChange(from: before)
    }
  }

  /// How often a step is taken: once, unless a fault loses or doubles it.
  private mutating func repetitions(_ faults: [TimedFault]) -> Int {
    for item in faults {
      switch item.fault {
      case .stepLost(let probability) where Double.random(in: 0..<1, using: &random) < probability:
        return 0
      case .stepDoubled(let probability)
      where Double.random(in: 0..<1, using: &random) < probability:
        return 2
      default: break
      }
    }
    return 1
  }

  private mutating func take(_ actuation: Actuation) {
    switch actuation {
    case .prs: firmware.pressPRS()
    case .heaterUp: firmware.turn(.heater, by: 1)
    case .heaterDown: firmware.turn(.heater, by: -1)
    case .fanUp: firmware.turn(.fan, by: 1)
    case .fanDown: firmware.turn(.fan, by: -1)
    case .drum(let level): firmware.set(.drum, to: level.number)
    }
  }

  /// All fields of the status now.
  public var wireStatus: WireStatus {
    var wire = WireStatus()
    let clock = Int(firmware.clockSeconds)
    wire.bean = Float(sensors.bean)
    wire.beanRateOfRise = Float((sensors.beanRateOfRise * 10).rounded() / 10)
    wire.infrared = Float(sensors.infrared)
    wire.exhaust = Float((physics.exhaustCelsius * 10).rounded() / 10)
    wire.clockMinutes = UInt8(min(clock / 60, 255))
    wire.clockSeconds = UInt8(clock % 60)
    wire.heater = UInt8(firmware.levels.heater)
    wire.fan = UInt8(firmware.levels.fan)
    wire.drum = UInt8(firmware.levels.drum)
    wire.state = firmware.state.code
    wire.infraredBoard = Float((boardCelsius + 5).rounded())
    wire.controlBoard = Float(boardCelsius.rounded())
    wire.fanSpeed = Int16((fanRPM / 15).rounded() * 15)
    wire.mainsVolts = Int16(volts.rounded())
    wire.coilFan1 = firmware.levels.heater > 0 ? 40 : 20
    wire.coilFan2 = wire.coilFan1
    wire.preheatTarget = UInt16(firmware.preheatTarget)
    return wire
  }

  /// Recordings show some volts more while the heater is on.
  private var volts: Double {
    let sag = activeFaults.reduce(1.0) { share, item in
      if case .mainsSag(let sag) = item.fault { share * sag } else { share }
    }
    return (firmware.levels.heater > 0 ? setup.volts : setup.volts - 7) * sag
  }
}
