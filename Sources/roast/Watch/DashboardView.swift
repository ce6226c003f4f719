import Roaster

/// `roast watch` on a terminal: one picture, redrawn in place.
final class DashboardView: WatchView {
  private let unit: TemperatureUnit
  private let screen = Screen()

  init(unit: TemperatureUnit) { self.unit = unit }

  var tickMilliseconds: Int { 100 }

  func show(_ observed: Observation, after news: WatchNews) -> Bool {
    guard case .tick = news else { return true }
    return screen.show(picture(of: observed))
  }

  func end(_ observed: Observation) {
    screen.giveBack()
    let readings = "\(observed.points) readings"
    Console.out("roast watch: \(readings), link \(observed.link.word)\n")
  }

  /// What matters most stands on top: what does not fit is lost at the bottom.
  private func picture(of observed: Observation) -> [StyledLine] {
    let (columns, rows) = Screen.size
    let provenance = StyledLine(observed.provenance?.printable ?? "", .warning)
    var lines = [heading(of: observed), provenance]
    lines += values(of: observed)
    if let advice = observed.link.advice {
      lines.append(StyledLine())
      lines += Self.folded(advice.happened, columns, .bad)
      lines += Self.folded(advice.next, columns, .plain)
    }
    let free = rows - lines.count - 1
    let events = observed.events.suffix(max(1, min(8, rows / 4, free)))
    let room = free - events.count - 2
    if room >= 5 {
      lines.append(StyledLine())
      lines += curve(of: observed.trail, columns: columns, rows: room - 1)
    }
    lines.append(StyledLine())
    lines += events.map { StyledLine("  " + $0.text(in: unit), $0.isAlarming ? .bad : .plain) }
    return lines
  }

  private func heading(of observed: Observation) -> StyledLine {
    var line = StyledLine("Bullet R1", .strong)
    let link = observed.link
    if let serial = link.serial { line.add("  serial \(serial)") }
    if let firmware = link.firmware { line.add("  firmware \(firmware)") }
    line.add("   link ")
    line.add(link.word, link.isUp ? .good : link.isConnecting ? .warning : .bad)
    if let age = link.age { line.add("  last reading \(fixed(age, 1)) s ago", .faint) }
    if link.failedPolls > 0 { line.add("  \(link.failedPolls) failed polls", .faint) }
    return line
  }

  /// The last reading, or dashes when it is no longer true.
  private func values(of observed: Observation) -> [StyledLine] {
    let reading = observed.link.isUp ? observed.lastValid : nil
    var state = StyledLine(reading?.state.uppercased() ?? "--", .strong)
    state.add("  " + (reading?.clockText ?? "--:--"))
    state.add("   " + (reading?.levelsText ?? "P-- F-- D--"))
    state.add(
      "   fan \(reading?.fanSpeedRPM.map(String.init) ?? "--") rpm"
        + "   \(reading?.mainsVolts.map(String.init) ?? "--") V"
        + "   preheat target \(temperature(reading?.preheatTarget, unit))", .faint)
    var temperatures = StyledLine("BT ", .bean)
    temperatures.add(temperature(reading?.bean, unit), .strong)
    temperatures.add("   RoR ")
    temperatures.add(rate(reading == nil ? nil : observed.rateOfRise, unit), .strong)
    temperatures.add("   IBTS ", .infrared)
    temperatures.add(temperature(reading?.infrared, unit), .strong)
    return [state, temperatures] + phases(of: observed) + ahead(of: observed)
  }

  /// What the model of this machine expects under the levels as they are.
  private func ahead(of observed: Observation) -> [StyledLine] {
    guard observed.link.isUp, let outlook = observed.outlook else { return [] }
    var line = StyledLine("forecast ", .faint)
    line.add(outlook.text(in: unit), outlook.problem == nil ? .plain : .warning)
    return [line]
  }

  /// How long each phase took, or has taken so far.
  private func phases(of observed: Observation) -> [StyledLine] {
    guard observed.link.isUp, !observed.phases.known.isEmpty else { return [] }
    var line = StyledLine()
    for (name, seconds) in observed.phases.known {
      line.add("\(name) ", .faint)
      line.add(ClockText.minutes(Int(seconds)) + "  ")
    }
    if let ratio = observed.phases.developmentRatio {
      line.add("\(fixed(100 * ratio, 1)) %", .strong)
    }
    return [line]
  }

  private func curve(of trail: Trail, columns: Int, rows: Int) -> [StyledLine] {
    let known = trail.samples.flatMap { [$0.bean, $0.infrared].compactMap { $0?.degrees } }
    guard let low = known.min(), let high = known.max(), let first = trail.samples.first,
      let last = trail.samples.last
    else { return [] }
    let span = max(high - low, 20)
    let duration = max(last.seconds - first.seconds, 60)
    let width = columns - 9
    func points(_ value: (Trail.Sample) -> Celsius?) -> [(x: Double, y: Double)?] {
      trail.samples.map { sample in
        value(sample).map {
          ((sample.seconds - first.seconds) / duration, ($0.degrees - low) / span)
        }
      }
    }
    var bean = Curve(columns: width, rows: rows)
    bean.draw(points(\.bean))
    var infrared = Curve(columns: width, rows: rows)
    infrared.draw(points(\.infrared))
    let drawn = zip(bean.lines, infrared.lines).enumerated().map { row, pair in
      var line = StyledLine(scale(row: row, of: rows, low: low, span: span), .faint)
      line.overlay(pair.0, .bean, pair.1, .infrared)
      return line
    }
    let length = ClockText.minutes(Int(last.seconds))
    return drawn + [StyledLine("         BT and IBTS over \(length)", .faint)]
  }

  private func scale(row: Int, of rows: Int, low: Double, span: Double) -> String {
    let isMark = row == 0 || row == rows - 1 || row == rows / 2
    guard isMark else { return "        │" }
    let degrees = low + span * Double(rows - 1 - row) / Double(max(1, rows - 1))
    let text = fixed(unit.degrees(Celsius(degrees)), 0)
    return String(repeating: " ", count: max(0, 7 - text.count)) + text + " │"
  }

  private static func folded(
    _ text: String, _ columns: Int, _ style: StyledLine.Style
  ) -> [StyledLine] {
    HelpText.wrapped(text, width: columns).split(separator: "\n").map {
      StyledLine(String($0), style)
    }
  }
}

extension StyledLine {
  /// Lays one row of Braille over another: a cell in which both draw takes the first one's style.
  mutating func overlay(_ top: String, _ topStyle: Style, _ bottom: String, _ bottomStyle: Style) {
    let blank: Unicode.Scalar = "\u{2800}"
    for (upper, lower) in zip(top.unicodeScalars, bottom.unicodeScalars) {
      let merged = UnicodeScalar(0x2800 | (upper.value & 0xFF) | (lower.value & 0xFF)) ?? blank
      let style: Style = upper != blank ? topStyle : lower != blank ? bottomStyle : .plain
      add(String(Character(merged)), style)
    }
  }
}
