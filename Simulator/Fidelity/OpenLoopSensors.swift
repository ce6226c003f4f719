import Roaster

/// What a machine without firmware would show of an open-loop run: the readings as they are, or with
/// the probes' noise.
public struct OpenLoopSensors: Sendable {
  private var sensors: Sensors?
  private var random: SeededGenerator
  private let isNoisy: Bool
  private var lastBean: (seconds: Double, value: Double)?

  /// Sensors with noise from a seed, or with none.
  public init(seed: UInt64, isNoisy: Bool) {
    random = SeededGenerator(seed: seed)
    self.isNoisy = isNoisy
  }

  /// The status at a time of the run; calls come half a second or a second apart.
  public mutating func status(
    _ physics: Physics, _ levels: Schedule.Row, state: RoasterState, seconds: Double
  ) -> WireStatus {
    var wire = WireStatus()
    var (bean, infrared) = (physics.probeCelsius, physics.infraredCelsius)
    if isNoisy {
      var noisy = sensors ?? Sensors(isNoisy: true, bean: bean, infrared: infrared)
      noisy.read(physics, faults: [], every: 0.5, &random)
      (bean, infrared) = (noisy.bean, noisy.infrared)
      sensors = noisy
    }
    if let last = lastBean, seconds > last.seconds {
      wire.beanRateOfRise = Float((bean - last.value) / (seconds - last.seconds) * 60)
    }
    lastBean = (seconds, bean)
    wire.bean = Float(bean)
    wire.infrared = Float(infrared)
    wire.exhaust = Float(physics.exhaustCelsius)
    wire.state = state.code
    let clock = Int(max(0, seconds))
    wire.clockMinutes = UInt8(min(clock / 60, 255))
    wire.clockSeconds = UInt8(clock % 60)
    wire.heater = UInt8(levels.heater)
    wire.fan = UInt8(levels.fan)
    wire.drum = UInt8(levels.drum)
    wire.fanSpeed = Int16(FanCurve.rpm(level: levels.fan))
    wire.mainsVolts = Int16((levels.volts ?? 202).rounded())
    return wire
  }
}
