import Analysis
import Driver
import Fixtures
import Roaster
import Simulator
import Testing

@testable import Store

/// A scenario's roasts, heard live and kept by a journal as the daemon keeps them.
private struct KeptRoasts {
  let room: StoreRoom
  var live: [RoastCurve] = []
  var events: [RoastEvent] = []
  var progress: RoastProgress?
  var roasts: [Int64] = []

  private var machine = RoastMachine()
  private var recorder = CurveRecorder()
  private let journal: Journal
  private var nextPoint: Int64
  private var nextEvent: Int64
  private var current: (id: Int64, batch: Int)?
  private let keepsFrames: Bool

  /// Plays a scenario; `marks` are made and taken back at seconds of the twin.
  init(
    _ name: String, keepsFrames: Bool = true,
    marks: [(at: Double, body: @Sendable (inout RoastMachine, Moment) throws -> [RoastEvent])] = []
  ) async throws {
    room = try StoreRoom()
    self.keepsFrames = keepsFrames
    let (journal, opening) = try room.open()
    self.journal = journal
    (nextPoint, nextEvent) = (opening.nextTelemetry, opening.nextEvent)
    let scenario = try #require(try ShippedScenarios.named(name))
    let twin = Twin(
      scenario.workshop(seed: 1, isNoisy: true), pace: .unlimited,
      endingAfter: scenario.limitSeconds)
    var runner = SessionRunner(Session(), over: twin)
    var points: [Telemetry] = []
    await runner.run { report, _ in
      if case .telemetry(let point) = report { points.append(point) }
    }
    var marks = marks[...]
    for point in points {
      hear(point)
      while let mark = marks.first, mark.at <= point.moment.monotonic - points[0].moment.monotonic {
        let news = try mark.body(&machine, point.moment)
        recorder.note(news)
        keep(news)
        marks = marks.dropFirst()
      }
      if nextPoint % 500 == 0 { await journal.write([.nextBatch(BatchDetails())]) }
    }
    live.append(recorder.curve)
    progress = machine.progress
    journal.close()
    if !keepsFrames { try room.connection().execute("DELETE FROM frames") }
  }

  private mutating func hear(_ point: Telemetry) {
    let news = machine.step(point)
    let progress = machine.progress
    if let finished = recorder.step(point, news, progress) { live.append(finished) }
    if let going = current, going.batch != progress.batch { current = nil }
    if current == nil, let began = progress.began { begin(began, progress, point) }
    journal.append([
      .telemetry(
        id: nextPoint, point, roast: current?.id, rateOfRise: progress.rateOfRise)
    ])
    nextPoint += 1
    keep(news)
    if let current, let ended = progress.ended {
      journal.append([.roastEnded(id: current.id, at: moment(ended, point), .ended)])
    }
  }

  private mutating func begin(
    _ began: MonotonicTime, _ progress: RoastProgress, _ point: Telemetry
  ) {
    let id = Int64(roasts.count + 1)
    roasts.append(id)
    current = (id, progress.batch)
    journal.append([
      .roastBegan(
        RoastRow(
          id: id, batch: progress.batch, began: moment(began, point), boot: "twin",
          device: "twin", isSimulated: true))
    ])
  }

  private func moment(_ at: MonotonicTime, _ point: Telemetry) -> Moment {
    let milliseconds = ((point.moment.monotonic - at) * 1000).rounded()
    return Moment(
      monotonic: at,
      wall: WallTime(milliseconds: point.moment.wall.milliseconds - Int64(milliseconds)))
  }

  private mutating func keep(_ news: [RoastEvent]) {
    for event in news {
      let roast = current.flatMap { $0.batch == event.batch ? $0.id : nil }
      journal.append([.event(id: nextEvent, event, roast: roast, author: nil)])
      nextEvent += 1
    }
    events += news
  }
}

@Suite(.timeLimit(.minutes(2)))
struct RoundTripTests {
  @Test(arguments: ["medium", "back-to-back", "cable-trouble", "never-loaded"])
  func `the stored curve is the one that was made live`(scenario: String) async throws {
    let kept = try await KeptRoasts(scenario)
    let archive = kept.room.archive
    #expect(!kept.roasts.isEmpty && kept.live.count == kept.roasts.count)
    for (id, live) in zip(kept.roasts, kept.live) {
      let stored = try #require(try archive.curve(id))
      #expect(stored == live, "roast \(id)")
    }
  }

  @Test func `events come back as they were told`() async throws {
    let kept = try await KeptRoasts("cable-trouble")
    let stored = try kept.room.archive.events(of: 1)
    #expect(stored.map(\.event) == kept.events.filter { $0.batch == kept.live[0].batch })
    #expect(stored.map(\.id) == stored.map(\.id).sorted())
    let json = try #require(stored.first).json.text
    #expect(json.hasPrefix("{\"id\":1,\"roast_id\":1,\"event\":"))
    #expect(json.hasSuffix("\"author\":null}"))
  }

  /// Marks, corrections and withdrawals between the telemetry.
  @Test(arguments: [true, false])
  func `a machine that is fed the replay knows what the live one knew`(
    keepsFrames: Bool
  ) async throws {
    let before = try await KeptRoasts("medium")
    let began = try #require(before.progress?.began)
    let first = try #require(before.events.first).announced.monotonic
    let start = began - first
    let kept = try await KeptRoasts(
      "medium", keepsFrames: keepsFrames,
      marks: [
        (start + 300, { machine, now in try machine.mark(.yellowing, at: now.monotonic) }),
        (
          start + 310,
          { machine, now in
            try machine.mark(.yellowing, at: now.monotonic.advanced(milliseconds: -30_000))
          }
        ),
        (start + 480, { machine, now in try machine.mark(.firstCrack, at: now.monotonic) }),
        (start + 485, { machine, _ in machine.unmark(.firstCrack) }),
        (
          start + 500,
          { machine, now in
            try machine.mark(.firstCrack, at: now.monotonic.advanced(milliseconds: -5000))
          }
        ),
        (start + 520, { machine, _ in machine.unmark(.yellowing) }),
      ])
    let live = try #require(kept.progress)
    #expect(live.landmarks[.firstCrack]?.source == .marked)
    let steps = try kept.room.archive.replay(of: 1)
    var (marks, machine) = (0, RoastMachine())
    for step in steps {
      switch step {
      case .telemetry(let point): _ = machine.step(point)
      case .mark(let landmark, let at):
        marks += 1
        _ = try machine.mark(landmark, at: at)
      case .unmark(let landmark):
        marks += 1
        _ = machine.unmark(landmark)
      }
    }
    #expect(marks == 6)
    let again = machine.progress
    #expect(again.began == live.began && again.ended == live.ended)
    #expect(again.landmarks == live.landmarks)
    #expect(again.phases == live.phases && again.state == live.state)
    #expect(again.rateOfRise == live.rateOfRise)
    let heard = try #require(
      steps.compactMap { step -> Telemetry? in
        if case .telemetry(let point) = step { return point }
        return nil
      }.first)
    #expect(abs(began - heard.moment.monotonic - min(90, start)) < 0.5)
  }

  @Test func `telemetry without its bytes is judged as it was, whatever the bytes say`()
    async throws
  {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    var random = SeededGenerator(seed: 11)
    let points = (Int64(1)...3000).map { id -> Telemetry in
      var bytes = random.bytes(StatusFrame.size)
      if id % 2 == 0 { bytes[41] = 10 }
      if id % 4 == 0 { bytes = Self.plausible(&random) }
      return Telemetry(
        sequence: random.next(), moment: Sample.moment(Double(id) / 10),
        frame: StatusFrame(bytes) ?? Sample.point(id).frame)
    }
    await journal.write([.roastBegan(Sample.roast(1))])
    await journal.write(
      zip(Int64(1)..., points).map { .telemetry(id: $0, $1, roast: 1, rateOfRise: nil) })
    journal.close()
    func replayed() throws -> [Telemetry] {
      try room.archive.replay(of: 1).compactMap {
        if case .telemetry(let point) = $0 { return point }
        return nil
      }
    }
    #expect(try replayed() == points, "seed 11")
    try room.connection().execute("DELETE FROM frames")
    let rebuilt = try replayed()
    #expect(rebuilt.map(\.status) == points.map(\.status), "seed 11")
    #expect(rebuilt.map(\.moment) == points.map(\.moment))
    #expect(rebuilt.map(\.sequence) == points.map(\.sequence))
  }

  /// A frame whose fields are mostly true, at the edges of what is plausible.
  private static func plausible(_ random: inout SeededGenerator) -> [UInt8] {
    var wire = WireStatus()
    let degrees: [Float] = [-5, -1, 0, 25, 99.5, 200.25, 350, 351, .nan, .infinity, -300]
    wire.bean = degrees.randomElement(using: &random) ?? 0
    wire.infrared = degrees.randomElement(using: &random) ?? 0
    wire.exhaust = degrees.randomElement(using: &random) ?? 0
    wire.infraredBoard = degrees.randomElement(using: &random) ?? 0
    wire.controlBoard = degrees.randomElement(using: &random) ?? 0
    wire.beanRateOfRise = degrees.randomElement(using: &random) ?? 0
    wire.state = UInt8.random(in: 0...10, using: &random)
    wire.clockMinutes = UInt8.random(in: 0...2, using: &random)
    wire.clockSeconds = UInt8.random(in: 0...62, using: &random)
    wire.heater = UInt8.random(in: 0...11, using: &random)
    wire.fan = UInt8.random(in: 0...14, using: &random)
    wire.drum = UInt8.random(in: 0...11, using: &random)
    wire.fanSpeed = Int16.random(in: -10...4100, using: &random)
    wire.mainsVolts = Int16.random(in: 70...270, using: &random)
    wire.coilFan1 = Int32.random(in: -5...110, using: &random)
    wire.coilFan2 = Int32.random(in: -5...110, using: &random)
    wire.preheatTarget = UInt16.random(in: 0...400, using: &random)
    return wire.frame.bytes
  }

  @Test func `every kind of event comes back as it was told`() async throws {
    let room = try StoreRoom()
    let (journal, _) = try room.open()
    defer { journal.close() }
    let at = MonotonicTime(nanoseconds: 12_345_678_901)
    let heater = try #require(HeaterLevel(7))
    var changes = LevelChange.Origin.allOrNone.flatMap { origin in
      Control.allCases.map {
        LevelChange(control: $0, from: 3, to: 4, at: at, origin: origin)
      }
    }
    changes.append(
      LevelChange(control: .fan, from: 9, to: 2, at: at, origin: .commanded, isDoubled: true))
    let anomalies: [Anomaly] = [
      .clockBackwards(from: 100, to: 7), .readingsFrozen(seconds: 10.25, heater: heater),
      .impossibleJump(sensor: .infrared, from: Celsius(1.1), to: Celsius(300.7), seconds: 0.1),
      .impossibleJump(sensor: .bean, from: Celsius(-3), to: Celsius(90), seconds: 0.2),
      .probeOpen(reading: nil), .probeOpen(reading: Celsius(-2.5)),
    ]
    let states = RoasterState.known + [.unknown(0x42)]
    let kinds: [RoastEvent.Kind] =
      [
        .preheatStarted, .stabilising, .ready, .roastBegan, .charged, .turningPoint, .yellowing,
        .firstCrack, .firstCrackEnd, .secondCrack, .ending, .cooling, .dropped, .shuttingDown,
        .off, .beansNotCharged, .beansStillInDrum,
      ] + states.map { .observing($0) } + states.map { .unlistedTransition(from: .off, to: $0) }
      + changes.map { .levelChanged($0) } + anomalies.map { .anomaly($0) }
    let sources: [RoastEvent.Source] = [.machine, .estimated, .marked]
    let news: [RoastEvent.Change] = [.announced, .revised, .withdrawn]
    let events = kinds.enumerated().map { index, kind in
      RoastEvent(
        kind: kind, batch: 3, change: news[index % 3], source: sources[index / 3 % 3], at: at,
        announced: Sample.moment(14), roastSeconds: index % 2 == 0 ? nil : 1.0 / 3,
        bean: index % 4 == 0 ? nil : Celsius(Double(Float(196.3))),
        infrared: index % 5 == 0 ? nil : Celsius(201), gapSeconds: index % 7 == 0 ? 2.5 : nil)
    }
    let entries = zip(Int64(1)..., events).map {
      Entry.event(id: $0, $1, roast: 1, author: $0 % 2 == 0 ? "phone" : nil)
    }
    #expect(await journal.write(entries).isSuccess)
    let stored = try room.archive.events(of: 1)
    #expect(stored.map(\.event) == events)
    #expect(stored.map(\.event.json.text) == events.map(\.json.text))
    #expect(stored.map(\.author) == (1...events.count).map { $0 % 2 == 0 ? "phone" : nil })
    #expect(try room.count("anomalies") == 6)
  }

  @Test func `a roast that goes on in another run is one roast`() async throws {
    let room = try StoreRoom()
    do {
      let (journal, _) = try room.open()
      defer { journal.close() }
      let ready = (Int64(1)...100).map { id in
        Entry.telemetry(
          id: id, Sample.point(id, state: .ready), roast: nil, rateOfRise: nil)
      }
      await journal.write(ready)
      await journal.write(
        [.roastBegan(Sample.roast(1, beganSeconds: 10.1))] + Sample.telemetry(101...200, roast: 1))
    }
    let (journal, opening) = try room.open()
    defer { journal.close() }
    #expect(opening.openRoast?.heard == Sample.point(200).moment)
    await journal.write(Sample.telemetry(300...400, roast: 1))
    await journal.write([.roastEnded(id: 1, at: Sample.moment(40.1), .ended)])
    await journal.write(Sample.telemetry(401...450))
    let points = try #require(try room.archive.telemetry(ofRoast: 1, stepSeconds: 0))
    #expect(points.map(\.id) == Array(1...200) + Array(300...400))
    let curve = try #require(try room.archive.curve(1))
    #expect(curve.endSeconds == 30)
    #expect(curve.samples.first?.seconds == -10)
    // The sample that begins the gap has no values.
    #expect(curve.samples.filter { $0.state == nil }.count == 1)
    #expect(curve.value({ $0.bean?.degrees }, at: 15) == nil)
    #expect(curve.samples.last?.seconds == 29.9)
  }
}

extension LevelChange.Origin {
  fileprivate static let allOrNone: [LevelChange.Origin?] = [nil, .commanded, .firmware, .panel]
}
