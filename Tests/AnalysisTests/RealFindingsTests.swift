import Analysis
import Fixtures
import Roaster
import Testing

/// The findings of roasts that people roasted (Specs/analysis.md A13).
@Suite(.enabled(if: RealRoasts.arePresent, "skipped: ../shared/roasts is not there"))
struct RealFindingsTests {
  @Test func `landmarks are where the index has them`() throws {
    var turning: [Double] = []
    for real in RealCurve.all {
      let summary = RoastSummary(real.curve)
      if let expected = real.roast.turningSeconds {
        turning.append(abs(try #require(summary.turningPoint).seconds - expected))
      }
      if let expected = real.roast.crackSeconds {
        let found = try #require(summary.firstCrack, "\(real.roast.name)")
        #expect(abs(found.seconds - expected) <= 1, "\(real.roast.name)")
      }
      let drop = try #require(real.roast.dropSeconds)
      let end = try #require(real.curve.roastedSeconds)
      #expect(abs(end - drop) <= 3, "\(real.roast.name): \(end) for \(drop)")
    }
    print("turning points: worst \(turning.max() ?? 0) s of \(turning.count)")
    #expect(turning.count == 57)
    #expect(turning.count { $0 <= 4 } >= 55)
  }

  @Test func `no smooth roast has a crash or a flick`() {
    #expect(CrashLabel.all.count == RealCurve.all.count)
    for real in RealCurve.all where CrashLabel.all[real.roast.name] == .smooth {
      #expect(
        !real.has(.crash) && !real.has(.flick), "\(real.roast.name): \(real.findings.json.text)")
    }
  }

  @Test func `what a person saw is found`() {
    var (crashes, flicks): ([Bool], [Bool]) = ([], [])
    for real in RealCurve.all {
      switch CrashLabel.all[real.roast.name] {
      case .crash: crashes.append(real.has(.crash))
      case .flick: flicks.append(real.has(.flick))
      case .crashAndFlick:
        crashes.append(real.has(.crash))
        flicks.append(real.has(.flick))
      case .smooth, .unsure, nil: continue
      }
      #expect(real.has(.crash) || real.has(.flick), "\(real.roast.name)")
    }
    print(
      "crashes found: \(crashes.count(where: \.self)) of \(crashes.count);",
      "flicks: \(flicks.count(where: \.self)) of \(flicks.count)")
    #expect(crashes.count(where: \.self) >= 5 && flicks.allSatisfy(\.self))
  }

  @Test func `figures of all of them are those of the claims`() {
    var counts: [RoastFinding.Code: Int] = [:]
    for real in RealCurve.all {
      for code in Set(real.findings.items.map(\.code)) { counts[code, default: 0] += 1 }
      #expect(real.findings.energy != nil && real.findings.levelChanges.drum == 0)
      #expect((300...1100).contains(real.findings.energy?.ratedKilojoules ?? 0))
    }
    print("roasts with:", RoastFinding.Code.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" })
    // Nobody scorched, stalled, baked or rushed any of these.
    for code: RoastFinding.Code in [
      .chargeHot, .surfaceHot, .riseSteep, .stall, .developmentStall, .baked, .developmentShort,
      .readingsMissing,
    ] {
      #expect(counts[code] == nil, "\(code)")
    }
  }
}
