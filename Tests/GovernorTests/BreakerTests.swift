import Governor
import Roaster
import Testing

/// K1 to K5 of Specs/governor.md.
struct BreakerTests {
  static func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(seconds: 1000 + seconds) }

  /// Breakers after so many commands a second apart, of which these failed.
  static func after(_ count: Int, failed: [Int], kinds: [Command.Kind] = [.heater]) -> Breakers {
    var breakers = Breakers()
    for index in 0..<count {
      breakers.note(
        kinds[index % kinds.count], isFailure: failed.contains(index), at: at(Double(index)))
    }
    return breakers
  }

  @Test func `more than one in twenty of ten or more lowers the level`() {
    #expect(!Self.after(9, failed: [0, 1]).isLowered)
    #expect(Self.after(10, failed: [0]).causes == [.failures])
    #expect(!Self.after(20, failed: [19]).isLowered)
    #expect(Self.after(19, failed: [18]).isLowered)
    #expect(!Self.after(100, failed: []).isLowered)
  }

  @Test func `failures of more than five minutes ago do not count`() {
    for (late, isLowered) in [(299.9, true), (300, false)] {
      var breakers = Breakers()
      breakers.note(.fan, isFailure: true, at: Self.at(0))
      for index in 1...9 {
        breakers.note(.fan, isFailure: false, at: Self.at(late - 9 + Double(index)))
      }
      #expect(breakers.isLowered == isLowered)
    }
  }

  @Test func `three failures of one kind pause it and no other`() {
    #expect(Self.after(6, failed: [0, 2, 3, 5], kinds: [.heater, .fan]).paused == [])
    #expect(Self.after(6, failed: [0, 2, 4], kinds: [.heater, .fan]).paused == [.heater])
    var breakers = Breakers()
    for seconds in [0.0, 150, 300] {
      breakers.note(.drum, isFailure: true, at: Self.at(seconds))
    }
    #expect(breakers.paused == [])
    breakers.note(.drum, isFailure: true, at: Self.at(310))
    #expect(breakers.paused == [.drum])
  }

  @Test func `more than three in ten of ten or more steps astray lower the level`() {
    for (sent, lost, doubled, isLowered) in [
      (9, 9, 0, false), (10, 3, 0, false), (10, 2, 1, false), (10, 2, 2, true), (10, 4, 0, true),
      (20, 3, 3, false), (20, 4, 3, true),
    ] {
      var breakers = Breakers()
      breakers.note(sent: sent - 4, lost: lost, doubled: 0, at: Self.at(0))
      breakers.note(sent: 4, lost: 0, doubled: doubled, at: Self.at(599.9))
      #expect(breakers.isLowered == isLowered)
      #expect(breakers.causes == (isLowered ? [.readback] : []))
    }
    var breakers = Breakers()
    breakers.note(sent: 9, lost: 9, doubled: 0, at: Self.at(0))
    breakers.note(sent: 4, lost: 0, doubled: 0, at: Self.at(600))
    #expect(!breakers.isLowered)
  }

  @Test func `they stay until a person resets them, through restarts`() throws {
    var breakers = Self.after(3, failed: [0, 1, 2])
    breakers.noteTrip()
    breakers.expire(Self.at(100_000))
    #expect(breakers.causes == [.trip] && breakers.paused == [.heater])
    var restarted = try #require(Breakers(breakers.json))
    #expect(restarted.causes == [.trip] && restarted.paused == [.heater])
    #expect(restarted.json == breakers.json)
    restarted.reset()
    #expect(!restarted.isLowered && restarted.paused == [])
    #expect(Breakers(Breakers().json)?.isLowered == false)
  }

  @Test func `a record that cannot be read opens nothing quietly`() {
    let all = JSON.array(Breakers.Cause.allCases.map { .string($0.rawValue) })
    #expect(
      Breakers(.object([("lowered_by", all), ("paused", .array([]))]))?.causes
        == Set(Breakers.Cause.allCases))
    for broken: JSON in [
      .null, .object([]), .object([("lowered_by", .array([]))]),
      .object([("lowered_by", .array([.string("mood")])), ("paused", .array([]))]),
      .object([("lowered_by", .array([])), ("paused", .array([.integer(1)]))]),
    ] {
      #expect(Breakers(broken) == nil)
    }
  }
}
