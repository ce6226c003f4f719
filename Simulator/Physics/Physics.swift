import Glibc

/// The heat, the beans and the sensors of one machine: levels in, temperatures out.
///
/// A lumped model fitted on real roasts, integrated by explicit Euler steps
/// (Specs/physics.md). It knows nothing of the firmware: loading beans and opening the
/// door are events of their own, because on this machine a person does them by hand and
/// may forget. The same calls always give the same numbers.
public struct Physics: Sendable {
  /// The longest step that stays stable for every accepted batch (P15).
  public static let longestStepSeconds = 0.5

  /// The machine it runs as.
  public let machine: MachineParameters
  /// What acts on the machine now.
  public private(set) var controls: Controls
  /// Where the heat went since the start or the last `openLedger`.
  public internal(set) var ledger = EnergyLedger()

  /// The shell of the drum, which the infrared sensor sees while it is empty.
  public internal(set) var drumCelsius: Double
  /// The part of the drum that follows slowly.
  public internal(set) var slowMassCelsius: Double
  /// Housing and whatever else warms over several batches.
  public internal(set) var wallCelsius: Double
  /// Outside of the beans; keeps its last value when they have left.
  public internal(set) var beanSurfaceCelsius: Double
  /// Inside of the beans; keeps its last value when they have left.
  public internal(set) var beanCoreCelsius: Double
  /// Water over dry weight.
  public internal(set) var moisture = 0.0
  /// Reaction heat released so far, kJ per kg of dry bean.
  public internal(set) var reactionHeat = 0.0
  /// The bean probe's reading: BT.
  public internal(set) var probeCelsius: Double
  /// The infrared sensor's reading: IBTS.
  public internal(set) var infraredCelsius: Double

  /// The beans in the drum, until the last has left it.
  public internal(set) var batch: Batch?
  /// Time since the beans in the drum were loaded.
  public internal(set) var loadedSeconds = 0.0
  /// Share of the batch that is in the drum: rises as beans fall in, falls as they leave.
  public internal(set) var presence = 0.0
  /// Whether the front door stands open.
  public internal(set) var doorIsOpen = false

  var slowProbeCelsius: Double
  var probeOffset = 0.0
  var probeAtLoadCelsius = 0.0
  var infraredHoldSeconds = 0.0
  var dischargeSeconds = 0.0
  var emptySeconds = Double.infinity
  var beans = BeanConstants()
  var flow: FlowConstants
  var rates: ReactionRates
  let per: Reciprocals

  /// A machine that has stood switched off long enough to be at room temperature.
  public init(machine: MachineParameters, roomCelsius: Double = 22) {
    self.init(
      machine: machine, roomCelsius: roomCelsius, drumCelsius: roomCelsius,
      probeCelsius: roomCelsius)
  }

  /// A preheated machine just before the charge, known by its two readings, and by the levels that
  /// held them where it has stood a while.
  public init(
    machine: MachineParameters, roomCelsius: Double, drumCelsius: Double, probeCelsius: Double,
    controls: Controls? = nil
  ) {
    self.machine = machine
    per = Reciprocals(machine: machine)
    rates = ReactionRates(machine: machine)
    self.controls = controls ?? Controls(roomCelsius: roomCelsius)
    flow = FlowConstants(machine: machine, controls: self.controls)
    self.drumCelsius = drumCelsius
    self.probeCelsius = probeCelsius
    infraredCelsius = drumCelsius
    slowProbeCelsius = probeCelsius
    beanSurfaceCelsius = roomCelsius
    beanCoreCelsius = roomCelsius
    slowMassCelsius = machine.slowMassAtCharge(drum: drumCelsius, probe: probeCelsius)
    wallCelsius = machine.wallAtCharge(room: roomCelsius, probe: probeCelsius)
    probeOffset = (1 - machine.probeSlowShare) * (probeCelsius - gasCelsius)
  }

  /// Lets other levels, voltage or room act from now on.
  public mutating func set(_ controls: Controls) {
    guard controls != self.controls else { return }
    self.controls = controls
    flow = FlowConstants(machine: machine, controls: controls)
  }

  /// Starts the accounts of heat anew.
  public mutating func openLedger() {
    ledger = EnergyLedger()
  }
}

// MARK: - What people do by hand

extension Physics {
  /// Pours beans in; they reach the drum over the next seconds (P7, P9).
  public mutating func load(_ batch: Batch) throws(PhysicsError) {
    guard self.batch == nil else { throw .drumNotEmpty }
    self.batch = batch
    beans = BeanConstants(machine: machine, batch: batch)
    presence = 0
    loadedSeconds = 0
    dischargeSeconds = 0
    let celsius = batch.celsius ?? controls.roomCelsius
    beanSurfaceCelsius = celsius
    beanCoreCelsius = celsius
    moisture = batch.moisture
    reactionHeat = 0
    ledger.beansIn += beanJoules
    applyChargeLaw()
    probeAtLoadCelsius = probeCelsius
    slowProbeCelsius = probeCelsius
    probeOffset = (1 - machine.probeSlowShare) * (probeCelsius - gasCelsius)
  }

  /// Opens the front door: beans begin to leave.
  public mutating func openDoor() {
    doorIsOpen = true
  }

  /// Closes the front door: beans that have not left stay.
  public mutating func closeDoor() {
    doorIsOpen = false
  }

  /// Sets the infrared reading and holds it, as the firmware does at the start of a roast.
  public mutating func holdInfrared(at celsius: Double = 25, forSeconds seconds: Double = 4) {
    infraredCelsius = celsius
    infraredHoldSeconds = seconds
  }

  /// The fit knows the slow mass only by the two readings before the charge, and finds it
  /// colder than an empty drum leaves it; what setting it takes is in the ledger. Drum and
  /// walls carry over as they are.
  private mutating func applyChargeLaw() {
    let slow = machine.slowMassAtCharge(drum: drumCelsius, probe: probeCelsius)
    ledger.chargeLaw += machine.slowHeatCapacity * (slow - slowMassCelsius)
    slowMassCelsius = slow
  }
}

// MARK: - Readings

extension Physics {
  /// The gas in the drum, which holds no heat of its own.
  public var gasCelsius: Double { gas(toBeans: flow.gasToBeans * beans.scale * presence) }

  /// The exhaust; no recording has a usable one, so this is a guess (P21).
  public var exhaustCelsius: Double {
    controls.roomCelsius + machine.exhaustShare * (gasCelsius - controls.roomCelsius)
  }

  /// Heat going into the drum.
  @inline(__always)
  public var heaterWatts: Double {
    batch == nil ? flow.emptyHeaterWatts : flow.heaterWatts
  }

  /// Mean temperature of the beans.
  @inline(__always)
  public var beanCelsius: Double {
    machine.surfaceShare * beanSurfaceCelsius + (1 - machine.surfaceShare) * beanCoreCelsius
  }

  /// Water lost so far over green weight: what the balance of heat knows.
  public var waterLossPercent: Double {
    guard let batch else { return 0 }
    return (batch.moisture - moisture) / (1 + batch.moisture) * 100
  }

  /// Weight loss of a finished roast by the formula fitted on scales, for summaries;
  /// water alone explains only about half of it (P16).
  public static func weightLossPercent(dropInfraredCelsius: Double, minutes: Double) -> Double {
    max(0, 12.8 + 0.16 * (dropInfraredCelsius - 205) + 0.71 * (minutes - 8.33))
  }

  /// Heat in metal and beans over 0 C, from the temperatures alone.
  public var storedJoules: Double {
    machine.drumHeatCapacity * drumCelsius + machine.slowHeatCapacity * slowMassCelsius
      + machine.wallHeatCapacity * wallCelsius + (batch == nil ? 0 : beanJoules)
  }

  /// Heat in the beans over 0 C.
  var beanJoules: Double {
    let mean = beanCelsius
    return beans.dryGrams * beans.factor
      * (machine.beanHeat * mean + 0.0005 * machine.beanHeatGrowth * mean * mean
        + BeanConstants.waterHeat * moisture * mean)
  }

  @inline(__always)
  func gas(toBeans: Double) -> Double {
    let inlet =
      controls.roomCelsius + machine.inletFromWall * (wallCelsius - controls.roomCelsius)
    return (flow.gasFlow * inlet + flow.drumToGas * drumCelsius + toBeans * beanSurfaceCelsius)
      / (flow.gasFlow + flow.drumToGas + toBeans)
  }
}
