import Roaster
import Testing

@testable import Governor

/// What alarms over a minute rest on.
struct RecentReadingsTests {
  private func filled(_ seconds: [Double], bean: (Double) -> Double) -> RecentReadings {
    var past = RecentReadings()
    for second in seconds {
      past.append(Celsius(bean(second)), nil, at: MonotonicTime(seconds: second))
    }
    return past
  }

  private func rise(_ past: RecentReadings, to bean: Double, at second: Double) -> Double? {
    past.beanRise(in: 60, to: Celsius(bean), at: MonotonicTime(seconds: second))
  }

  @Test func `a reading is kept each second, and no more often`() {
    let slow = filled((0...61).map(Double.init)) { $0 == 0 ? 0 : 100 }
    #expect(rise(slow, to: 100, at: 61) == 0)
    let fast = filled([0, 0.5, 61]) { $0 * 100 }
    #expect(rise(fast, to: 60.5, at: 60.5) == 60)
  }

  @Test func `it is kept for as long as an alarm looks back and a second more`() {
    #expect(rise(filled([0, 62]) { _ in 100 }, to: 162, at: 62) == 60)
    #expect(rise(filled([0, 62.5]) { _ in 100 }, to: 100, at: 62.5) == nil)
  }

  @Test func `what is younger than asked, or was not read, tells nothing`() {
    let past = filled([0]) { _ in 100 }
    #expect(rise(past, to: 100, at: 59.9) == nil && rise(past, to: 100, at: 60) == 0)
    #expect(past.infraredRise(in: 60, to: Celsius(100), at: MonotonicTime(seconds: 60)) == nil)
    #expect(past.beanRise(in: 60, to: nil, at: MonotonicTime(seconds: 60)) == nil)
  }
}
