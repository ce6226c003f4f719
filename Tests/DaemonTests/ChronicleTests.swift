import Driver
import Roaster
import Simulator
import Testing

@testable import Daemon
@testable import Store

extension Opening {
  /// Of a database that has just been made.
  static let fresh = fresh(settings: [:])

  static func fresh(settings: [String: String]) -> Opening {
    Opening(
      run: 1, nextTelemetry: 1, nextEvent: 1, nextRoast: 1, nextToken: 1, wasUnclean: false,
      setAside: nil, openRoast: nil, nextBatch: BatchDetails(), settings: settings, tokens: [],
      desk: Desk(
        nextProposal: 1, nextAudit: 1, open: [], state: nil, commandsToday: 0,
        audit: .whole(from: 1, rows: 0, head: .none)))
  }
}

struct ChronicleTests {
  // MARK: Records

  @Test func `a roast is one record, from its beginning to its end`() async throws {
    var heard = HeardRoast()
    heard.hear(try await HeardRoast.medium.value)
    #expect(heard.begun.map(\.id) == [1])
    #expect(heard.begun.first?.serial == "1001")
    #expect(heard.ended.map(\.id) == [1])
    #expect(heard.ended.first?.status == .ended)
    let began = try #require(heard.begun.first?.began)
    let seconds = try #require(heard.ended.first).at.monotonic - began.monotonic
    #expect(abs(seconds - 525) < 2)
    let figures = try #require(heard.figures.last)
    #expect(figures.id == 1)
    #expect(figures.figures.durationSeconds.map { abs($0 - seconds) < 0.2 } == true)
    #expect(figures.figures.firstCrackSeconds.map { (400...440).contains($0) } == true)
    #expect(figures.figures.dropBean.map { (195...202).contains($0.degrees) } == true)
  }

  @Test func `every valid point is kept, and those of the roast say so`() async throws {
    let reports = try await HeardRoast.medium.value
    let valid = reports.filter {
      if case .telemetry(let point) = $0.0 { point.status.isValid } else { false }
    }
    var heard = HeardRoast()
    heard.hear(reports)
    #expect(heard.points.count == valid.count)
    #expect(heard.points.map(\.id) == (1...Int64(valid.count)).map { $0 })
    let ofRoast = heard.points.filter { $0.roast == 1 }.count
    // The roast, and ten minutes after its end at 10 Hz.
    #expect((11_000...11_500).contains(ofRoast), "\(ofRoast)")
    #expect(heard.messages(.telemetry).count == valid.count)
  }

  @Test func `batches back to back are records of their own`() async throws {
    var heard = HeardRoast()
    heard.hear(try await HeardRoast.reports("back-to-back"))
    #expect(heard.begun.map(\.id) == [1, 2])
    #expect(heard.ended.map(\.id) == [1, 2])
    #expect(heard.ended.allSatisfy { $0.status == .ended })
    #expect(Set(heard.figures.map(\.id)) == [1, 2])
    let roasts = heard.points.compactMap(\.roast)
    #expect(roasts == roasts.sorted())
    #expect(Set(roasts) == [1, 2])
  }

  @Test func `what was said of the next batch goes to it, and the beans stay for the one after`()
    async throws
  {
    var heard = HeardRoast()
    let batch = BatchDetails(title: "No 42", beans: "Sidamo", gramsIn: 650, notes: "damp day")
    heard.effects += heard.chronicle.setBatch(batch)
    #expect(heard.messages(.batch).first?["grams_in"]?.numberValue == 650)
    heard.hear(try await HeardRoast.medium.value)
    #expect(heard.begun.first?.details == batch)
    #expect(heard.chronicle.batch == BatchDetails(beans: "Sidamo"))
    #expect(heard.chronicle.setBatch(BatchDetails(beans: "Sidamo")).isEmpty)
  }

  @Test func `events are numbered in order and told as they are kept`() async throws {
    var heard = HeardRoast()
    heard.hear(try await HeardRoast.medium.value)
    let ids = heard.events.map(\.id)
    #expect(ids == (1...Int64(ids.count)).map { $0 })
    #expect(heard.messages(.event).compactMap { $0["id"]?.integerValue } == ids.map { Int64($0) })
    let landmarks = heard.events.filter { $0.event.kind.category == .landmark }
    #expect(landmarks.allSatisfy { $0.roast == 1 })
    #expect(heard.events.first { $0.event.kind == .roastBegan }?.roast == 1)
  }

  // MARK: Marks

  /// A roast so many seconds after its beginning.
  private func roasting(_ seconds: Double) async throws -> HeardRoast {
    var heard = HeardRoast()
    for report in try await HeardRoast.medium.value {
      heard.hear([report])
      if let now = heard.chronicle.last?.roastSeconds, now >= seconds { return heard }
    }
    throw Never()
  }

  private struct Never: Error {}

  @Test func `a mark is dated by any of its three times`() async throws {
    let times: [(Chronicle.MarkTime, Double)] = [
      (.secondsAgo(5), 395), (.roastSeconds(390), 390), (.secondsAgo(0), 400),
    ]
    for (time, expected) in times {
      var heard = try await roasting(400)
      let done = try heard.chronicle.mark(.firstCrack, time, author: "uid 1000")
      let event = try #require(done.events.first)
      #expect(event["event"]?.stringValue == "first_crack")
      #expect(event["author"]?.stringValue == "uid 1000")
      #expect(event["source"]?.stringValue == "marked")
      let seconds = try #require(event["roast_seconds"]?.numberValue)
      #expect(abs(seconds - expected) < 0.11, "\(time)")
    }
    var heard = try await roasting(400)
    let wall = try #require(heard.chronicle.last?.point.moment.wall)
    let at = WallTime(milliseconds: wall.milliseconds - 3000)
    let done = try heard.chronicle.mark(.firstCrack, .at(at), author: "a")
    let seconds = try #require(done.events.first?["roast_seconds"]?.numberValue)
    #expect(abs(seconds - 397) < 0.11)
  }

  @Test func `a mark that cannot be says why, and changes nothing`() async throws {
    var idle = HeardRoast()
    #expect(throws: MarkFault.noRoast) {
      try idle.chronicle.mark(.firstCrack, .secondsAgo(0), author: "a")
    }
    var heard = try await roasting(100)
    let before = heard.chronicle.numbers.event
    #expect(throws: MarkFault.outsideRoast) {
      try heard.chronicle.mark(.firstCrack, .secondsAgo(5000), author: "a")
    }
    #expect(throws: MarkFault.notMarkable(.charged)) {
      try heard.chronicle.mark(.charged, .secondsAgo(0), author: "a")
    }
    #expect(heard.chronicle.numbers.event == before)
  }

  @Test func `the same mark again is no news, and a mark can be taken back`() async throws {
    var heard = try await roasting(400)
    let first = try heard.chronicle.mark(.firstCrack, .roastSeconds(380), author: "a")
    #expect(first.events.count == 1)
    let again = try heard.chronicle.mark(.firstCrack, .roastSeconds(380), author: "a")
    #expect(again.events.isEmpty && again.effects.isEmpty)
    #expect(heard.chronicle.isMarked(.firstCrack))
    let back = heard.chronicle.unmark(.firstCrack, author: "b")
    #expect(back.events.first?["change"]?.stringValue == "withdrawn")
    #expect(!heard.chronicle.isMarked(.firstCrack))
  }

  // MARK: The link

  @Test func `silence makes the link stale by time alone, and is told once`() async throws {
    var heard = try await roasting(50)
    heard.effects = []
    let now = try #require(heard.chronicle.last?.point.moment)
    let later = Moment(
      monotonic: now.monotonic.advanced(milliseconds: 2500),
      wall: WallTime(milliseconds: now.wall.milliseconds + 2500))
    heard.effects += heard.chronicle.pass(now: later)
    heard.effects += heard.chronicle.pass(now: later)
    #expect(heard.messages(.link).compactMap { $0["state"]?.stringValue } == ["stale"])
    #expect(heard.messages(.link).first?["age_seconds"]?.numberValue == 2.5)
  }

  @Test func `a device that was given away is called released until it is back`() async throws {
    var heard = try await roasting(50)
    heard.effects = []
    let now = try #require(heard.chronicle.last?.point.moment)
    heard.effects += heard.chronicle.release(LinkReport.Release(until: nil), now: now)
    heard.effects += heard.chronicle.pass(now: now)
    #expect(heard.messages(.link).compactMap { $0["state"]?.stringValue } == ["released"])
    heard.effects += heard.chronicle.release(nil, now: now)
    #expect(heard.messages(.link).last?["state"]?.stringValue == "connecting")
  }

  @Test func `a device that was given away stays so in the next life, until it is asked for`()
    async throws
  {
    var heard = try await roasting(50)
    let now = try #require(heard.chronicle.last?.point.moment)
    let until = WallTime(milliseconds: 1_800_000_000_000)
    heard.effects = heard.chronicle.release(LinkReport.Release(until: until), now: now)
    let kept = heard.entries.compactMap { entry -> String? in
      if case .setting("release", let value) = entry { value } else { nil }
    }
    let next = Chronicle(
      .fresh(settings: ["release": try #require(kept.first)]), origin: HeardRoast.origin)
    #expect(next.link.release?.until == until)
    heard.effects = heard.chronicle.release(nil, now: now)
    let withdrawn = heard.entries.contains {
      if case .setting("release", nil) = $0 { true } else { false }
    }
    #expect(withdrawn)
    for text in ["", "7", "[]", "{"] {
      let odd = Chronicle(.fresh(settings: ["release": text]), origin: HeardRoast.origin)
      #expect(odd.link.release == nil, "\(text)")
    }
  }
}
