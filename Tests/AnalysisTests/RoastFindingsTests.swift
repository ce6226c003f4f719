import Analysis
import Roaster
import Testing

/// What a person puts into a curve is found, and nothing else is (Specs/analysis.md).
struct RoastFindingsTests {
  private func found(_ synthetic: SyntheticCurve) -> [RoastFinding] {
    RoastFindings(synthetic.curve).items
  }

  /// The probe's own noise is 0.1 C (Specs/machine.md M25).
  @Test(arguments: [(0.5, 0.2), (1, 0.15), (2, 0.1), (1, 0)])
  func `a calm roast has nothing to say, noise or not`(spacing: Double, noise: Double) {
    for seed in 1...50 as ClosedRange<UInt64> {
      let calm = SyntheticCurve(spacing: spacing, noise: noise, seed: seed)
      #expect(found(calm).isEmpty, "seed \(seed): \(found(calm).map(\.json.text))")
    }
  }

  @Test func `a crash is found where it is, as big as it is`() throws {
    var roast = SyntheticCurve(seconds: 510)
    // From 450 s on, 5 C/min less within 30 s; the calm roast itself loses 1.5 in 45 s.
    roast.bump = { -5 * min(max($0 - 450, 0) / 30, 1) }
    let items = found(roast)
    #expect(items.map(\.code) == [.crash])
    let crash = try #require(items.first)
    #expect(abs(crash.seconds - 445) <= 12 && abs(crash.endSeconds - 482) <= 15)
    let lost = try #require(crash[.fromRise]) - (try #require(crash[.toRise]))
    #expect(abs(lost - 6.5) <= 1, "\(lost)")
    #expect(crash.text(in: .celsius).hasPrefix("Around first crack the rate of rise fell from 8."))
  }

  @Test func `a crash and a flick are two findings`() throws {
    var roast = SyntheticCurve(seconds: 600)
    roast.bump = { -6 * min(max($0 - 450, 0) / 30, 1) + 5 * min(max($0 - 510, 0) / 30, 1) }
    let items = found(roast)
    #expect(items.map(\.code) == [.crash, .flick])
    let flick = try #require(items.last)
    #expect(abs(flick.seconds - 510) <= 12 && abs(flick.endSeconds - 540) <= 12)
    let gained = try #require(flick[.toRise]) - (try #require(flick[.fromRise]))
    #expect(abs(gained - 4) <= 1, "\(gained)")
  }

  @Test func `a spike before first crack is found, with the power that made it`() throws {
    var roast = SyntheticCurve()
    roast.bump = { $0 < 240 || $0 > 330 ? 0 : 5 * min(($0 - 240) / 20, 1, (330 - $0) / 30) }
    roast.heater = { $0 < 225 ? 6 : 9 }
    let items = found(roast)
    let spike = try #require(items.first)
    #expect(items.map(\.code) == [.rateSpike])
    #expect(abs(spike.seconds - 238) <= 10 && abs(spike.endSeconds - 265) <= 20)
    #expect(spike[.heaterFrom] == 6 && spike[.heaterTo] == 9)
    #expect(spike.text(in: .celsius).hasSuffix("with P6 to P9."))
    #expect(spike.advice == "Raise the power less, or earlier.")
  }

  @Test func `a single wrong reading is no spike`() {
    var samples = SyntheticCurve().curve.samples
    for index in [260, 330, 331, 400] {
      samples[index] = RoastCurve.Sample(
        seconds: samples[index].seconds, bean: Celsius(230), heater: 6, state: .roasting)
    }
    let calm = SyntheticCurve().curve
    let curve = RoastCurve(samples: samples, events: calm.events, endSeconds: calm.endSeconds)
    #expect(RoastFindings(curve).items.isEmpty)
  }

  @Test func `a stall is found, before and after first crack`() throws {
    var roast = SyntheticCurve(seconds: 600, crack: 500)
    roast.bump = { (260..<320).contains($0) ? 1 - SyntheticCurve.calm($0) : 0 }
    let stall = try #require(found(roast).first { $0.code == .stall })
    #expect(abs(stall.seconds - 270) <= 10 && abs(stall.endSeconds - 310) <= 10)
    #expect(stall.severity == .warning)
    roast.bump = { $0 > 530 ? 0.2 - SyntheticCurve.calm($0) : 0 }
    let late = try #require(found(roast).first { $0.code == .developmentStall })
    #expect(abs(late.seconds - 540) <= 10)
  }

  @Test func `a slow roast is baked, only when it is over`() {
    var roast = SyntheticCurve(seconds: 900, crack: 800)
    roast.bump = { $0 < 160 ? 0 : 4.5 - SyntheticCurve.calm($0) }
    #expect(found(roast).map(\.code) == [.baked])
    roast.hasEnded = false
    #expect(found(roast).isEmpty)
  }

  @Test func `too much heat in the beginning is found`() {
    #expect(found(SyntheticCurve(charge: 290)).map(\.code) == [.chargeHot])
    #expect(found(SyntheticCurve(excess: 50)).map(\.code) == [.surfaceHot])
    #expect(
      found(SyntheticCurve(bump: { 15 * max(0, 1 - abs($0 - 110) / 40) })).map(\.code)
        .contains(.riseSteep))
  }

  @Test func `development is judged by its share and its length`() {
    #expect(found(SyntheticCurve(crack: 500)).map(\.code) == [.developmentShort])
    #expect(found(SyntheticCurve(crack: 360)).map(\.code) == [.developmentLong])
    let guessed = found(SyntheticCurve(crack: 360, crackSource: .estimated))
    #expect(guessed.map(\.severity) == [.note])
    #expect(found(SyntheticCurve(crack: 500, hasEnded: false)).isEmpty)
    #expect(found(SyntheticCurve(crack: nil)).isEmpty)
  }

  @Test func `what was not heard is told and not judged`() {
    let items = found(
      SyntheticCurve(bump: { -9 * min(max($0 - 450, 0) / 5, 1) }, missing: 430..<540))
    #expect(items.map(\.code) == [.readingsMissing])
    #expect(items.first?[.seconds] == 111)
  }

  @Test func `energy is a share of the plate's watts`() throws {
    let curve = SyntheticCurve(heater: { _ in 9 }).curve
    let energy = try #require(RoastFindings(curve).energy)
    #expect(energy.fullPowerSeconds == 540 && energy.meanShare == 1)
    #expect(energy.ratedKilojoules == 837)
    #expect(energy.shareBeforeCrack == 0.8148)
    let half = try #require(
      RoastFindings(SyntheticCurve(heater: { $0 < 270 ? 9 : 0 }).curve).energy)
    #expect(half.fullPowerSeconds == 270 && half.shareBeforeCrack == 1)
  }

  @Test func `moves of the levels are counted, several steps at once as one`() {
    let roast = SyntheticCurve(heater: {
      $0 < 1 ? 3 : $0 < 300 ? 7 : $0 < 301 ? 6 : $0 < 400 ? 5 : 4
    })
    let changes = RoastFindings(roast.curve).levelChanges
    #expect(changes.heater == 2 && changes.fan == 0 && changes.drum == 0)
  }

  @Test func `commands are counted and what failed is told`() throws {
    let commands = [
      RoastCommand(seconds: 100, outcome: .completed), RoastCommand(seconds: 200, outcome: .failed),
      RoastCommand(seconds: 300, outcome: .refused), RoastCommand(seconds: 340, outcome: .refused),
      RoastCommand(seconds: 350, outcome: .vetoed),
    ]
    let findings = RoastFindings(SyntheticCurve().curve).with(commands)
    #expect(findings.commands == [.completed: 1, .failed: 1, .refused: 2, .vetoed: 1])
    #expect(findings.items.map(\.code) == [.commandFailed, .commandRefused])
    #expect(findings.items.last?.text(in: .celsius) == "2 commands were refused.")
    #expect(findings.with([]).items.isEmpty)
  }

  @Test func `what is written down is read again`() throws {
    var roast = SyntheticCurve(seconds: 600)
    roast.bump = { -6 * min(max($0 - 450, 0) / 30, 1) + 5 * min(max($0 - 510, 0) / 30, 1) }
    let findings = RoastFindings(roast.curve).with([RoastCommand(seconds: 5, outcome: .failed)])
    let read = try #require(RoastFindings(json: findings.json))
    #expect(read == findings && read.json == findings.json)
    #expect(RoastFindings(json: .object([("version", JSON(0)), ("items", .array([]))])) == nil)
    #expect(RoastFindings(json: .null) == nil)
  }

  @Test func `every finding has words and advice`() {
    for code in RoastFinding.Code.allCases {
      let finding = RoastFinding(code, .note, seconds: 0)
      #expect(finding.text(in: .fahrenheit).hasSuffix("."), "\(code)")
      #expect(finding.advice.hasSuffix("."), "\(code)")
    }
    let finding = RoastFinding(
      .flick, .caution, seconds: 1, figures: [(.fromRise, 5), (.toRise, 10), (.count, .nan)])
    #expect(finding.text(in: .fahrenheit).hasSuffix("from 9.0 F/min to 18.0 F/min."))
    #expect(finding[.count] == nil)
  }
}
