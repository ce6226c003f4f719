import Fixtures
import Roaster
import Testing

@testable import Daemon
@testable import Store

/// The store object of the API, which the stream carries too.
struct StoreHealthTests {
  @Test func `a damaged file that was set aside at the start is named by the store object`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.put([UInt8](repeating: 7, count: 20_000), as: "roast.db")
    let (journal, opening) = try Journal.open(
      path: path, settings: Journal.Settings(version: "test"),
      now: WallTime(milliseconds: 1_800_000_000_000))
    defer { journal.close() }
    let place = try #require(opening.setAside)
    let json = journal.health.json(path: path)
    #expect(json["set_aside"]?.stringValue == place)
    #expect(json["path"]?.stringValue == path)
  }
}
