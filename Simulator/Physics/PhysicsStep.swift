import Glibc

// The integration: one explicit Euler step of every equation in Specs/physics.md.
extension Physics {
  /// Seconds after the last bean left in which the probe still reads as in the roast.
  static let probeMemorySeconds = 30.0
  /// Time constant with which it then turns back to reading an empty drum.
  static let probeForgetSeconds = 60.0

  /// Moves time on. Steps of 0.1 s and 0.5 s agree within 0.15 C rms.
  public mutating func advance(by seconds: Double) throws(PhysicsError) {
    guard seconds > 0, seconds <= Physics.longestStepSeconds else {
      throw .stepOutOfRange(seconds: seconds)
    }
    let presence = presence
    let gasContact = flow.gasToBeans * beans.scale * presence
    let gas = gas(toBeans: gasContact)
    let sensors = sensorSlopes(presence: presence, gas: gas)
    let fromDrum = drumToBeans(presence: presence) * (drumCelsius - beanSurfaceCelsius)
    let fromGas = gasContact * (gas - beanSurfaceCelsius)
    advanceMetal(by: seconds, gas: gas, toBeans: fromDrum, gasToBeans: fromGas)
    if presence > 0 { advanceBeans(by: seconds, heat: fromDrum + fromGas) }
    probeCelsius += seconds * sensors.probe
    slowProbeCelsius += seconds * sensors.slow
    advanceInfrared(by: seconds, slope: sensors.infrared)
    advanceClocks(by: seconds, gas: gas)
  }

  /// Sets the controls and moves time on under them.
  public mutating func advance(_ controls: Controls, by seconds: Double) throws(PhysicsError) {
    set(controls)
    try advance(by: seconds)
  }

  @inline(__always)
  private func drumToBeans(presence: Double) -> Double {
    flow.turning * beans.drumContact * presence
      * (1 + machine.drumToBeansGrowth * 0.01 * (drumCelsius - 200))
  }

  /// Drum shell, slow mass and walls (P4).
  @inline(__always)
  private mutating func advanceMetal(
    by seconds: Double, gas: Double, toBeans: Double, gasToBeans: Double
  ) {
    let room = controls.roomCelsius
    let heater = heaterWatts
    let toGas = flow.drumToGas * (drumCelsius - gas)
    let toSlow = machine.drumToSlow * (drumCelsius - slowMassCelsius)
    let slowToWall = machine.slowToWall * (slowMassCelsius - wallCelsius)
    let gasToWall = flow.gasToWall * (gas - wallCelsius)
    let wallToRoom = machine.wallToRoom * (wallCelsius - room)
    let drumToRoom = machine.drumToRoom * (drumCelsius - room) + emptyExcessWatts

    ledger.heater += seconds * heater
    ledger.lostToRoom += seconds * (wallToRoom + drumToRoom)
    ledger.lostToExhaust += seconds * (toGas - gasToBeans - gasToWall)

    let drum = heater - toBeans - toGas - toSlow - drumToRoom
    drumCelsius += seconds * drum * per.drumHeatCapacity
    slowMassCelsius += seconds * (toSlow - slowToWall) * per.slowHeatCapacity
    wallCelsius += seconds * (slowToWall + gasToWall - wallToRoom) * per.wallHeatCapacity
  }

  /// Keeps a forgotten empty drum at full power below 400 C: a guess (P12).
  private var emptyExcessWatts: Double {
    @inline(__always) get {
      guard batch == nil, drumCelsius > 250 else { return 0 }
      let excess = drumCelsius - 250
      return machine.emptyExcessLoss * excess * excess
    }
  }

  /// Surface, core, water and reactions (P5, P6).
  @inline(__always)
  private mutating func advanceBeans(by seconds: Double, heat: Double) {
    let mean = beanCelsius
    let rates = rates.at(mean)
    let dried = min(seconds * rates.drying * moisture * moisture, moisture)
    let left = max(0, machine.reactionHeat - reactionHeat)
    let reacted = min(seconds * rates.reaction * left * per.reactionHeat, left)
    let dry = beans.dryGrams
    let latent = dry * BeanConstants.latentHeat * dried
    let reaction = dry * reacted
    let wetHeat = dry * beans.factor * BeanConstants.waterHeat
    let capacity =
      dry * beans.factor * (machine.beanHeat + 0.001 * machine.beanHeatGrowth * mean)
      + wetHeat * moisture
    let perCapacity = 1 / capacity
    let inward = seconds * beans.inward * (beanSurfaceCelsius - beanCoreCelsius)
    let both = (reaction - latent) * perCapacity

    ledger.reaction += reaction
    ledger.latent += latent
    ledger.vapour += wetHeat * mean * dried

    beanSurfaceCelsius += (seconds * heat - inward) * perCapacity * per.surfaceShare + both
    beanCoreCelsius += inward * perCapacity * per.coreShare + both
    moisture -= dried
    reactionHeat += reacted
  }
}

// MARK: - Beans that come and go

extension Physics {
  @inline(__always)
  private mutating func advanceBatch(by seconds: Double) {
    loadedSeconds += seconds
    if doorIsOpen {
      dischargeSeconds += seconds
    } else if presence == 1 {
      return
    }
    presence = filled * remaining
    if remaining == 0 { removeBeans() }
  }

  /// Share of the batch that has fallen in (P7).
  private var filled: Double {
    guard loadedSeconds >= machine.chargeDelay else { return 0 }
    let spreads = (loadedSeconds - machine.chargeDelay) / machine.chargeSpread
    return spreads > 16 ? 1 : 1 - exp(-spreads)
  }

  /// Share of the batch that the open door has not let out (P7).
  private var remaining: Double {
    guard dischargeSeconds > machine.dischargeStart else { return 1 }
    let length = machine.dischargeEnd - machine.dischargeStart
    return max(0, 1 - (dischargeSeconds - machine.dischargeStart) / length)
  }

  private mutating func removeBeans() {
    ledger.beansOut += beanJoules
    batch = nil
    beans = BeanConstants()
    presence = 0
    emptySeconds = 0
  }
}

// MARK: - Sensors

extension Physics {
  /// How fast the readings change, from the state before the step (P7, P8).
  @inline(__always)
  private func sensorSlopes(
    presence: Double, gas: Double
  ) -> (probe: Double, slow: Double, infrared: Double) {
    let tip = presence * beanCelsius + (1 - presence) * gas
    let share = machine.probeSlowShare
    var target = (1 - share) * tip + share * slowProbeCelsius + (1 - presence) * probeOffset
    if batch != nil, loadedSeconds < machine.chargeDelay { target = probeAtLoadCelsius }
    let perLag =
      presence == 1
      ? per.probeSeconds
      : 1 / (presence * machine.probeSeconds + (1 - presence) * machine.probeEmptySeconds)
    let seen = beansSeen(presence: presence)
    let beansAndDrum =
      beanSurfaceCelsius + machine.infraredDrumShare * (drumCelsius - beanSurfaceCelsius)
    let scene = seen * beansAndDrum + (1 - seen) * drumCelsius
    return (
      (target - probeCelsius) * perLag, (tip - slowProbeCelsius) * per.probeSlowSeconds,
      (scene - infraredCelsius) * per.infraredSeconds
    )
  }

  /// How much of what the infrared sensor sees is beans.
  @inline(__always)
  private func beansSeen(presence: Double) -> Double {
    guard batch != nil else { return 0 }
    return dischargeSeconds <= machine.dischargeStart ? 1 : presence
  }

  @inline(__always)
  private mutating func advanceInfrared(by seconds: Double, slope: Double) {
    if infraredHoldSeconds > 1e-6 {
      infraredHoldSeconds -= seconds
    } else {
      infraredCelsius += seconds * slope
    }
  }

  @inline(__always)
  private mutating func advanceClocks(by seconds: Double, gas: Double) {
    guard batch == nil else { return advanceBatch(by: seconds) }
    emptySeconds += seconds
    guard emptySeconds > Physics.probeMemorySeconds else { return }
    let empty = (machine.emptyProbeShare - 1) * (gas - controls.roomCelsius)
    probeOffset += seconds * (empty - probeOffset) / Physics.probeForgetSeconds
  }
}
