import FoundationEssentials
import Governor
import Roaster
import Shadow
import Simulator
import Testing

/// The real roasts beside the repository, read in place (Specs/governor.md, F2 to F4).
@Suite(.enabled(if: RealRoast.arePresent, "skipped: ../shared/roasts is not there"))
struct RealRoastTests {
  private let foresight = TwinForesight()

  @Test func `every moment of every real roast can be rehearsed, and none breaches`() {
    #expect(RealRoast.all.count == 57)
    var farthest = 0.0
    for roast in RealRoast.all {
      for seconds in stride(from: 90, through: roast.dropSeconds, by: 30) {
        let past = roast.past(until: seconds)
        guard let last = past.last else { continue }
        let forecast = foresight.rehearse(
          Rehearsal(command: .heater(last.heater), past: past, grams: roast.grams))
        #expect(
          forecast.problem == nil && !forecast.isBreach, "\(roast.name), \(seconds) s: \(forecast)")
        farthest = max(farthest, forecast.misfit ?? 0)
      }
      let past = roast.past(until: 150)
      let blind = foresight.rehearse(
        Rehearsal(command: .heater(past.last?.heater ?? 0), past: past, grams: nil))
      #expect(blind.problem == nil && !blind.isBreach, "\(roast.name): \(blind)")
    }
    #expect(farthest < 2.75, "F3 says 2.7")
  }

  @Test func `what people did to the heater is not refused`() {
    for roast in RealRoast.all {
      for (before, after) in zip(roast.samples, roast.samples.dropFirst())
      where before.heater != after.heater && (60...roast.dropSeconds - 5).contains(before.seconds) {
        let forecast = foresight.rehearse(
          Rehearsal(
            command: .heater(after.heater), past: roast.past(until: before.seconds),
            grams: roast.grams))
        #expect(forecast.problem == nil && !forecast.isBreach, "\(roast.name) \(before.seconds)")
      }
    }
  }

  /// Slopes carried on give 6.2 C (BT) and 13.5 C (IBTS) over the same windows.
  @Test func `with levels held, 90 s ahead are within a few C`() {
    var (squares, infraredSquares, count) = (0.0, 0.0, 0.0)
    for roast in RealRoast.all {
      for seconds in stride(from: 90, through: roast.dropSeconds - 90, by: 20) {
        let past = roast.past(until: seconds)
        let ahead = roast.samples.filter { (seconds...seconds + 90).contains($0.seconds) }
        guard let now = past.last, let end = ahead.last, let bean = end.bean,
          let infrared = end.infrared, end.seconds > seconds + 89,
          ahead.allSatisfy({ ($0.heater, $0.fan, $0.drum) == (now.heater, now.fan, now.drum) })
        else { continue }
        let forecast = foresight.rehearse(
          Rehearsal(command: .heater(now.heater), past: past, grams: roast.grams))
        guard let last = forecast.bean.last, let lastInfrared = forecast.infrared.last else {
          continue
        }
        squares += (last - bean.degrees) * (last - bean.degrees)
        infraredSquares +=
          (lastInfrared - infrared.degrees) * (lastInfrared - infrared.degrees)
        count += 1
      }
    }
    #expect(count > 200)
    #expect((squares / count).squareRoot() < 2.5)
    #expect((infraredSquares / count).squareRoot() < 1.5)
  }
}

/// What is demanded of the shadow's forecasts on the real roasts (Specs/physics.md, P36).
@Suite(.enabled(if: RealRoast.arePresent, "skipped: ../shared/roasts is not there"))
struct RealForecastTests {
  @Test(arguments: ["m1", "m2"])
  func `forecasts beat the line by 40 %, bands hold nine in ten, and every roast is trusted`(
    name: String
  ) throws {
    let machine = try #require(MachineParameters.named(name))
    let scores = try RoastFacts.index(csv: RealRoast.text("index")).filter { $0.machine == name }
      .compactMap { facts in
        try RoastRecord(csv: RealRoast.text(facts.name)).map {
          try ForecastScore(record: $0, facts: facts, machine: machine)
        }
      }
    #expect(scores.allSatisfy { $0.distrust == nil })
    let line = ForecastTable.Line(label: name, scores: scores)
    // The issue's own figures of the line are lower than ours: both are to be beaten.
    let told = name == "m1" ? (bean: 2.10, infrared: 3.01) : (bean: 1.90, infrared: 2.49)
    #expect(line.known.bean < 0.6 * min(told.bean, line.line.bean), "\(line)")
    #expect(line.known.infrared < 0.6 * min(told.infrared, line.line.infrared), "\(line)")
    #expect(line.held.bean < line.line.bean && line.held.infrared < line.line.infrared)
    if name == "m1" { #expect(line.toDrop.bean < 2.0 && line.toDrop.infrared < 1.6, "\(line)") }
    for share in [
      line.aheadCoverage.bean, line.aheadCoverage.infrared, line.toDropCoverage.bean,
      line.toDropCoverage.infrared,
    ] {
      #expect((0.85...0.95).contains(share), "\(line)")
    }
  }
}

/// One of them, once a second.
struct RealRoast: Sendable {
  let name: String
  let grams: Double
  let dropSeconds: Double
  let samples: [Rehearsal.Sample]

  static let folder: String = {
    let named = ProcessInfo.processInfo.environment["ROAST_SHARED"]
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return (named ?? "/\(root)/../shared") + "/roasts"
  }()

  static let arePresent = FileManager.default.fileExists(atPath: folder + "/index.csv")

  static let all: [RealRoast] = RoastFacts.index(csv: text("index")).compactMap { facts in
    guard let table = Table(csv: text(facts.name)) else { return nil }
    return RealRoast(
      name: facts.name, grams: facts.grams, dropSeconds: facts.dropSeconds,
      samples: (0..<table.count).compactMap { sample(table, $0) })
  }

  func past(until seconds: Double) -> [Rehearsal.Sample] {
    Array(samples.prefix { $0.seconds <= seconds })
  }

  /// Whole seconds, from the one before the charge on.
  private static func sample(_ table: Table, _ row: Int) -> Rehearsal.Sample? {
    func number(_ column: String) -> Double? { table.number(column, row: row) }
    guard let seconds = number("t_s"), seconds >= -1, seconds == seconds.rounded() else {
      return nil
    }
    return Rehearsal.Sample(
      seconds: seconds, bean: number("bt_c").map { Celsius($0) },
      infrared: number("ibts_c").map { Celsius($0) }, heater: Int(number("power") ?? 0),
      fan: Int(number("fan") ?? 0), drum: Int(number("drum") ?? 0))
  }

  static func text(_ name: String) -> String {
    (try? String(contentsOfFile: "\(folder)/\(name).csv", encoding: .utf8)) ?? ""
  }
}
