import Analysis
import Driver
import Fixtures
import Roaster
import Testing

@testable import Daemon
@testable import Store

/// A daemon that dies in the middle of a roast, and what the next one makes of it.
struct ResumingTests {
  private func interrupted(
    in folder: borrowing TemporaryFolder, after seconds: Double, marked: Bool = false
  ) async throws -> (path: String, rest: ArraySlice<InterruptedRoast.Report>) {
    let roast = try await InterruptedRoast(in: folder, marked: marked) {
      $0.chronicle.last?.roastSeconds ?? -1 < seconds
    }
    return (roast.path, roast.rest)
  }

  private func next(
    _ path: String, origin: Origin = HeardRoast.origin
  ) throws -> (HeardRoast, Journal) {
    try InterruptedRoast.next(path, origin: origin)
  }

  private func gaps(_ heard: HeardRoast) -> Int {
    heard.entries.filter { if case .gap = $0 { true } else { false } }.count
  }

  @Test func `the record goes on with the gap marked, and ends as one roast`() async throws {
    let folder = try TemporaryFolder()
    let (path, rest) = try await interrupted(in: folder, after: 200, marked: true)
    var (heard, journal) = try next(path)
    defer { journal.close() }
    // Ten seconds went by unheard.
    heard.hear(rest.dropFirst(100))
    #expect(heard.begun.isEmpty)
    #expect(gaps(heard) == 1)
    #expect(heard.ended.map(\.id) == [1])
    #expect(heard.ended.first?.status == .ended)
    var whole = HeardRoast()
    whole.hear(try await HeardRoast.medium.value)
    let landmarks = heard.chronicle.standing.json["landmarks"]
    #expect(landmarks?["yellowing"]?["source"]?.stringValue == "marked")
    for name in ["charged", "turning_point", "first_crack", "dropped"] {
      let resumed = landmarks?[name]?["seconds"]?.numberValue
      let unbroken = whole.chronicle.standing.json["landmarks"]?[name]?["seconds"]?.numberValue
      #expect(resumed == unbroken, "\(name)")
    }
    let figures = try #require(heard.figures.last?.figures)
    #expect(figures.firstCrackSeconds == whole.figures.last?.figures.firstCrackSeconds)
    // Numbers go on where they were.
    #expect(heard.points.first.map { $0.id > 2000 } == true)
    #expect(heard.points.first?.roast == 1)
  }

  @Test func `a clock that starts anew is put in line by the roast clock`() async throws {
    let folder = try TemporaryFolder()
    let (path, rest) = try await interrupted(in: folder, after: 200)
    var other = HeardRoast.origin
    other.clock = "another boot"
    var (heard, journal) = try next(path, origin: other)
    defer { journal.close() }
    heard.hear(
      rest.dropFirst(100).map { report, link, now in
        let moved = { (moment: Moment) in
          Moment(
            monotonic: MonotonicTime(nanoseconds: moment.monotonic.nanoseconds - 150_000_000_000),
            wall: moment.wall)
        }
        guard case .telemetry(let point) = report else { return (report, link, moved(now)) }
        let later = Telemetry(
          sequence: point.sequence, moment: moved(point.moment), frame: point.frame)
        return (.telemetry(later), link, moved(now))
      })
    #expect(gaps(heard) == 1)
    #expect(heard.begun.isEmpty)
    let crack = heard.chronicle.standing.json["landmarks"]?["first_crack"]?["seconds"]?.numberValue
    #expect(crack.map { abs($0 - 418.7) < 1.5 } == true, "\(crack ?? -1)")
    // The record has one clock: what is heard now lies behind what was heard then.
    let kept = heard.entries.compactMap { entry -> Moment? in
      if case .telemetry(_, let point, _, _) = entry { point.moment } else { nil }
    }
    let began = try #require(try Archive(path: path).roast(1)).row.began.monotonic
    let first = try #require(kept.first).monotonic - began
    #expect(abs(first - 210) < 1.5, "\(first)")
    #expect(kept.map(\.monotonic) == kept.map(\.monotonic).sorted())
  }

  @Test func `the stored curve of a roast that was resumed has both its parts`() async throws {
    let folder = try TemporaryFolder()
    let (path, rest) = try await interrupted(in: folder, after: 200)
    var other = HeardRoast.origin
    other.clock = "another boot"
    var (heard, journal) = try next(path, origin: other)
    heard.hear(
      rest.dropFirst(100).map { report, link, now in
        guard case .telemetry(let point) = report else { return (report, link, now) }
        let moment = Moment(
          monotonic: MonotonicTime(
            nanoseconds: point.moment.monotonic.nanoseconds - 150_000_000_000),
          wall: point.moment.wall)
        let later = Telemetry(sequence: point.sequence, moment: moment, frame: point.frame)
        return (.telemetry(later), link, now)
      })
    await InterruptedRoast.keep(heard.entries, in: journal)
    journal.close()
    let curve = try #require(try Archive(path: path).curve(1))
    for second in [100.0, 199, 215, 300, 500] {
      #expect(curve.value({ $0.bean?.degrees }, at: second) != nil, "\(second)")
    }
    #expect(curve.value({ $0.bean?.degrees }, at: 205) == nil)
    #expect(curve.endSeconds.map { abs($0 - 525) < 2 } == true)
  }

  @Test func `another roaster, an earlier clock or a device that died with us end it instead`()
    async throws
  {
    var gone = HeardRoast.origin
    gone.outlivesUs = false
    for (name, origin, skipped) in [
      ("a twin inside", gone, 100), ("an earlier clock", HeardRoast.origin, -3000),
    ] {
      let folder = try TemporaryFolder()
      let (path, rest) = try await interrupted(in: folder, after: 400)
      var (heard, journal) = try next(path, origin: origin)
      defer { journal.close() }
      let all = try await HeardRoast.medium.value
      let from = skipped < 0 ? rest.startIndex + skipped : rest.startIndex + skipped
      heard.hear(all[from..<(from + 50)])
      #expect(gaps(heard) == 0, "\(name)")
      #expect(heard.ended.first?.id == 1, "\(name)")
      #expect(heard.ended.first?.status == .interrupted, "\(name)")
      #expect(heard.figures.first?.id == 1, "\(name)")
      #expect(heard.begun.map(\.id) == [2], "\(name)")
    }
  }

  @Test func `a roast that ended while nobody listened is ended by what is heard next`()
    async throws
  {
    let folder = try TemporaryFolder()
    let (path, rest) = try await interrupted(in: folder, after: 500)
    var (heard, journal) = try next(path)
    defer { journal.close() }
    heard.hear(rest.dropFirst(1200))
    #expect(gaps(heard) == 1)
    #expect(heard.begun.isEmpty)
    #expect(heard.ended.map(\.id) == [1])
    #expect(heard.ended.first?.status == .ended)
  }
}
