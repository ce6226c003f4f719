import Analysis
import Governor
import Roaster
import Testing

@testable import Store

/// What was found in a roast is kept with it (Specs/analysis.md A17).
@Suite(.timeLimit(.minutes(1)))
struct FindingsTests {
  private static func findings(heater level: Int) -> RoastFindings {
    RoastFindings(
      RoastCurve(
        samples: (0...300).map { second in
          RoastCurve.Sample(
            seconds: Double(second), bean: Celsius(90 + Double(second) / 4),
            heater: second < 200 ? 7 : level, state: .roasting)
        }, endSeconds: 300))
  }

  @Test func `findings are kept with their roast, the last ones`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write([.roastBegan(Sample.roast(4))])
    #expect(try room.archive.findings(of: 4) == nil)
    let (first, second) = (Self.findings(heater: 7), Self.findings(heater: 5))
    #expect(first != second)
    await journal.write([.roastFindings(id: 4, first)])
    #expect(try room.archive.findings(of: 4) == first)
    await journal.write([.roastFindings(id: 4, second)])
    #expect(try room.archive.findings(of: 4) == second)
    #expect(try room.count("analyses") == 1)
  }

  @Test func `those of another version, or garbage, are as good as none`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    for edit in ["version = 0", "findings = '{'", "findings = 'null'"] {
      await journal.write([.roastFindings(id: 4, Self.findings(heater: 7))])
      try room.connection().execute("UPDATE analyses SET \(edit)")
      #expect(try room.archive.findings(of: 4) == nil, "\(edit)")
    }
  }

  @Test func `commands are read from the proposals of the roast`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    await journal.write([.roastBegan(Sample.roast(1, beganSeconds: 10))])
    let ends: [(ProposalState, RoastCommand.Outcome)] = [
      (.completed, .completed), (.failed, .failed), (.rejected, .refused), (.vetoed, .vetoed),
      (.expired, .expired), (.aborted, .ended), (.superseded, .ended), (.executing, .open),
    ]
    for (index, end) in ends.enumerated() {
      let id = Int64(index + 1)
      await journal.write([
        DeskSample.made(DeskSample.proposal(id, at: 20 + Double(index))),
        DeskSample.transition(id, .proposed, end.0, at: 30),
      ])
    }
    try room.connection().execute("UPDATE proposals SET roast_id = 1")
    let roast = try #require(try room.archive.roast(1))
    #expect(
      try room.archive.commands(of: roast)
        == ends.enumerated().map { RoastCommand(seconds: 10 + Double($0), outcome: $1.1) })
  }
}
