/// One over the constants that every step divides by: a division costs as much as the
/// rest of an equation.
struct Reciprocals: Sendable {
  let drumHeatCapacity: Double
  let slowHeatCapacity: Double
  let wallHeatCapacity: Double
  let probeSeconds: Double
  let reactionHeat: Double
  let surfaceShare: Double
  let coreShare: Double
  let probeSlowSeconds: Double
  let infraredSeconds: Double

  init(machine: MachineParameters) {
    drumHeatCapacity = 1 / machine.drumHeatCapacity
    slowHeatCapacity = 1 / machine.slowHeatCapacity
    wallHeatCapacity = 1 / machine.wallHeatCapacity
    probeSeconds = 1 / machine.probeSeconds
    reactionHeat = 1 / machine.reactionHeat
    surfaceShare = 1 / machine.surfaceShare
    coreShare = 1 / (1 - machine.surfaceShare)
    probeSlowSeconds = 1 / machine.probeSlowSeconds
    infraredSeconds = 1 / machine.infraredSeconds
  }
}
