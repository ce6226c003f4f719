import Glibc

/// What follows from the controls alone, kept until they change (P2, P3).
struct FlowConstants: Sendable {
  /// Heat into the drum with beans in it.
  let heaterWatts: Double
  /// Heat into an empty drum.
  let emptyHeaterWatts: Double
  /// Heat that the gas carries off, W/K.
  let gasFlow: Double
  /// Drum shell to gas, W/K.
  let drumToGas: Double
  /// Gas to beans before the weight of the batch, W/K.
  let gasToBeans: Double
  /// Gas to walls, W/K.
  let gasToWall: Double
  /// Factor of the drum's speed on its contact with the beans.
  let turning: Double

  init(machine: MachineParameters, controls: Controls) {
    let levels = Double(min(max(controls.heater, 0), 9))
    let supply =
      machine.supplyExponent == 0 ? 1 : pow(max(0, controls.supply), machine.supplyExponent)
    heaterWatts =
      levels > 0
      ? machine.heaterWatts * supply * (levels + machine.heaterOffset)
        / (9 + machine.heaterOffset) : 0
    emptyHeaterWatts = controls.isHolding ? heaterWatts : heaterWatts * machine.emptyHeaterShare
    let speed = FanCurve.rpm(level: controls.fan) / 1000 * max(0, controls.fanSpeed)
    gasFlow = machine.gasFlowAtRest + machine.gasFlowPerThousandRPM * speed
    let exchange = pow(gasFlow / 2.5, machine.gasExponent)
    drumToGas = machine.drumToGas * exchange
    gasToBeans = machine.gasToBeans * exchange
    gasToWall = machine.gasToWall * exchange
    let drum = Double(min(max(controls.drum, 1), 9))
    turning = machine.drumSpeedExponent == 0 ? 1 : pow(drum / 9, machine.drumSpeedExponent)
  }
}
