import Roaster
import Store

extension API {
  /// More points than this are not put into one answer.
  static let mostPoints = 10_000

  /// Telemetry as columns: of a roast, or of a time.
  func telemetry(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    guard let name = parameters.text("roast") else { return try telemetryOfTime(parameters) }
    let roast = try stored(name)
    let seconds = -86400.0...86400.0
    let from = try parameters.number("from", in: seconds) ?? -60
    let to = try parameters.number("to", in: seconds) ?? 86400
    let step = try parameters.number("step", in: 0...3600) ?? 1
    let points = try counted { () throws(StoreFault) in
      try archive.telemetry(
        ofRoast: roast.row.id, fromSeconds: from, toSeconds: to, stepSeconds: step,
        limit: Self.mostPoints) ?? []
    }
    return columns(points, roast: roast.row.id, began: roast.row.began.wall, step: step)
  }

  private func counted(
    _ body: () throws(StoreFault) -> [StoredPoint]
  ) throws(APIError) -> [StoredPoint] {
    do throws(StoreFault) { return try body() } catch {
      if case .tooMany(let limit) = error { throw .tooManyPoints(limit) }
      return try reading { () throws(StoreFault) in throw error }
    }
  }

  private func telemetryOfTime(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let to = try parameters.time("to") ?? now.wall
    let from =
      try parameters.time("from") ?? WallTime(milliseconds: to.milliseconds - 600_000)
    let step = try parameters.number("step", in: 0...3600) ?? 1
    let points = try counted { () throws(StoreFault) in
      try archive.telemetry(from: from, to: to, stepSeconds: step, limit: Self.mostPoints)
    }
    return columns(points, roast: nil, began: from, step: step)
  }

  private func columns(
    _ points: [StoredPoint], roast: Int64?, began: WallTime, step: Double
  ) -> HTTPResponse {
    func column(_ path: (StoredPoint) -> JSON) -> JSON { .array(points.map(path)) }
    return .json(
      .object([
        ("roast_id", roast.map(JSON.integer) ?? .null),
        ("began", .string(began.text)),
        ("step_seconds", JSON(step)),
        ("seconds", column { JSON(($0.sample.seconds * 1000).rounded() / 1000) }),
        ("at_ms", column { .integer($0.moment.wall.milliseconds) }),
        ("state_code", column { JSON($0.sample.state.map { Int($0.code) }) }),
        (Field.bean.key, column { JSON(wire: $0.sample.bean?.degrees) }),
        (Field.infrared.key, column { JSON(wire: $0.sample.infrared?.degrees) }),
        (
          "rate_of_rise_celsius_per_minute",
          column { JSON($0.sample.rateOfRise.map { ($0.degreesPerMinute * 100).rounded() / 100 }) }
        ),
        (Field.heater.key, column { JSON($0.sample.heater) }),
        (Field.fan.key, column { JSON($0.sample.fan) }),
        (Field.drum.key, column { JSON($0.sample.drum) }),
      ]))
  }
}
