import Roaster

/// What spoils a roast whatever was wanted of it, read from its curve (Specs/golden/README.md, J10 to J17).
public struct Flaw: Equatable, Sendable {
  /// What programs and cases name it by; a code keeps its meaning.
  public enum Code: String, CaseIterable, Sendable {
    case dropTooSoon = "drop_too_soon"
    case overdeveloped
    case stalled
    case scorched
    case baked
    case riseAfterCrack = "rise_after_crack"
    case tooDark = "too_dark"
    case envelopeBreach = "envelope_breach"
  }

  public let code: Code
  /// One sentence with the numbers.
  public let text: String
}

/// The limits of the flaws, each with where it comes from.
enum FlawLimit {
  /// Of the whole roast; real roasts: 0.13 to 0.33.
  static let shortestDevelopment = 0.08
  static let longestDevelopment = 0.35
  /// A rise under this for so long is a stall.
  static let stallRise = 1.5
  static let stallSeconds = 30.0
  /// The drum at the charge, by the infrared sensor; real roasts: 255.3 at most.
  static let hottestCharge = 275.0
  /// In C/min; real roasts: 27.6 at most after the first minute.
  static let steepestRise = 28.0
  /// Mean rise from yellowing to first crack, and how long a roast may be; real roasts: 8 at least and 770 s at
  /// most.
  static let slowestMaillard = 5.0
  static let longestSeconds = 960.0
  /// How much the rise may grow again after first crack, in C/min.
  static let riseAgain = 3.0
  /// BT at the drop; real roasts: 220.2 at most.
  static let darkest = 224.0
}

extension RoastCurve {
  /// What spoils it, under the ceilings that no roast may go over; empty for a curve that never became a
  /// roast.
  public func flaws(under ceilings: Ceilings) -> [Flaw] {
    guard let end = roastedSeconds, end > 60 else { return [] }
    return [
      dropTooSoon(end), overdeveloped(end), stalled(end), scorched(end), baked(end),
      riseAfterCrack(end), tooDark(end), breach(end, ceilings),
    ].compactMap { $0 }
  }

  /// The samples of the roast between two times.
  func roasting(from begin: Double, to end: Double) -> [Sample] {
    samples.filter { $0.seconds >= begin && $0.seconds <= end }
  }

  /// The rate of rise, each value the mean of those within so many seconds around it: what a person sees
  /// in it, without its noise.
  func smoothRise(from begin: Double, to end: Double, within half: Double = 7)
    -> [(seconds: Double, rise: Double)]
  {
    let known = roasting(from: begin, to: end).compactMap { sample in
      sample.rateOfRise.map { (seconds: sample.seconds, rise: $0.degreesPerMinute) }
    }
    var smooth: [(seconds: Double, rise: Double)] = []
    smooth.reserveCapacity(known.count)
    var (first, last, sum) = (0, 0, 0.0)
    for item in known {
      while last < known.count, known[last].seconds <= item.seconds + half {
        sum += known[last].rise
        last += 1
      }
      while known[first].seconds < item.seconds - half {
        sum -= known[first].rise
        first += 1
      }
      smooth.append((item.seconds, sum / Double(last - first)))
    }
    return smooth
  }

  /// How much the rate of rise grew again over the lowest it had been since `begin`.
  func regrowth(from begin: Double, to end: Double) -> (rise: Double, seconds: Double)? {
    let rises = smoothRise(from: begin, to: end)
    guard var lowest = rises.first?.rise else { return nil }
    var worst = (rise: 0.0, seconds: begin)
    for item in rises {
      lowest = min(lowest, item.rise)
      if item.rise - lowest > worst.rise { worst = (item.rise - lowest, item.seconds) }
    }
    return worst
  }

  private func dropTooSoon(_ end: Double) -> Flaw? {
    guard endSeconds != nil else { return nil }
    guard let crack = self[.firstCrack]?.seconds else {
      return Flaw(code: .dropTooSoon, text: "dropped at \(whole(end)) s, before first crack")
    }
    let ratio = (end - crack) / end
    guard ratio < FlawLimit.shortestDevelopment else { return nil }
    return Flaw(
      code: .dropTooSoon,
      text: "only \(tenth(ratio * 100)) % of the roast came after first crack")
  }

  private func overdeveloped(_ end: Double) -> Flaw? {
    guard let crack = self[.firstCrack]?.seconds else { return nil }
    let ratio = (end - crack) / end
    guard ratio > FlawLimit.longestDevelopment else { return nil }
    return Flaw(
      code: .overdeveloped, text: "\(tenth(ratio * 100)) % of the roast came after first crack")
  }

  private func stalled(_ end: Double) -> Flaw? {
    guard let turning = self[.turningPoint]?.seconds else { return nil }
    var since: Double?
    for item in smoothRise(from: turning + 20, to: end) {
      guard item.rise < FlawLimit.stallRise else {
        since = nil
        continue
      }
      let began = since ?? item.seconds
      since = began
      if item.seconds - began >= FlawLimit.stallSeconds {
        return Flaw(
          code: .stalled,
          text: "BT rose by less than \(tenth(FlawLimit.stallRise)) C/min from \(whole(began)) s on"
        )
      }
    }
    return nil
  }

  private func scorched(_ end: Double) -> Flaw? {
    // Beans may fall in a moment before the clock starts: the drum is what it was before that.
    let before = roasting(from: -20, to: 0).compactMap { $0.infrared?.degrees }.max()
    if let before, before > FlawLimit.hottestCharge {
      return Flaw(code: .scorched, text: "charged into a drum of \(whole(before)) C")
    }
    guard let turning = self[.turningPoint]?.seconds,
      let steepest = smoothRise(from: turning, to: end).max(by: { $0.rise < $1.rise }),
      steepest.rise > FlawLimit.steepestRise
    else { return nil }
    return Flaw(
      code: .scorched,
      text: "BT rose by \(tenth(steepest.rise)) C/min at \(whole(steepest.seconds)) s")
  }

  private func baked(_ end: Double) -> Flaw? {
    if end > FlawLimit.longestSeconds {
      return Flaw(code: .baked, text: "it took \(whole(end)) s")
    }
    guard let yellow = self[.yellowing], let crack = self[.firstCrack],
      let low = yellow.bean?.degrees, let high = crack.bean?.degrees,
      crack.seconds > yellow.seconds
    else { return nil }
    let rise = (high - low) / (crack.seconds - yellow.seconds) * 60
    guard rise < FlawLimit.slowestMaillard else { return nil }
    return Flaw(
      code: .baked, text: "BT rose by \(tenth(rise)) C/min from yellowing to first crack")
  }

  private func riseAfterCrack(_ end: Double) -> Flaw? {
    guard let crack = self[.firstCrack]?.seconds,
      let growth = regrowth(from: crack, to: end - 3), growth.rise > FlawLimit.riseAgain
    else { return nil }
    return Flaw(
      code: .riseAfterCrack,
      text: "the rate of rise grew by \(tenth(growth.rise)) C/min after first crack, up to "
        + "\(whole(growth.seconds)) s")
  }

  private func tooDark(_ end: Double) -> Flaw? {
    guard let bean = value({ $0.bean?.degrees }, at: end), bean > FlawLimit.darkest else {
      return nil
    }
    return Flaw(code: .tooDark, text: "dropped at \(tenth(bean)) C")
  }

  /// What the ceilings say, from when the readings are those of the beans.
  private func breach(_ end: Double, _ ceilings: Ceilings) -> Flaw? {
    let rises = smoothRise(from: 90, to: end).map(\.rise)
    let roast = roasting(from: 60, to: end)
    let worst: [(String, Double?, Double)] = [
      ("BT", roast.compactMap { $0.bean?.degrees }.max(), ceilings.bean.degrees),
      ("IBTS", roast.compactMap { $0.infrared?.degrees }.max(), ceilings.infrared.degrees),
      ("the rate of rise", rises.max(), ceilings.rise.degreesPerMinute),
    ]
    for (name, got, limit) in worst {
      guard let got, got > limit else { continue }
      return Flaw(
        code: .envelopeBreach,
        text: "\(name) reached \(tenth(got)), over its ceiling of \(whole(limit))")
    }
    return nil
  }
}

/// A number for people, to one place.
private func tenth(_ value: Double) -> String { DecimalText.fixed(value, 1) }

/// A number for people, without places.
private func whole(_ value: Double) -> String { DecimalText.fixed(value, 0) }
