import Roaster

extension RoastEvent {
  /// For a person, on one line: when, what, and what to do about it.
  func text(in unit: TemperatureUnit) -> String {
    let clock = roastSeconds.map { ClockText.minutes(Int($0)) } ?? "--:--"
    var text = clock + "  " + kind.text(in: unit)
    if change == .withdrawn { text += " (taken back)" }
    if change == .revised { text += " (corrected)" }
    if source == .marked { text += " (marked)" }
    if kind.category == .landmark, let bean {
      text += " at BT " + temperature(bean, unit)
    }
    return text
  }

  /// Whether it should catch the eye.
  var isAlarming: Bool { [.warning, .anomaly].contains(kind.category) }
}

extension RoastEvent.Kind {
  fileprivate func text(in unit: TemperatureUnit) -> String {
    switch self {
    case .observing(let state): "watching; the roaster is in \(spaced(state.name))"
    case .ready: "ready: load the beans"
    case .beansNotCharged:
      "no beans fell into the drum: load them, or stop the roast at the panel"
    case .beansStillInDrum: "the beans are still in the drum: open the door"
    case .unlistedTransition(let from, let to):
      "from \(spaced(from.name)) to \(spaced(to.name)), which the protocol note does not list"
    case .levelChanged(let change): change.text
    case .anomaly(let anomaly): anomaly.text(in: unit)
    case .preheatStarted, .stabilising, .roastBegan, .charged, .turningPoint, .yellowing,
      .firstCrack, .firstCrackEnd, .secondCrack, .ending, .cooling, .dropped, .shuttingDown, .off:
      spaced(name)
    }
  }
}

extension LevelChange {
  fileprivate var text: String {
    let who =
      switch origin {
      case .commanded?: isDoubled ? "our step, taken twice" : "commanded"
      case .firmware?: "by the firmware"
      case .panel?: "at the panel"
      case nil: "by nobody known yet"
      }
    return "\(control.name) \(from) to \(to), \(who)"
  }
}

extension Anomaly {
  fileprivate func text(in unit: TemperatureUnit) -> String {
    switch self {
    case .clockBackwards(let from, let to):
      "the roast clock went back from \(ClockText.minutes(from)) to \(ClockText.minutes(to)): "
        + "go by the panel"
    case .readingsFrozen(let seconds, let heater):
      "readings have stood still for \(fixed(seconds, 0)) s with the heater at \(heater.number): "
        + "look at the panel, and stop there if it shows the same"
    case .impossibleJump(let sensor, let from, let to, _):
      "\(sensor == .bean ? "BT" : "IBTS") jumped from \(temperature(from, unit)) to "
        + "\(temperature(to, unit)): check the probe's plug"
    case .probeOpen:
      "the bean probe is open or very cold (1024 on the panel): check its plug"
    }
  }
}

/// `turning_point` as words.
private func spaced(_ name: String) -> String {
  name.split(separator: "_").joined(separator: " ")
}
