import Analysis
import Roaster
import Shadow
import Simulator

extension RoastForecast {
  /// A row a second; a band is the half width that holds nine readings in ten, 0 where it was read.
  var csv: String {
    "t_s,bt_c,ibts_c,bt_band_c,ibts_band_c,rise_c_per_min,rise_band_c_per_min,power,fan,drum\n"
      + rows.map { row in
        let point = row.point
        let numbers = [
          point.bean, point.infrared, point.beanBand, point.infraredBand, point.rise,
          point.riseBand,
        ]
        return fixed(point.seconds, 0) + "," + numbers.map { fixed($0, 3) }.joined(separator: ",")
          + ",\(row.levels.heater),\(row.levels.fan),\(row.levels.drum)\n"
      }.joined()
  }

  private var yellowing: Outlook.Moment? { outlook.time(of: .yellowing()) }
  private var firstCrack: Outlook.Moment? {
    outlook.time(of: .firstCrack(on: estimator.start.machine))
  }

  /// For a person.
  func text(in unit: TemperatureUnit) -> String {
    var text = "Seen \(fixed(estimator.seconds, 0)) s: \(estimator.trust.text)\n"
    for (name, moment) in [("Yellowing", yellowing), ("First crack", firstCrack)] {
      guard let moment, moment.seconds > estimator.seconds else { continue }
      let late = moment.latest.map { fixed($0, 0) + " s" } ?? "after the drop"
      text +=
        "\(name) at \(fixed(moment.seconds, 0)) s (\(fixed(moment.earliest, 0)) s to \(late))\n"
    }
    if let drop = outlook.points.last {
      func reading(_ celsius: Double, _ band: Double) -> String {
        "\(fixed(unit.degrees(Celsius(celsius)), 1)) \(unit.rawValue) "
          + "± \(fixed(unit.degrees(ofDifference: band), 1))"
      }
      text +=
        "Drop at \(fixed(drop.seconds, 0)) s: BT \(reading(drop.bean, drop.beanBand)), "
        + "IBTS \(reading(drop.infrared, drop.infraredBand))\n"
    }
    var table = TextTable(["", "now", "± 1 sd", "before", "± 1 sd"])
    for item in estimator.estimates {
      let digits = item.unit == "C" || item.unit == "s" ? 1 : 3
      table.add(
        [item.name + (item.unit.isEmpty ? "" : " (\(item.unit))")]
          + [item.value, item.deviation, item.priorValue, item.priorDeviation].map {
            fixed($0, digits)
          })
    }
    return text + table.text
  }

  /// For programs.
  var json: JSON {
    .object([
      ("observed_seconds", .number(estimator.seconds)), ("trust", .string(estimator.trust.code)),
      ("estimates", .array(estimator.estimates.map(\.json))),
      ("yellowing", yellowing?.json ?? .null), ("first_crack", firstCrack?.json ?? .null),
      ("drop", outlook.points.last?.json ?? .null),
      ("points", .array(rows.map(\.point.json))),
    ])
  }

  /// The curve as it was read and as it is expected.
  func chart(unit: TemperatureUnit) -> String {
    let samples = rows.map { row in
      RoastCurve.Sample(
        seconds: row.point.seconds, bean: Celsius(row.point.bean),
        infrared: Celsius(row.point.infrared), rateOfRise: nil, heater: row.levels.heater,
        fan: row.levels.fan, drum: row.levels.drum, state: .roasting)
    }
    return Chart(
      RoastCurve(batch: 1, origin: nil, spacingSeconds: 1, samples: samples, events: []),
      title: "Forecast", subtitle: "Seen \(fixed(estimator.seconds, 0)) s; \(estimator.trust.text)",
      unit: unit
    ).svg
  }
}
