import Roaster

/// What the heater gave, as shares of its rated power: real watts were never measured
/// (Specs/physics.md P23), so only the ratio of two roasts of one machine means anything.
public struct RoastEnergy: Equatable, Sendable {
  /// On the plate (Specs/physics.md P23).
  public static let ratedWatts = 1550.0

  /// How long P9 would have taken to give as much.
  public let fullPowerSeconds: Double
  /// Of the time of which the level is known, 0 to 1.
  public let meanShare: Double
  /// Until first crack; nil when none is known.
  public let shareBeforeCrack: Double?

  /// As if P9 were what the plate says and the levels were even steps.
  public var ratedKilojoules: Double { fullPowerSeconds * Self.ratedWatts / 1000 }

  /// That of a roast; nil when the heater's level is not known anywhere in it.
  init?(_ curve: RoastCurve) {
    let crack = curve[.firstCrack]?.seconds
    let end = curve.roastedSeconds ?? 0
    let samples = curve.samples.filter { $0.seconds >= 0 && $0.seconds <= end }
    var (full, known, before) = (0.0, 0.0, 0.0)
    for (sample, next) in zip(samples, samples.dropFirst()) {
      let span = next.seconds - sample.seconds
      guard let heater = sample.heater, span <= curve.gapSeconds else { continue }
      let share = Double(min(max(heater, 0), 9)) / 9 * span
      known += span
      full += share
      if let crack, sample.seconds < crack { before += share }
    }
    guard known > 0 else { return nil }
    fullPowerSeconds = rounded(full, 1)
    meanShare = rounded(full / known, 4)
    shareBeforeCrack = crack == nil || full == 0 ? nil : rounded(before / full, 4)
  }

  var json: JSON {
    .object([
      ("rated_kilojoules", JSON(rounded(ratedKilojoules, 1))),
      ("full_power_seconds", JSON(fullPowerSeconds)),
      ("mean_share", JSON(meanShare)),
      ("share_before_first_crack", JSON(shareBeforeCrack)),
    ])
  }

  init?(json: JSON) {
    guard let full = json["full_power_seconds"]?.numberValue,
      let mean = json["mean_share"]?.numberValue
    else { return nil }
    fullPowerSeconds = full
    meanShare = mean
    shareBeforeCrack = json["share_before_first_crack"]?.numberValue
  }
}
