import Roaster
import Testing

struct WallTimeReadingTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", Int64(0)),
    ("2026-11-21T02:10:41.123Z", 1_795_227_041_123),
    ("2026-11-21t02:10:41.123z", 1_795_227_041_123),
    ("2026-11-21T04:10:41.123+02:00", 1_795_227_041_123),
    ("2026-11-20T20:40:41.123-05:30", 1_795_227_041_123),
    ("2026-11-21T02:10:41.1Z", 1_795_227_041_100),
    ("2026-11-21T02:10:41.123999999Z", 1_795_227_041_123),
    ("2000-02-29T00:00:00Z", 951_782_400_000),
    ("1969-12-31T23:59:59.999Z", -1),
    ("2016-12-31T23:59:60Z", 1_483_228_799_000),
  ])
  func `a time is read as RFC 3339 has it`(text: String, milliseconds: Int64) {
    #expect(WallTime(text: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026-11-21", "2026-11-21T02:10:41", "2026-11-21 02:10:41Z", "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
    "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-21T24:00:00Z",
    "2026-11-21T02:60:00Z", "2026-11-21T02:10:61Z", "2026-11-21T02:10:41.Z",
    "2026-11-21T02:10:41+24:00", "2026-11-21T02:10:41+2:00", "2026-11-21T02:10:41Z ",
    "026-11-21T02:10:41Z", "2026-11-21T02:10:41ZZ", "２026-11-21T02:10:41Z",
  ])
  func `what is no time is none`(text: String) {
    #expect(WallTime(text: text) == nil)
  }

  @Test func `what is written is read back, over eight thousand years`() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<2000 {
      let time = WallTime(milliseconds: Int64.random(in: 0...253_402_300_799_999, using: &random))
      #expect(WallTime(text: time.text) == time, "seed 4, \(time.milliseconds)")
    }
  }
}
