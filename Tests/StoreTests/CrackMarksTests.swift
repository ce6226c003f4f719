import Roaster
import Testing

@testable import Store

/// Where people heard first crack, for the shadow to learn from.
@Suite(.timeLimit(.minutes(1)))
struct CrackMarksTests {
  @Test func `the last word of each roast counts, if it is a person's and stands`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let kenya = BatchDetails(beans: "Kenya")
    await journal.write([
      .roastBegan(Sample.roast(1, details: kenya)), .roastBegan(Sample.roast(2)),
      .roastBegan(Sample.roast(3)), .roastBegan(Sample.roast(4)),
      // Estimated, then marked.
      Sample.event(1, source: .estimated, roast: 1),
      Sample.event(2, change: .revised, roast: 1),
      // Marked and taken back; only estimated; another landmark.
      Sample.event(3, roast: 2), Sample.event(4, change: .withdrawn, roast: 2),
      Sample.event(5, source: .estimated, roast: 3), Sample.event(6, .yellowing, roast: 4),
    ])
    let marks = try room.archive.crackMarks()
    #expect(marks == [CrackMark(serial: "TWIN-1", beans: "Kenya", bean: Celsius(196.5))])
  }
}
