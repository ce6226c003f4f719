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

  private var yellowing: Outlook.Moment? { coming(.yellowing()) }
  private var firstCrack: Outlook.Moment? { coming(.firstCrack(on: estimator.start.machine)) }

  /// When it comes; nil when it has been.
  private func coming(_ landmark: LandmarkTemperature) -> Outlook.Moment? {
    outlook.time(of: landmark).flatMap { $0.seconds > estimator.seconds ? $0 : nil }
  }

  /// For a person.
  func text(in unit: TemperatureUnit, for wishes: DropWishes) -> String {
    var text = "Seen \(fixed(estimator.seconds, 0)) s: \(estimator.trust.text)\n"
    func tell(_ name: String, _ moment: Outlook.Moment, otherwise: String) {
      let late = moment.latest.map { fixed($0, 0) + " s" } ?? otherwise
      text +=
        "\(name) at \(fixed(moment.seconds, 0)) s (\(fixed(moment.earliest, 0)) s to \(late))\n"
    }
    for (name, moment) in [("Yellowing", yellowing), ("First crack", firstCrack)] {
      guard let moment else { continue }
      tell(name, moment, otherwise: "after the drop")
    }
    for wish in drops(for: wishes, unit) {
      if let moment = wish.moment {
        tell(wish.name, moment, otherwise: "nobody knows when")
      } else {
        text += "\(wish.name): \(wish.otherwise)\n"
      }
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

  /// What was asked for, and when it would be, or why nobody can say.
  private func drops(for wishes: DropWishes, _ unit: TemperatureUnit) -> [(
    name: String, moment: Outlook.Moment?, otherwise: String
  )] {
    guard wishes.bean != nil || wishes.developmentRatio != nil else { return [] }
    let held = held
    let crack = LandmarkTemperature.firstCrack(on: estimator.start.machine)
    let byHeat = wishes.bean.map { bean in
      let moment = held.time(bean: bean.degrees)
      let isPast = moment.map { $0.seconds <= estimator.seconds } ?? false
      return (
        "BT \(fixed(unit.degrees(bean), 1)) \(unit.rawValue)", isPast ? nil : moment,
        isPast ? "reached already" : "not in sight"
      )
    }
    let byTime = wishes.developmentRatio.map { ratio in
      let isUnmarked = wishes.crackedAt == nil && held.isPast(crack)
      return (
        "Development \(fixed(100 * ratio, 1)) %",
        held.drop(developmentRatio: ratio, crackedAt: wishes.crackedAt, else: crack),
        isUnmarked ? "first crack has been, and no row's event says FC" : "not in sight"
      )
    }
    return [byHeat, byTime].compactMap { $0 }
  }

  /// For programs.
  func json(for wishes: DropWishes) -> JSON {
    let drops = drops(for: wishes, .celsius)
    func moment(_ isAsked: Bool, _ place: Int) -> JSON {
      isAsked && place < drops.count ? drops[place].moment?.json ?? .null : .null
    }
    let byHeat = moment(wishes.bean != nil, 0)
    let byTime = moment(wishes.developmentRatio != nil, drops.count - 1)
    return .object([
      ("observed_seconds", .number(estimator.seconds)), ("trust", .string(estimator.trust.code)),
      ("estimates", .array(estimator.estimates.map(\.json))),
      ("yellowing", yellowing?.json ?? .null), ("first_crack", firstCrack?.json ?? .null),
      ("drop", outlook.points.last?.json ?? .null),
      ("drop_for_temperature", byHeat), ("drop_for_development", byTime),
      ("points", .array(rows.map(\.point.json))),
    ])
  }

  /// The curve as it was read and as it is expected.
  func chart(unit: TemperatureUnit) -> String {
    let samples = rows.map { row in
      RoastCurve.Sample(
        seconds: row.point.seconds, bean: Celsius(row.point.bean),
        infrared: Celsius(row.point.infrared),
        // From one reading to the next it would be noise.
        rateOfRise: row.point.beanBand > 0 ? CelsiusPerMinute(row.point.rise) : nil,
        heater: row.levels.heater, fan: row.levels.fan, drum: row.levels.drum, state: .roasting)
    }
    var chart = Chart(
      RoastCurve(
        batch: 1, origin: nil, spacingSeconds: 1, samples: samples, events: landmarks),
      title: "Forecast", subtitle: "Seen \(fixed(estimator.seconds, 0)) s; \(estimator.trust.text)",
      unit: unit)
    chart.bands = rows.filter { $0.point.seconds >= estimator.seconds }.map { row in
      Chart.Band(
        seconds: row.point.seconds, beanWidth: row.point.beanBand,
        infraredWidth: row.point.infraredBand)
    }
    return chart.svg
  }

  /// Where BT lies at the landmarks, or will; a first crack that has been is heard and not read.
  private var landmarks: [RoastCurve.Event] {
    let turning = rows.indices.min { rows[$0].point.bean < rows[$1].point.bean } ?? 0
    let rising = rows[turning...].map(\.point)
    func reached(_ landmark: LandmarkTemperature) -> Outlook.Point? {
      rising.first { $0.bean >= landmark.celsius }
    }
    let crack = reached(.firstCrack(on: estimator.start.machine))
    let found: [(Landmark, Outlook.Point?)] = [
      (.turningPoint, rising.count > 1 ? rising.first : nil), (.yellowing, reached(.yellowing())),
      (.firstCrack, crack.flatMap { $0.seconds > estimator.seconds ? $0 : nil }),
      (.dropped, rising.last),
    ]
    return found.compactMap { landmark, point in
      point.map {
        RoastCurve.Event(
          name: landmark.name, category: .landmark, source: .estimated, seconds: $0.seconds,
          bean: Celsius($0.bean), infrared: Celsius($0.infrared))
      }
    }
  }
}
