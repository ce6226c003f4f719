import Glibc

/// What follows from the batch alone, kept while it is in the drum (P5, P6).
struct BeanConstants: Sendable {
  /// Heat of evaporation, J per g of water.
  static let latentHeat = 2790.0
  /// What water adds to the specific heat, J/(g K) per water over dry weight.
  static let waterHeat = 5.0

  var dryGrams = 0.0
  var factor = 1.0
  /// Factor of the weight on the exchange with drum and gas.
  var scale = 0.0
  /// Drum shell to surface at 200 C and full drum speed, W/K.
  var drumContact = 0.0
  /// Surface to core, W/K.
  var inward = 0.0

  init() {}

  init(machine: MachineParameters, batch: Batch) {
    dryGrams = batch.dryKilograms * 1000
    factor = batch.factor
    let weight = batch.grams / 400
    scale = pow(weight, machine.batchExponent)
    drumContact = machine.drumToBeans * scale
    inward = machine.surfaceToCore * weight
  }
}
