import Roaster

/// `roast watch` into a pipe or a file: a line a second, and one an event.
final class TextLinesView: WatchView {
  private let unit: TemperatureUnit
  private var shownAt: MonotonicTime?
  private var shownEvents = 0
  private var saidProvenance = false
  private var shownAdvice: String?

  init(unit: TemperatureUnit) { self.unit = unit }

  func show(_ observed: Observation, after news: WatchNews) -> Bool {
    if !saidProvenance, let provenance = observed.provenance {
      saidProvenance = true
      guard Console.out(provenance.printable + "\n") else { return false }
    }
    for event in observed.events.dropFirst(shownEvents) {
      guard Console.out("* \(event.text(in: unit))\n") else { return false }
    }
    shownEvents = observed.events.count
    let advice = observed.link.advice
    if let advice, advice.next != shownAdvice {
      shownAdvice = advice.next
      return Console.out("\(observed.link.word): \(advice.happened) \(advice.next)\n")
    }
    if advice == nil { shownAdvice = nil }
    guard case .point(let point) = news, let reading = point.reading,
      shownAt.map({ point.moment.monotonic - $0 >= 1 }) ?? true
    else { return true }
    shownAt = point.moment.monotonic
    return Console.out(reading.text(in: unit) + "\n")
  }

  func end(_ observed: Observation) {}
}
