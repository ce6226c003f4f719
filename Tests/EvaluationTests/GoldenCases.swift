import Analysis
import Fixtures
import FoundationEssentials
import Testing

/// The shipped cases.
enum GoldenCases {
  static let folder = Fixtures.root + "/Specs/golden"

  static func all() throws -> [GoldenCase] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".json") }.sorted().map { try named(String($0.dropLast(5))) }
  }

  static func named(_ name: String) throws -> GoldenCase {
    let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(name).json"))
    return try GoldenCase(reading: Array(data))
  }
}
