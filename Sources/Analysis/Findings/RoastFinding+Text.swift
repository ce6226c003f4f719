import Roaster

extension RoastFinding {
  /// What is the matter, in one sentence with its figures.
  public func text(in unit: TemperatureUnit) -> String {
    let words = Words(finding: self, unit: unit)
    return switch code {
    case .chargeHot:
      "The drum was at \(words.degrees(.infrared)) when the beans came, over "
        + "\(words.degrees(.limit))."
    case .surfaceHot:
      "In the first minutes IBTS was \(words.difference(.excess)) above BT, over "
        + "\(words.difference(.limit))."
    case .riseSteep:
      "The rate of rise reached \(words.rate(.rise)), over \(words.rate(.limitRise))."
    case .rateSpike:
      "Before first crack the rate of rise climbed from \(words.rate(.fromRise)) to "
        + "\(words.rate(.toRise))\(words.levels)."
    case .stall:
      "For \(words.time) before first crack the rate of rise stayed under "
        + "\(words.rate(.limitRise))."
    case .developmentStall:
      "For \(words.time) after first crack the rate of rise stayed under "
        + "\(words.rate(.limitRise))."
    case .crash:
      "Around first crack the rate of rise fell from \(words.rate(.fromRise)) to "
        + "\(words.rate(.toRise)) in \(words.time)\(words.levels)."
    case .flick:
      "After first crack the rate of rise climbed again, from \(words.rate(.fromRise)) to "
        + "\(words.rate(.toRise))\(words.levels)."
    case .baked:
      "From yellowing to the drop the beans rose by \(words.rate(.rise)) in the mean, under "
        + "\(words.rate(.limitRise)), for \(words.time)."
    case .developmentShort:
      "Development was \(words.time), \(words.percent(.ratio)) of the roast, "
        + "and short of \(words.percent(.limitRatio)) or 45 s."
    case .developmentLong:
      "Development was \(words.time), \(words.percent(.ratio)) of the roast, over "
        + "\(words.percent(.limitRatio))."
    case .readingsMissing: "BT is missing for \(words.time) of the roast; nothing is judged there."
    case .commandFailed:
      words.count("command was sent and not", "commands were sent and not", "obeyed")
    case .commandRefused: words.count("command was", "commands were", "refused")
    }
  }

  /// What to do about it next time.
  public var advice: String {
    switch code {
    case .chargeHot: "Preheat lower, or load more beans; look at their tips for scorching."
    case .surfaceHot: "Charge cooler, or begin with less power; look at the beans for scorching."
    case .riseSteep: "Begin with less power or a larger batch."
    case .rateSpike:
      (self[.heaterTo] ?? 0) > (self[.heaterFrom] ?? 0)
        ? "Raise the power less, or earlier."
        : "Lower the power, or raise the fan, half a minute before the climb."
    case .stall: "Keep more power on into browning, or charge hotter."
    case .developmentStall: "Keep one more step of power on, or drop earlier."
    case .crash:
      (self[.heaterTo] ?? 0) < (self[.heaterFrom] ?? 0)
        ? "Lower the power in smaller steps, and begin a minute before first crack."
        : "Come into first crack slower: lower the power a minute before it, then leave it."
    case .flick:
      (self[.heaterTo] ?? 0) > (self[.heaterFrom] ?? 0)
        ? "Leave the power where it is after first crack, or raise it less."
        : "Lower the power a step as it turns, some 20 s before the climb."
    case .baked: "Use more power from yellowing on; aim for a shorter way to first crack."
    case .developmentShort: "Drop later, or come into first crack slower."
    case .developmentLong: "Drop earlier, or keep more power on after first crack."
    case .readingsMissing: "Look at the cable and at the log of that time."
    case .commandFailed: "Look at the proposals of this roast; try the control at the panel."
    case .commandRefused: "Read the rules that refused them among the proposals of this roast."
    }
  }
}

/// Figures as people read them.
private struct Words {
  let finding: RoastFinding
  let unit: TemperatureUnit

  func degrees(_ figure: RoastFinding.Figure) -> String {
    finding[figure].map { DecimalText.fixed(unit.degrees(Celsius($0)), 0) + " " + unit.rawValue }
      ?? "?"
  }

  func difference(_ figure: RoastFinding.Figure) -> String {
    finding[figure].map {
      DecimalText.fixed(unit.degrees(ofDifference: $0), 0) + " " + unit.rawValue
    } ?? "?"
  }

  func rate(_ figure: RoastFinding.Figure) -> String {
    finding[figure].map {
      DecimalText.fixed(unit.degreesPerMinute(CelsiusPerMinute($0)), 1) + " " + unit.rawValue
        + "/min"
    } ?? "?"
  }

  func percent(_ figure: RoastFinding.Figure) -> String {
    finding[figure].map { DecimalText.fixed($0 * 100, 1) + " %" } ?? "?"
  }

  var time: String {
    let seconds = finding[.seconds] ?? finding.endSeconds - finding.seconds
    return seconds < 100 ? DecimalText.fixed(seconds, 0) + " s" : DecimalText.minutes(seconds)
  }

  /// `, with P5 to P3 and F3 to F4`; nothing when both stood.
  var levels: String {
    let moves = [
      ("P", RoastFinding.Figure.heaterFrom, RoastFinding.Figure.heaterTo),
      ("F", .fanFrom, .fanTo),
    ].compactMap { letter, from, to -> String? in
      guard let from = finding[from], let to = finding[to], from != to else { return nil }
      return letter + DecimalText.fixed(from, 0) + " to " + letter + DecimalText.fixed(to, 0)
    }
    return moves.isEmpty ? "" : ", with " + moves.joined(separator: " and ")
  }

  func count(_ one: String, _ many: String, _ rest: String) -> String {
    let count = finding[.count] ?? 1
    return DecimalText.fixed(count, 0) + " " + (count == 1 ? one : many) + " " + rest + "."
  }
}
