/// The model's own course of one recorded roast, given its levels and nothing it showed
/// after the charge.
public struct OpenLoopRun: Sendable {
  /// Where a roast starts and what is in it.
  public struct Start: Sendable {
    /// Room temperature.
    public var roomCelsius: Double
    /// Drum before the charge.
    public var drumCelsius: Double
    /// Probe before the charge.
    public var probeCelsius: Double
    /// The beans.
    public var batch: Batch
    /// When the door was opened.
    public var dropSeconds: Double
    /// Mains voltage over 202 V.
    public var supply: Double

    /// Collects the start of a roast.
    public init(
      roomCelsius: Double, drumCelsius: Double, probeCelsius: Double, batch: Batch,
      dropSeconds: Double, supply: Double = 1
    ) {
      self.roomCelsius = roomCelsius
      self.drumCelsius = drumCelsius
      self.probeCelsius = probeCelsius
      self.batch = batch
      self.dropSeconds = dropSeconds
      self.supply = supply
    }

    /// The start of a recorded roast.
    public init(facts: RoastFacts, machine: MachineParameters, factor: Double = 1)
      throws(PhysicsError)
    {
      self.init(
        roomCelsius: facts.roomCelsius ?? machine.roomCelsius(dayOfYear: facts.dayOfYear),
        drumCelsius: facts.chargeDrumCelsius, probeCelsius: facts.chargeProbeCelsius,
        batch: try Batch(grams: facts.grams, factor: factor), dropSeconds: facts.dropSeconds,
        supply: facts.supply)
    }
  }

  /// Length of a step.
  public let stepSeconds: Double
  /// BT at each step, the first at zero.
  public private(set) var probe: [Double] = []
  /// IBTS at each step.
  public private(set) var infrared: [Double] = []

  /// Runs to the end of the recording and shows every state before its step.
  public init(
    record: RoastRecord, start: Start, machine: MachineParameters, stepSeconds: Double = 0.5,
    each: (Double, Physics) -> Void = { _, _ in }
  ) throws(PhysicsError) {
    self.stepSeconds = stepSeconds
    var physics = Physics(
      machine: machine, roomCelsius: start.roomCelsius, drumCelsius: start.drumCelsius,
      probeCelsius: start.probeCelsius)
    let end = record.rows.last?.seconds ?? 0
    var row = 0
    for step in 0...Int((end / stepSeconds).rounded()) {
      let seconds = Double(step) * stepSeconds
      while row + 1 < record.rows.count, record.rows[row + 1].seconds <= seconds + 1e-9 {
        row += 1
      }
      var controls = record.rows[row].controls
      controls.supply = start.supply
      controls.roomCelsius = start.roomCelsius
      physics.set(controls)
      if step == 0 {
        try physics.load(start.batch)
        physics.holdInfrared()
      }
      if seconds >= start.dropSeconds - 1e-9 { physics.openDoor() }
      probe.append(physics.probeCelsius)
      infrared.append(physics.infraredCelsius)
      each(seconds, physics)
      try physics.advance(by: stepSeconds)
    }
  }

  /// A series at a time, interpolated.
  func value(_ series: [Double], at seconds: Double) -> Double {
    let place = min(max(seconds / stepSeconds, 0), Double(series.count - 1))
    let index = min(Int(place), series.count - 2)
    let share = place - Double(index)
    return series[index] * (1 - share) + series[index + 1] * share
  }
}
