import Roaster

/// What the daemon's shadow of the roast says comes next, as a watcher shows it.
struct ShownOutlook {
  /// One moment that is to come, with the half width of its band.
  struct Moment {
    let seconds: Double
    let bean: Celsius
    let band: Double
  }

  /// Up to which second of the roast it has heard.
  let at: Double
  /// Why it says nothing; nil while it can be trusted.
  let problem: String?
  let moments: [Moment]
  /// When first crack is expected, between when.
  let firstCrack: (seconds: Double, earliest: Double, latest: Double?)?

  /// As the API tells it; nil while nothing is roasted.
  init?(_ json: JSON) {
    guard let at = json.fact("at_seconds") else { return nil }
    self.at = at
    problem = json.words("trust") == "trusted" ? nil : json.words("trust_text")
    let crack = json["first_crack"]
    firstCrack = crack?.fact("seconds").map {
      ($0, crack?.fact("earliest") ?? $0, crack?.fact("latest"))
    }
    func column(_ name: String) -> [Double] {
      (json[name]?.arrayValue ?? []).compactMap(\.numberValue)
    }
    let bands = column("bean_band_celsius")
    moments = zip(column("seconds"), zip(column("bean_celsius"), bands)).map {
      Moment(seconds: $0, bean: Celsius($1.0), band: $1.1)
    }
  }

  /// So many seconds later than it has heard, or the last that it says before.
  func moment(after seconds: Double) -> Moment? {
    moments.last { $0.seconds <= at + seconds + 0.5 && $0.seconds > at }
  }

  /// One line for people.
  func text(in unit: TemperatureUnit) -> String {
    if let problem { return problem }
    let crack = firstCrack.map { crack in
      let latest = crack.latest.map { ClockText.minutes(Int($0)) } ?? ""
      return "first crack at \(ClockText.minutes(Int(crack.seconds))) "
        + "(\(ClockText.minutes(Int(crack.earliest)))–\(latest))"
    }
    let readings = [60.0, 120].compactMap { moment(after: $0).map { text(of: $0, unit) } }
    return (readings + [crack].compactMap(\.self)).joined(separator: ", ")
  }

  private func text(of moment: Moment, _ unit: TemperatureUnit) -> String {
    let band = fixed(unit == .fahrenheit ? moment.band * 1.8 : moment.band, 1)
    return "in \(Int((moment.seconds - at).rounded())) s BT "
      + "\(temperature(moment.bean, unit)) ±\(band)"
  }
}
