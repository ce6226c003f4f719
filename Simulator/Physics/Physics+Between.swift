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
    for quantity in Physics.continuous {
      let here = self[keyPath: quantity]
      result[keyPath: quantity] = others.reduce(here) {
        $0 + $1.share * ($1.physics[keyPath: quantity] - here)
      }
    }
    result.moisture = max(0, result.moisture)
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

  private static var continuous: [WritableKeyPath<Physics, Double>] {
    [
      \.drumCelsius, \.slowMassCelsius, \.wallCelsius, \.beanSurfaceCelsius, \.beanCoreCelsius,
      \.moisture, \.reactionHeat, \.probeCelsius, \.infraredCelsius, \.slowProbeCelsius,
      \.probeOffset, \.probeAtLoadCelsius,
    ]
  }
}
