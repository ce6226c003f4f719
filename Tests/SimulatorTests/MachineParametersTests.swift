import FoundationEssentials
import Simulator
import Testing

/// The table of parameters and what is generated from it.
struct MachineParametersTests {
  static let generated = "Simulator/Physics/MachineParametersTable.swift"

  @Test("The generated Swift file says what Simulator/parameters.csv says")
  func inSync() throws {
    let table = ParameterTable(csv: try Package.text("Simulator/parameters.csv"))
    if Package.environment("REFRESH_GOLDEN") != nil {
      try table.swift.write(toFile: Package.path(Self.generated), atomically: true, encoding: .utf8)
    }
    #expect(try Package.text(Self.generated) == table.swift)
  }

  @Test("Every parameter has a unit, a provenance and a number in each set")
  func complete() throws {
    let table = ParameterTable(csv: try Package.text("Simulator/parameters.csv"))
    #expect(table.rows.first == ParameterTable.columns)
    for row in table.rows.dropFirst() {
      #expect(row.count == ParameterTable.columns.count, "\(row)")
      #expect(row.allSatisfy { !$0.isEmpty }, "\(row)")
      #expect(row[3...6].allSatisfy { Double($0) != nil }, "\(row)")
    }
    #expect(Set(table.rows.map { $0[0] }).count == table.rows.count)
    #expect(Set(table.rows.map { $0[1] }).count == table.rows.count)
  }

  @Test("Sets are found by name")
  func byName() {
    #expect(MachineParameters.named("note-m1") == .noteM1)
    #expect(MachineParameters.named("m3") == nil)
  }

  @Test("The room of m1 follows the season and is warmest at the end of July")
  func room() {
    let year = (1...365).map { MachineParameters.noteM1.roomCelsius(dayOfYear: $0) }
    #expect(year.indices.max { year[$0] < year[$1] } == 209)
    #expect(abs(MachineParameters.noteM1.roomCelsius(dayOfYear: 102) - 20.8626) < 0.01)
  }
}
