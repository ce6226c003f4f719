import Testing

@testable import Roaster

/// Events read again from their JSON.
struct RoastEventReadingTests {
  private static let kinds: [RoastEvent.Kind] =
    [
      .preheatStarted, .stabilising, .ready, .roastBegan, .charged, .turningPoint, .yellowing,
      .firstCrack, .firstCrackEnd, .secondCrack, .ending, .cooling, .dropped, .shuttingDown, .off,
      .beansNotCharged, .beansStillInDrum, .anomaly(.clockBackwards(from: 90, to: 3)),
      .anomaly(.impossibleJump(sensor: .bean, from: Celsius(20), to: Celsius(90.5), seconds: 0.1)),
      .anomaly(.impossibleJump(sensor: .infrared, from: Celsius(9), to: Celsius(1), seconds: 2)),
      .anomaly(.probeOpen(reading: nil)), .anomaly(.probeOpen(reading: Celsius(-3))),
    ]
    + RoasterState.known.map { .observing($0) }
    + [.observing(.unknown(0x7F)), .unlistedTransition(from: .off, to: .unknown(1))]
    + Control.allCases.map {
      .levelChanged(
        LevelChange(
          control: $0, from: 8, to: 7, at: MonotonicTime(nanoseconds: 5), origin: .panel,
          isDoubled: false))
    }
    + [
      .levelChanged(
        LevelChange(
          control: .fan, from: 1, to: 3, at: MonotonicTime(nanoseconds: 5), origin: nil,
          isDoubled: true))
    ] + (HeaterLevel(9).map { [.anomaly(.readingsFrozen(seconds: 12, heater: $0))] } ?? [])

  private static func event(
    _ kind: RoastEvent.Kind, change: RoastEvent.Change = .announced,
    source: RoastEvent.Source = .machine, isBare: Bool = false
  ) -> RoastEvent {
    RoastEvent(
      kind: kind, batch: 3, change: change, source: source, at: MonotonicTime(nanoseconds: 5),
      announced: Moment(
        monotonic: MonotonicTime(nanoseconds: 2_000_000_005),
        wall: WallTime(milliseconds: 1_792_000_000_123)),
      roastSeconds: isBare ? nil : 12.5, bean: isBare ? nil : Celsius(180.5),
      infrared: isBare ? nil : Celsius(201.25), gapSeconds: isBare ? nil : 3)
  }

  @Test func `every event is read as it was written`() throws {
    #expect(Set(Self.kinds.map(\.name)).count == 21, "every kind is among them")
    for kind in Self.kinds {
      for change in [RoastEvent.Change.announced, .revised, .withdrawn] {
        for source in [RoastEvent.Source.machine, .estimated, .marked] {
          for isBare in [false, true] {
            let event = Self.event(kind, change: change, source: source, isBare: isBare)
            let read = RoastEvent(json: try JSON(reading: Array(event.json.text.utf8)))
            #expect(read == event, "\(event.json.text)")
          }
        }
      }
    }
  }

  @Test func `what more is said is nothing to it, what is missing makes it none`() throws {
    for kind in Self.kinds {
      let members = try #require(Self.event(kind).json.members)
      let more = JSON.object([("id", .integer(7))] + members + [("author", .null)])
      #expect(RoastEvent(json: more) == Self.event(kind))
      for key in ["event", "batch", "change", "source", "at_monotonic_ns", "announced"] {
        #expect(RoastEvent(json: .object(members.filter { $0.key != key })) == nil)
      }
    }
    for other in [JSON.null, .array([]), .string("first_crack"), .object([])] {
      #expect(RoastEvent(json: other) == nil)
    }
  }

  @Test func `numbers that no roaster could mean are unknown`() throws {
    var members = try #require(Self.event(.firstCrack).json.members)
    let index = try #require(members.firstIndex { $0.key == "roast_seconds" })
    members[index].value = .number(1e300)
    #expect(RoastEvent(json: .object(members))?.roastSeconds == nil)
  }
}
