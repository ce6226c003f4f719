import Analysis
import Fixtures
import Roaster
import Testing

struct CurveReadingTests {
  @Test func `a table that was written is read again`() throws {
    let curve = try CurveCSV.curve(reading: CurveCSV(SmallRoast.curve).text)
    #expect(CurveCSV(curve).text == CurveCSV(SmallRoast.curve).text)
    #expect(curve.spacingSeconds == 10 && curve.endSeconds == 600)
    #expect(RoastSummary(curve).parts.map(\.seconds) == [180, 300, 120])
  }

  @Test func `only time and BT must be there`() throws {
    let curve = try CurveCSV.curve(reading: "bt_c,t_s,other\r\n95.5,0,x\r\n96,1\r\n,2,\r\n")
    #expect(curve.samples.map(\.bean) == [Celsius(95.5), Celsius(96), nil])
    #expect(curve.endSeconds == nil && curve.events.isEmpty)
  }

  @Test func `what is no curve is refused`() {
    #expect(throws: CurveCSV.Fault.badSize(rows: 0)) { try CurveCSV.curve(reading: "") }
    #expect(throws: CurveCSV.Fault.badSize(rows: 0)) { try CurveCSV.curve(reading: "t_s,bt_c\n") }
    #expect(throws: CurveCSV.Fault.noColumn("bt_c")) { try CurveCSV.curve(reading: "t_s,x\n1,2\n") }
    #expect(throws: CurveCSV.Fault.noNumber(line: 3, column: "t_s")) {
      try CurveCSV.curve(reading: "t_s,bt_c\n1,2\nnan,3\n")
    }
  }

  @Test(.enabled(if: RealRoasts.arePresent, "skipped: ../shared/roasts is not there"))
  func `tables of real roasts say the same as their telemetry`() throws {
    for real in RealCurve.all {
      let curve = try CurveCSV.curve(reading: RealRoasts.text(of: real.roast.name))
      let codes = { (findings: RoastFindings) in Set(findings.items.map(\.code)) }
      let both = codes(RoastFindings(curve)).symmetricDifference(codes(real.findings))
      // Without the machine there is no first crack by temperature.
      #expect(both.isEmpty || real.roast.crackSeconds == nil, "\(real.roast.name): \(both)")
    }
  }
}
