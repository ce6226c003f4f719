/// How far the model's open-loop course was from one recorded roast (Specs/physics.md, P18).
public struct FidelityScore: Sendable {
  /// RMSE of BT from 10 s to the drop.
  public let probeRMSE: Double
  /// RMSE of IBTS from 30 s to the drop.
  public let infraredRMSE: Double
  /// Model minus recording, as all that follow.
  public let turningSeconds: Double
  /// Temperature of the turning point.
  public let turningCelsius: Double
  /// Time at which BT reaches the temperature of the marked first crack.
  public let crackSeconds: Double?
  /// BT at the drop.
  public let dropProbe: Double
  /// IBTS at the drop.
  public let dropInfrared: Double

  /// Compares a run with its recording.
  public init(run: OpenLoopRun, record: RoastRecord, facts: RoastFacts) {
    probeRMSE = FidelityScore.rmse(
      run, run.probe, record, \.probeCelsius, from: 10, to: facts.dropSeconds)
    infraredRMSE = FidelityScore.rmse(
      run, run.infrared, record, \.infraredCelsius, from: 30, to: facts.dropSeconds)
    let early = run.probe.prefix(Int(180 / run.stepSeconds))
    let turning = early.indices.min { early[$0] < early[$1] } ?? 0
    turningSeconds = Double(turning) * run.stepSeconds - facts.turningSeconds
    turningCelsius = run.probe[turning] - facts.turningCelsius
    crackSeconds = FidelityScore.crack(run, after: turning, facts)
    dropProbe = run.value(run.probe, at: facts.dropSeconds) - facts.dropProbeCelsius
    dropInfrared = run.value(run.infrared, at: facts.dropSeconds) - facts.dropInfraredCelsius
  }

  /// Runs a recording and compares.
  public init(
    record: RoastRecord, facts: RoastFacts, machine: MachineParameters, factor: Double = 1,
    stepSeconds: Double = 0.5
  ) throws(PhysicsError) {
    let start = try OpenLoopRun.Start(facts: facts, machine: machine, factor: factor)
    let run = try OpenLoopRun(
      record: record, start: start, machine: machine, stepSeconds: stepSeconds)
    self.init(run: run, record: record, facts: facts)
  }

  private static func rmse(
    _ run: OpenLoopRun, _ series: [Double], _ record: RoastRecord,
    _ column: KeyPath<RoastRecord.Row, Double?>, from: Double, to: Double
  ) -> Double {
    var squares = 0.0
    var count = 0.0
    for row in record.rows where row.seconds >= from && row.seconds <= to {
      guard let recorded = row[keyPath: column] else { continue }
      let error = run.value(series, at: row.seconds) - recorded
      squares += error * error
      count += 1
    }
    return (squares / max(count, 1)).squareRoot()
  }

  /// A course too slow to crack before the drop is carried on with its last slope.
  private static func crack(_ run: OpenLoopRun, after turning: Int, _ facts: RoastFacts)
    -> Double?
  {
    guard let seconds = facts.crackSeconds, let celsius = facts.crackCelsius else { return nil }
    let drop = min(Int(facts.dropSeconds / run.stepSeconds), run.probe.count - 1)
    if turning < drop, let index = (turning...drop).first(where: { run.probe[$0] >= celsius }) {
      return Double(index) * run.stepSeconds - seconds
    }
    let back = max(drop - Int(20 / run.stepSeconds), 0)
    let slope = (run.probe[drop] - run.probe[back]) / (Double(drop - back) * run.stepSeconds)
    return facts.dropSeconds + (celsius - run.probe[drop]) / max(slope, 0.02) - seconds
  }
}
