import Analysis
import Roaster
import Testing

struct CurveCSVTests {
  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func `a table reads back as the curve it was written from`() async throws {
    let roast = try await SimulatedRoast.medium.value
    let curve = roast.curves[0]
    let rows = rows(CurveCSV(curve).text)
    #expect(rows[0].joined(separator: ",") == "t_s,bt_c,ibts_c,power,fan,drum,state,event")
    #expect(rows.count == curve.samples.count + 1)
    for (row, sample) in zip(rows.dropFirst(), curve.samples) {
      #expect(abs(try #require(Double(row[0])) - sample.seconds) <= 0.0005)
      #expect(near(row[1], sample.bean?.degrees))
      #expect(near(row[2], sample.infrared?.degrees))
      #expect(row[3...5].map { Int($0) } == [sample.heater, sample.fan, sample.drum])
      #expect(UInt8(row[6]) == sample.state?.code)
    }
    #expect(
      rows.map { $0[7] }.filter { !$0.isEmpty } == [
        "event", "CHARGE", "TP", "YELLOW", "FC", "DROP",
      ])
    let crack = try #require(rows.first { $0[7] == "FC" }.flatMap { Double($0[0]) })
    #expect(abs(crack - (try #require(curve[.firstCrack]).seconds)) <= 0.51)
  }

  private func near(_ text: String, _ value: Double?) -> Bool {
    guard let value, let read = Double(text) else { return value == nil && text.isEmpty }
    return abs(read - value) <= 0.005
  }

  @Test func `a caller's columns stand at the end, blank where they have no value`() {
    let curve = RoastCurve(samples: [
      RoastCurve.Sample(seconds: 0, bean: Celsius(180.3), heater: 7, state: .roasting),
      RoastCurve.Sample(seconds: 1.5),
    ])
    let columns = [
      CurveCSV.Column("drum_c") { $0.seconds == 0 ? 1 / 3 : .nan },
      CurveCSV.Column("a,\"b\"") { _ in nil },
    ]
    #expect(
      CurveCSV(curve, adding: columns).text == """
        t_s,bt_c,ibts_c,power,fan,drum,state,event,drum_c,"a,""b\"""
        0.0,180.3,,7,,,6,,0.3333,
        1.5,,,,,,,,,

        """)
  }

  @Test func `two events at one sample are both told, and none stands in a gap`() {
    let curve = RoastCurve(
      samples: [
        RoastCurve.Sample(seconds: 0, state: .roasting), RoastCurve.Sample(seconds: 1),
        RoastCurve.Sample(seconds: 9, state: .roasting),
      ],
      events: [SmallRoast.event(.firstCrack, 1), SmallRoast.event(.firstCrackEnd, 2)],
      endSeconds: 9)
    #expect(
      CurveCSV(curve).text.split(separator: "\n").dropFirst()
        == ["0.0,,,,,,6,FC+FCE", "1.0,,,,,,,", "9.0,,,,,,6,DROP"])
    #expect(CurveCSV(RoastCurve()).text == "t_s,bt_c,ibts_c,power,fan,drum,state,event\n")
  }
}
