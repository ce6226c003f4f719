import Roaster
import Simulator

/// What `roast simulate` was asked to simulate.
struct SimulationOptions {
  let seed: UInt64
  /// Nil leaves it to the mode.
  let isNoisy: Bool?
  let machine: MachineParameters?
  private let arguments: Arguments

  init(_ arguments: Arguments) throws(Complaint) {
    self.arguments = arguments
    let seedText = arguments.value("seed") ?? "1"
    guard let seed = UInt64(seedText) else {
      throw .badValue(seedText, option: "seed", expected: "a whole number from 0", "simulate")
    }
    self.seed = seed
    switch arguments.value("noise") {
    case nil: isNoisy = nil
    case "on"?: isNoisy = true
    case "off"?: isNoisy = false
    case let other?: throw .badValue(other, option: "noise", expected: "on or off", "simulate")
    }
    machine = try arguments.machine(of: "simulate")
  }

  /// The scenario, as the options change it.
  func scenario() throws(Complaint) -> Scenario {
    var scenario = try Scenario(nameOrPath: arguments.value("scenario") ?? "medium")
    if let machine { scenario.machine = machine }
    if let room = try number("room", -10...50) { scenario.roomCelsius = room }
    return scenario
  }

  /// How a schedule's roast begins.
  func start(_ schedule: Schedule) throws(Complaint) -> OpenLoopRun.Start {
    let drop =
      try number("drop-at", 1...10_000) ?? schedule.dropSeconds
      ?? max(1, schedule.rows.last?.seconds ?? 1)
    let grams = try number("grams", Batch.grams) ?? 400
    let factor = try number("kappa", 0.5...2) ?? 1
    guard let batch = try? Batch(grams: grams, factor: factor) else {
      preconditionFailure("the ranges above lie within those of the physics")
    }
    return OpenLoopRun.Start(
      roomCelsius: try number("room", -10...50) ?? 22,
      drumCelsius: try number("charge-ibts", 20...400) ?? 230,
      probeCelsius: try number("charge-bt", 20...350) ?? 156, batch: batch, dropSeconds: drop,
      supply: (schedule.usualVolts(until: drop) ?? 202) / 202)
  }

  private func number(
    _ option: String, _ range: ClosedRange<Double>
  ) throws(Complaint) -> Double? {
    try arguments.number(option, in: range, of: "simulate")
  }
}
