import Governor
import Roaster

/// The two temperatures before the beans fell in, which set the metal's (Specs/physics.md, P9).
struct Charge {
  /// Where nothing was read: the mean of the real roasts of m1.
  private static let usualProbe = 158.0
  /// The drum by the probe, where only that was read: the line through the real roasts of m1 (F2).
  private static let drum = (perProbe: 1.08, base: 66.0)
  /// So soon an infrared reading over this is still the drum's: the firmware sets it to 25.0 for 4 s.
  private static let before = (seconds: 2.0, celsius: 60.0)

  let probeCelsius: Double
  let drumCelsius: Double

  init(_ past: [Rehearsal.Sample]) {
    let early = past.prefix { $0.seconds <= Charge.before.seconds }
    let probe = early.lazy.compactMap(\.bean).first?.degrees ?? Charge.usualProbe
    let seen = early.lazy.compactMap(\.infrared?.degrees).last { $0 > Charge.before.celsius }
    probeCelsius = probe
    drumCelsius = seen ?? Charge.drum.base + Charge.drum.perProbe * probe
  }
}
