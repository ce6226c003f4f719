import FoundationEssentials
import Testing

@testable import Roaster

struct UnitsTests {
  @Test func `a temperature converts with the 32, a difference and a rate without`() {
    let unit = TemperatureUnit.fahrenheit
    #expect(unit.degrees(Celsius(100)) == 212)
    #expect(unit.degrees(Celsius(-40)) == -40)
    #expect(unit.degrees(ofDifference: 10) == 18)
    #expect(unit.degreesPerMinute(CelsiusPerMinute(10)) == 18)
    #expect(TemperatureUnit.celsius.degrees(Celsius(100)) == 100)
  }

  @Test(arguments: [
    ("en_US.UTF-8", TemperatureUnit.fahrenheit), ("es_PR", .fahrenheit), ("en_LR@x", .fahrenheit),
    ("en_GB.UTF-8", .celsius), ("de_DE", .celsius), ("C", .celsius), ("C.UTF-8", .celsius),
    ("", .celsius), ("POSIX", .celsius), ("US", .celsius),
  ])
  func `the scale follows the territory's habit`(locale: String, unit: TemperatureUnit) {
    #expect(TemperatureUnit.habit(ofLocale: locale) == unit)
  }

  @Test func `levels outside their scale do not exist`() {
    #expect((-1...10).compactMap { HeaterLevel($0)?.number } == Array(0...9))
    #expect((-1...13).compactMap { FanLevel($0)?.number } == Array(0...12))
    #expect((-1...10).compactMap { DrumLevel($0)?.number } == Array(0...9))
    #expect(FanLevel(0)?.isSettable == false && FanLevel(1)?.isSettable == true)
    #expect(HeaterLevel(300) == nil)
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    (1_795_227_041_123, "2026-11-21T02:10:41.123Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
    (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
  ])
  func `wall time is written as RFC 3339`(milliseconds: Int64, text: String) {
    #expect(WallTime(milliseconds: milliseconds).text == text)
  }

  @Test func `wall time agrees with the library's calendar over four centuries`() {
    for day in stride(from: Int64(-30_000), to: 120_000, by: 37) {
      let seconds = day * 86_400 + 3_723
      let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
      let text = WallTime(milliseconds: seconds * 1000).text
      #expect(text == expected.dropLast() + ".000Z")
    }
  }
}
