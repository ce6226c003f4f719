import Analysis
import Governor
import Roaster
import Simulator

/// What every pilot does besides steering: asks for the beans to be loaded and dropped, yields to
/// the panel, and hands back (Specs/pilot.md, S14 to S19).
struct Warden: Sendable {
  /// Warm enough to load, around the wanted charge, in C.
  private static let warm = -2.0...8.0
  /// Notice before the drop.
  private static let noticeSeconds = 20.0
  /// Asking again, and how often at most.
  private static let repeatSeconds = 10.0
  private static let mostAsks = 3
  /// Before, BT still is what the probe had before the charge.
  private static let earliestDropSeconds = 120.0
  /// A drop by temperature waits so long after its time.
  private static let lateSeconds = 90.0
  /// Who turns the knobs so often wants to steer.
  private static let mostTouches = 2

  let target: Target
  let start: PilotStart
  let isSteering: Bool
  var tether: Tether
  private(set) var hasHandedBack = false
  private var asked: [PilotWord.Hand: (count: Int, seconds: Double)] = [:]
  private var hasWarned = false
  /// Sights in a row with BT at the drop's: one alone may be a spike.
  private var hotSights = 0
  private static let leastHotSights = 2
  private var hasYielded = 0

  init(target: Target, start: PilotStart, envelope: Envelope, isSteering: Bool = true) {
    self.target = target
    self.start = start
    self.isSteering = isSteering
    tether = Tether(target.restraint, envelope)
  }

  /// Whether a proposal can be made now.
  func mayPropose(_ sight: PilotSight) -> Bool {
    !hasHandedBack && sight.state == .roasting && !sight.hasOpenProposal && tether.pending == nil
      && !(isSteering && tether.isQuiet(at: sight.sample.seconds))
  }

  /// What is to be said of beans and hands; `forecast` is what BT does next, for the notice.
  mutating func speak(_ sight: PilotSight, forecast: (any DropForecast)?) -> [PilotWord] {
    guard !hasHandedBack else { return [] }
    switch sight.state {
    case .ready: return load(sight)
    case .roasting: return hands(sight) + drop(sight, forecast)
    default: return []
    }
  }

  /// Yields for good.
  mutating func handBack(_ why: String, _ sample: Rehearsal.Sample) -> PilotWord {
    hasHandedBack = true
    return .handBack(
      "handing back: \(why); the levels stay at P\(sample.heater) F\(sample.fan) D\(sample.drum)")
  }

  // MARK: Hands

  private mutating func hands(_ sight: PilotSight) -> [PilotWord] {
    guard isSteering, tether.touches > hasYielded else { return [] }
    hasYielded = tether.touches
    guard hasYielded < Warden.mostTouches else {
      return [handBack("a hand was at the panel \(hasYielded) times", sight.sample)]
    }
    return [
      .advise(
        "waiting \(whole(tether.envelope.quietSeconds)) s: a hand is at the panel, now "
          + "P\(sight.sample.heater) F\(sight.sample.fan)", .calm)
    ]
  }

  // MARK: Beans

  private mutating func load(_ sight: PilotSight) -> [PilotWord] {
    let wanted = start.charge.degrees
    guard asked[.load] == nil, let drum = sight.sample.infrared?.degrees,
      Warden.warm.contains(drum - wanted)
    else { return [] }
    asked[.load] = (1, 0)
    return [
      .ask(
        "load \(whole(start.grams)) g now: the drum is at \(whole(drum)) C, \(whole(wanted)) C "
          + "wanted", .load)
    ]
  }

  private mutating func drop(
    _ sight: PilotSight, _ forecast: (any DropForecast)?
  ) -> [PilotWord] {
    let now = sight.sample.seconds
    countHot(sight)
    if let why = reached(sight) {
      let before = asked[.drop] ?? (0, -.infinity)
      guard before.count < Warden.mostAsks, now >= before.seconds + Warden.repeatSeconds else {
        return []
      }
      asked[.drop] = (before.count + 1, now)
      return [.ask("drop now: \(why)", .drop)]
    }
    guard !hasWarned, let soon = coming(sight, forecast) else { return [] }
    hasWarned = true
    return [.ask(soon, .drop)]
  }

  private mutating func countHot(_ sight: PilotSight) {
    guard case .bean(let wanted) = Warden.cause(of: target),
      let bean = sight.sample.bean?.degrees, bean >= wanted,
      sight.sample.seconds > Warden.earliestDropSeconds
    else {
      hotSights = 0
      return
    }
    hotSights += 1
  }

  /// What the target drops at (S17).
  enum Cause: Sendable {
    case bean(Double)
    case ratio(Double)
    case seconds(Double)
  }

  /// Temperature first, then development, then time; a course alone ends where it ends.
  static func cause(of target: Target) -> Cause? {
    if let bean = target.drop?.bean { return .bean(bean.degrees) }
    if let ratio = target.developmentRatio { return .ratio(ratio) }
    if let seconds = target.drop?.seconds { return .seconds(seconds) }
    return target.course.last.map { .bean($0.bean.degrees) }
  }

  /// Why the beans are to leave now; nil before that.
  private func reached(_ sight: PilotSight) -> String? {
    let now = sight.sample.seconds
    let bean = sight.sample.bean?.degrees
    let limit = target.dropSeconds.map { $0 + Warden.lateSeconds }
    switch Warden.cause(of: target) {
    case .bean(let wanted):
      if let bean, hotSights >= Warden.leastHotSights {
        return "BT \(tenth(bean)) C has reached the target's \(tenth(wanted)) C"
      }
      guard let limit, now >= limit else { return nil }
      return "it is \(clock(now)), \(whole(Warden.lateSeconds)) s late, and BT "
        + "\(bean.map(tenth) ?? "unknown") C of \(tenth(wanted)) C"
    case .ratio(let wanted):
      guard let crack = sight.firstCrackSeconds, now > crack else {
        guard let limit, now >= limit else { return nil }
        return "it is \(clock(now)), \(whole(Warden.lateSeconds)) s late, "
          + "and no first crack was told"
      }
      let ratio = (now - crack) / now
      guard ratio >= wanted else { return nil }
      return "development is \(tenth(100 * ratio)) % of the roast, the target's "
        + "\(tenth(100 * wanted)) %"
    case .seconds(let wanted):
      return now >= wanted ? "it is \(clock(now)), the target's \(clock(wanted))" : nil
    case nil: return nil
    }
  }

  /// The notice before the drop; nil while it is further off.
  private func coming(_ sight: PilotSight, _ forecast: (any DropForecast)?) -> String? {
    let now = sight.sample.seconds
    let notice = Warden.noticeSeconds
    switch Warden.cause(of: target) {
    case .bean(let wanted):
      guard now > Warden.earliestDropSeconds, let bean = sight.sample.bean?.degrees,
        wanted - bean < 20,
        let then = forecast?.bean(in: notice), then >= wanted
      else { return nil }
      return "drop in \(whole(notice)) s: BT \(tenth(bean)) C will be \(tenth(then)) C, "
        + "the target is \(tenth(wanted)) C"
    case .ratio(let wanted):
      guard let crack = sight.firstCrackSeconds else { return nil }
      let ratio = (now + notice - crack) / (now + notice)
      guard ratio >= wanted else { return nil }
      return "drop in \(whole(notice)) s: development will be \(tenth(100 * ratio)) % of the "
        + "roast, the target is \(tenth(100 * wanted)) %"
    case .seconds(let wanted):
      guard now + notice >= wanted else { return nil }
      return "drop in \(whole(wanted - now)) s: the target is \(clock(wanted))"
    case nil: return nil
    }
  }
}

/// Whoever can say what BT will be soon.
protocol DropForecast {
  func bean(in seconds: Double) -> Double?
}

/// The line through the last readings: for pilots that have no model.
struct Trend: DropForecast, Sendable {
  private static let seconds = 20.0
  private var readings: [(seconds: Double, bean: Double)] = []

  /// The slope in C/s of the least squares line; nil before there is enough.
  var slope: Double? {
    guard readings.count >= 8, let last = readings.last, let first = readings.first,
      last.seconds - first.seconds >= Trend.seconds / 2
    else { return nil }
    let count = Double(readings.count)
    let time = readings.reduce(0) { $0 + $1.seconds } / count
    let bean = readings.reduce(0) { $0 + $1.bean } / count
    let (up, over) = readings.reduce((0.0, 0.0)) {
      let away = $1.seconds - time
      return ($0.0 + away * ($1.bean - bean), $0.1 + away * away)
    }
    return over > 0 ? up / over : nil
  }

  mutating func add(_ sample: Rehearsal.Sample) {
    guard let bean = sample.bean?.degrees else { return }
    readings.append((sample.seconds, bean))
    readings.removeAll { $0.seconds < sample.seconds - Trend.seconds }
  }

  func bean(in seconds: Double) -> Double? {
    guard let slope, let last = readings.last else { return nil }
    return last.bean + seconds * slope
  }
}

extension Rehearsal.Sample {
  func level(_ control: Control) -> Int {
    switch control {
    case .heater: heater
    case .fan: fan
    case .drum: drum
    }
  }
}
