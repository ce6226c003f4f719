// What only those need who run several of these beside each other (Specs/physics.md, P28).
extension Physics {
  /// Makes what no sensor reads warmer than the law of the charge has it (P9); a moment after loading.
  public mutating func warm(wallsBy walls: Double, slowMassBy slow: Double) {
    ledger.chargeLaw += machine.wallHeatCapacity * walls + machine.slowHeatCapacity * slow
    wallCelsius += walls
    slowMassCelsius += slow
  }

  /// Another machine in the middle of the same roast: as far from here as the others are, each by its
  /// share. What is no temperature and no substance is as here.
  public func between(
    _ others: [(physics: Physics, share: Double)], as machine: MachineParameters, with batch: Batch,
    controls: Controls
  ) -> Physics {
    var result = Physics(
      machine: machine, roomCelsius: controls.roomCelsius, drumCelsius: 0, probeCelsius: 0,
      controls: controls)
    func mix(_ quantity: (borrowing Physics) -> Double) -> Double {
      let here = quantity(self)
      var mixed = here
      for other in others { mixed += other.share * (quantity(other.physics) - here) }
      return mixed
    }
    result.drumCelsius = mix { $0.drumCelsius }
    result.slowMassCelsius = mix { $0.slowMassCelsius }
    result.wallCelsius = mix { $0.wallCelsius }
    result.beanSurfaceCelsius = mix { $0.beanSurfaceCelsius }
    result.beanCoreCelsius = mix { $0.beanCoreCelsius }
    result.reactionHeat = mix { $0.reactionHeat }
    result.probeCelsius = mix { $0.probeCelsius }
    result.infraredCelsius = mix { $0.infraredCelsius }
    result.slowProbeCelsius = mix { $0.slowProbeCelsius }
    result.probeOffset = mix { $0.probeOffset }
    result.probeAtLoadCelsius = mix { $0.probeAtLoadCelsius }
    result.moisture = max(0, mix { $0.moisture })
    if self.batch != nil {
      result.batch = batch
      result.beans = BeanConstants(machine: machine, batch: batch)
    }
    result.loadedSeconds = loadedSeconds
    result.presence = presence
    result.doorIsOpen = doorIsOpen
    result.infraredHoldSeconds = infraredHoldSeconds
    result.dischargeSeconds = dischargeSeconds
    result.emptySeconds = emptySeconds
    return result
  }
}
