import FoundationEssentials
import Simulator
import Testing

/// Open loop against real roasts, and the arithmetic of the scores (Specs/physics.md, P18).
struct FidelityTests {
  static let hasRoasts = FileManager.default.fileExists(
    atPath: "\(Package.shared)/roasts/index.csv")

  @Test(
    "The shipped parameters follow real roasts as closely as Specs/physics.md says",
    .enabled(if: hasRoasts, "real roasts are not at hand; set ROAST_SHARED to their folder"))
  func followsRealRoasts() throws {
    let shipped = try ["m1", "m2"].map(scores)
    let note = try ["note-m1", "note-m2"].map(scores)
    let table = FidelityTable(lines: shipped + note)
    print(table.markdown)
    #expect(shipped[0].count == 40)
    #expect(shipped[0].means[0] <= 2.2 && shipped[0].means[1] <= 2.0)
    #expect(shipped[1].means[0] <= 3.36 && shipped[1].means[1] <= 2.15)
    for (ours, theirs) in zip(shipped, note) {
      #expect(ours.means[0] <= theirs.means[0] && ours.means[1] <= theirs.means[1])
    }
  }

  private func scores(of set: String) throws -> FidelityTable.Line {
    let machine = try #require(MachineParameters.named(set))
    let index = try String(
      contentsOfFile: "\(Package.shared)/roasts/index.csv", encoding: .utf8)
    let scores = try RoastFacts.index(csv: index).filter { set.hasSuffix($0.machine) }.map {
      let csv = try String(
        contentsOfFile: "\(Package.shared)/roasts/\($0.name).csv", encoding: .utf8)
      return try FidelityScore(
        record: try #require(RoastRecord(csv: csv)), facts: $0, machine: machine)
    }
    return FidelityTable.Line(label: set, scores: scores)
  }

  @Test("A run scores zero against its own recording")
  func scoresItself() throws {
    let schedule = try #require(
      RoastRecord(csv: try Package.text("Tests/Fixtures/physics/invented-schedule.csv")))
    let start = OpenLoopRun.Start(
      roomCelsius: 22, drumCelsius: 230, probeCelsius: 155, batch: try Batch(grams: 400),
      dropSeconds: 540)
    var csv = "t_s,bt_c,ibts_c,power,fan,drum"
    let run = try OpenLoopRun(record: schedule, start: start, machine: .noteM1) {
      let controls = $1.controls
      csv += "\n\($0),\($1.probeCelsius),\($1.infraredCelsius)"
      csv += ",\(controls.heater),\(controls.fan),\(controls.drum)"
    }
    let turning = try #require(run.probe[..<360].indices.min { run.probe[$0] < run.probe[$1] })
    let crack = try #require(run.probe.indices.first { $0 > turning && run.probe[$0] >= 170 })
    let index = """
      name,machine,date,grams_in,bt_charge,ibts_charge,ambient_c,tp_s,tp_c,fc_s,fc_bt,drop_s,\
      drop_bt,drop_ibts
      own,1.00,2024-03-01,400,155,230,22,\(Double(turning) / 2),\(run.probe[turning]),\
      \(Double(crack) / 2),170,540,\(run.probe[1080]),\(run.infrared[1080])
      """
    let facts = try #require(RoastFacts.index(csv: index).first)
    #expect(facts.dayOfYear == 61)
    let score = try FidelityScore(
      record: try #require(RoastRecord(csv: csv)), facts: facts, machine: .noteM1)
    #expect(score.probeRMSE < 1e-9 && score.infraredRMSE < 1e-9)
    #expect(score.turningSeconds == 0 && score.turningCelsius == 0)
    #expect(score.crackSeconds == 0)
    #expect(abs(score.dropProbe) < 1e-9 && abs(score.dropInfrared) < 1e-9)
  }

  @Test("Recordings with gaps, other columns and no samples are read for what they hold")
  func readsRecordings() throws {
    let record = try #require(
      RoastRecord(
        csv: """
          t_s,fan,power,drum,bt_c,ibts_c
          -1,1,1,0,5,5
          0,2,7,9,,25
          x,,,
          1,2,8,9,99
          """))
    #expect(record.rows.count == 2)
    #expect(record.rows[0].probeCelsius == nil && record.rows[0].controls.heater == 7)
    #expect(record.rows[1].infraredCelsius == nil && record.rows[1].probeCelsius == 99)
    #expect(RoastRecord(csv: "") == nil)
    #expect(RoastRecord(csv: "t_s,power\n") == nil)
    #expect(RoastFacts.index(csv: "name,machine\na,1").isEmpty)
  }

  @Test("Weight loss follows the formula fitted on scales")
  func weightLoss() {
    let loss = Physics.weightLossPercent(dropInfraredCelsius: 210, minutes: 9.33)
    #expect(abs(loss - 14.31) < 1e-9)
    #expect(Physics.weightLossPercent(dropInfraredCelsius: 20, minutes: 0) == 0)
  }
}
