import Roaster

/// A valid point with what the chronicle knows about it.
public struct Reading: Sendable {
  public let id: Int64
  public let point: Telemetry
  public let roast: Int64?
  public let roastSeconds: Double?
  public let rateOfRise: CelsiusPerMinute?

  /// The point as people and programs read it.
  public var json: JSON {
    let status = point.status
    return .object([
      ("id", .integer(id)),
      ("at", .string(point.moment.wall.text)),
      ("monotonic_ns", .integer(point.moment.monotonic.nanoseconds)),
      ("sequence", .integer(Int64(clamping: point.sequence))),
      ("roast_id", roast.map(JSON.integer) ?? .null),
      ("roast_seconds", JSON(roastSeconds.map { ($0 * 1000).rounded() / 1000 })),
      (Field.state.key, JSON(status.state?.name)),
      ("state_code", JSON(status.state.map { Int($0.code) })),
      (Field.clock.key, JSON(status.clockSeconds)),
      (Field.bean.key, JSON(wire: status.bean?.degrees)),
      (
        "rate_of_rise_celsius_per_minute",
        JSON(rateOfRise.map { ($0.degreesPerMinute * 100).rounded() / 100 })
      ),
      (Field.infrared.key, JSON(wire: status.infrared?.degrees)),
      (Field.exhaust.key, JSON(wire: status.exhaust?.degrees)),
      (Field.heater.key, JSON(status.heater?.number)),
      (Field.fan.key, JSON(status.fan?.number)),
      (Field.drum.key, JSON(status.drum?.number)),
      (Field.fanSpeed.key, JSON(status.fanSpeedRPM)),
      (Field.mains.key, JSON(status.mainsVolts)),
      (Field.preheatTarget.key, JSON(wire: status.preheatTarget?.degrees)),
      ("suspect", .array(status.suspicion.all.fields.map { .string($0.key) })),
    ])
  }
}
