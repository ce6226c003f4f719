import Analysis
import Roaster
import Simulator

extension Simulation {
  /// The columns of `--out`, in their order.
  private static let columns = [
    "t_s", "bt_c", "ibts_c", "power", "fan", "drum", "state", "event", "drum_metal_c",
    "slow_metal_c", "wall_c", "bean_surface_c", "bean_core_c", "gas_c", "exhaust_c", "moisture",
    "reaction_kj_per_kg", "heat_w",
  ]

  /// A row a second, with what happens inside.
  var csv: String {
    let events = eventNames
    return Self.columns.joined(separator: ",") + "\n"
      + rows.indices.map { index in
        values(of: rows[index], event: events[index] ?? "").map(\.text).joined(separator: ",")
      }.joined(separator: "\n") + "\n"
  }

  /// The same as JSON: an array of objects.
  var rowsJSON: JSON {
    let events = eventNames
    return .array(
      rows.indices.map { index in
        .object(
          zip(Self.columns, values(of: rows[index], event: events[index] ?? "")).map {
            name, value in
            (key: name, value: value.json)
          })
      })
  }

  private enum Cell {
    case number(Double, digits: Int)
    case whole(Int)
    case word(String)

    var text: String {
      switch self {
      case .number(let value, let digits): fixed(value, digits)
      case .whole(let value): String(value)
      case .word(let word): word
      }
    }

    var json: JSON {
      switch self {
      case .number(let value, let digits): Double(fixed(value, digits)).map(JSON.number) ?? .null
      case .whole(let value): JSON(value)
      case .word(let word): word.isEmpty ? .null : .string(word)
      }
    }
  }

  private func values(of row: Row, event: String) -> [Cell] {
    let physics = row.physics
    return [
      .number(row.seconds, digits: 1), .number(Double(row.shown.bean), digits: 3),
      .number(Double(row.shown.infrared), digits: 3), .whole(Int(row.shown.heater)),
      .whole(Int(row.shown.fan)), .whole(Int(row.shown.drum)), .whole(Int(row.shown.state)),
      .word(event), .number(physics.drumCelsius, digits: 3),
      .number(physics.slowMassCelsius, digits: 3), .number(physics.wallCelsius, digits: 3),
      .number(physics.beanSurfaceCelsius, digits: 3), .number(physics.beanCoreCelsius, digits: 3),
      .number(physics.gasCelsius, digits: 3), .number(physics.exhaustCelsius, digits: 3),
      .number(physics.moisture, digits: 5), .number(physics.reactionHeat, digits: 3),
      .number(physics.heaterWatts, digits: 1),
    ]
  }

  /// Which row carries which landmarks.
  private var eventNames: [Int: String] {
    guard let zero = curves.compactMap(\.origin).first?.monotonic else { return [:] }
    var names: [Int: String] = [:]
    for curve in curves {
      let offset = curve.origin.map { $0.monotonic - zero } ?? 0
      for event in curve.events {
        guard let mark = event.landmark?.mark, let index = row(at: event.seconds + offset) else {
          continue
        }
        names[index] = names[index].map { $0 + "+" + mark } ?? mark
      }
    }
    return names
  }

  private func row(at seconds: Double) -> Int? {
    rows.indices.min { abs(rows[$0].seconds - seconds) < abs(rows[$1].seconds - seconds) }
  }

  /// The roast that is drawn: the last one.
  func chart(unit: TemperatureUnit) -> String? {
    guard let curve = curves.last(where: { $0.roastedSeconds != nil }) else { return nil }
    return Chart(
      curve, title: title,
      subtitle: "\(fixed(grams, 0)) g on a simulated Bullet R1 (\(machine.name))",
      unit: unit
    ).svg
  }
}

// MARK: - Summary

extension Simulation {
  private var roasts: [RoastCurve] { curves.filter { $0.roastedSeconds != nil } }

  /// The formula for weight loss is fitted on scales; a roast that was not dropped has none.
  private func weightLossPercent(_ summary: RoastSummary) -> Double? {
    guard let drop = summary.drop, let infrared = drop.infrared, summary.hasEnded else {
      return nil
    }
    return Physics.weightLossPercent(
      dropInfraredCelsius: infrared.degrees, minutes: drop.seconds / 60)
  }

  private var energy: [(name: String, kilojoules: Double)] {
    guard let ledger = rows.last?.physics.ledger else { return [] }
    return [
      ("heater", ledger.heater), ("reaction", ledger.reaction),
      ("lost_to_room", ledger.lostToRoom), ("lost_to_exhaust", ledger.lostToExhaust),
      ("latent", ledger.latent),
    ].map { ($0, $1 / 1000) }
  }

  /// For a person.
  func text(in unit: TemperatureUnit) -> String {
    var lines = [title + ", " + fixed(grams, 0) + " g, machine " + machine.name]
    for (number, curve) in zip(1..., roasts) {
      if roasts.count > 1 { lines.append("Batch \(number)") }
      let summary = RoastSummary(curve)
      lines += summary.lines(in: unit)
      if let loss = weightLossPercent(summary) {
        lines.append("Weight loss \(fixed(loss, 1)) % (by the formula of Specs/physics.md P16)")
      }
    }
    if roasts.isEmpty { lines.append("There was no roast.") }
    lines.append(
      "Energy "
        + energy.map { "\($0.name) \(fixed($0.kilojoules, 0)) kJ" }
        .joined(separator: ", "))
    lines.append("\(points) polls, \(failures) failed exchanges")
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs.
  func json(seed: UInt64, isNoisy: Bool) -> JSON {
    .object([
      ("title", .string(title)), ("machine", .string(machine.name)), ("grams", .number(grams)),
      ("seed", .integer(Int64(truncatingIfNeeded: seed))), ("noise", .bool(isNoisy)),
      ("polls", JSON(points)), ("failed_exchanges", JSON(failures)),
      (
        "batches",
        .array(
          roasts.map { curve in
            let summary = RoastSummary(curve)
            return .object([
              ("summary", summary.json),
              (
                "weight_loss_percent",
                JSON(weightLossPercent(summary).map { ($0 * 100).rounded() / 100 })
              ),
            ])
          })
      ),
      (
        "energy_kilojoules",
        .object(energy.map { (key: $0.name, value: .number(($0.kilojoules * 10).rounded() / 10)) })
      ),
    ])
  }
}
