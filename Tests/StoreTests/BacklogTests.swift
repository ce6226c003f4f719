import Roaster
import Testing

@testable import Store

/// The queue by itself, in a time of its own.
struct BacklogTests {
  private let second: Int64 = 1_000_000_000
  private let busy = SQLiteFailure(code: 5, message: "database is locked", sql: "")

  private func ids(_ batch: Backlog.Batch) -> [Int64] {
    batch.slots.compactMap {
      switch $0.entry {
      case .telemetry(let id, _, _, _), .event(let id, _, _, _, _): id
      default: nil
      }
    }
  }

  @Test func `telemetry waits half a second for company, or for 200 of it`() {
    var backlog = Backlog()
    #expect(backlog.due(now: 0) == .never)
    _ = backlog.append(Sample.telemetry(1...1), now: 0)
    #expect(backlog.due(now: 0) == .at(second / 2))
    _ = backlog.append(Sample.telemetry(2...199), now: second / 4)
    #expect(backlog.due(now: second / 4) == .at(second / 2))
    #expect(backlog.due(now: second / 2) == .now)
    _ = backlog.append(Sample.telemetry(200...200), now: second / 4)
    #expect(backlog.due(now: second / 4) == .now)
  }

  @Test func `what is to be acknowledged waits for nobody, and takes what was before it along`() {
    var backlog = Backlog()
    _ = backlog.append(Sample.telemetry(1...2), now: 0)
    _ = backlog.append([Sample.event(3)], now: 1)
    _ = backlog.append(Sample.telemetry(4...4), now: 2)
    #expect(backlog.due(now: 2) == .now)
    let batch = backlog.take()
    #expect(ids(batch) == [1, 2, 3, 4])
    #expect(batch.durables == 1)
    backlog.succeeded()
    #expect(backlog.due(now: 3) == .never && backlog.count == 0)
    _ = backlog.append(Sample.telemetry(5...5), now: 3)
    #expect(backlog.due(now: 3) == .at(3 + second / 2))
    #expect(backlog.take().durables == 0)
  }

  @Test func `a failure is tried again after 0,1 to 2 s, in the same order`() {
    var backlog = Backlog()
    _ = backlog.append(Sample.telemetry(1...3) + [Sample.event(4)], now: 0)
    var now: Int64 = 0
    var waits: [Int64] = []
    for _ in 0..<7 {
      let batch = backlog.take()
      #expect(ids(batch) == [1, 2, 3, 4])
      _ = backlog.failed(busy, now: now)
      guard case .at(let next) = backlog.due(now: now) else {
        Issue.record("not tried again")
        return
      }
      waits.append((next - now) / 1_000_000)
      now = next
      #expect(backlog.due(now: now) == .now)
    }
    #expect(waits == [100, 200, 400, 800, 1600, 2000, 2000])
    #expect(backlog.failure == busy)
    _ = backlog.take()
    backlog.succeeded()
    #expect(backlog.failure == nil)
  }

  @Test func `beyond its bounds the oldest telemetry goes, and is counted once`() {
    var backlog = Backlog(limits: Backlog.Limits(points: 10, others: 3))
    _ = backlog.append(Sample.telemetry(1...8), now: 0)
    _ = backlog.take()
    _ = backlog.failed(busy, now: 0)
    let flying = backlog.take()
    // Those in flight may not go.
    _ = backlog.append(Sample.telemetry(9...14), now: 1)
    #expect(ids(flying) == Array(1...8))
    #expect(backlog.lostPoints == 4 && backlog.count == 10)
    _ = backlog.failed(busy, now: 1)
    _ = backlog.append(Sample.telemetry(15...16) + [Sample.event(17)], now: 2)
    #expect(backlog.lostPoints == 6)
    let batch = backlog.take()
    #expect(ids(batch) == [3, 4, 5, 6, 7, 8, 13, 14, 15, 16, 17])
    #expect(batch.losses.map(\.points) == [6])
    #expect(batch.losses.first?.from == Sample.point(1).moment.wall)
    #expect(batch.losses.first?.to == Sample.point(12).moment.wall)
    #expect(batch.losses.first?.reason == "busy: database is locked")
    backlog.succeeded()
    #expect(backlog.take().losses.isEmpty)
  }

  @Test func `the oldest of everything else goes later, and its giver is told`() {
    var backlog = Backlog(limits: Backlog.Limits(points: 10, others: 2))
    let answer = Answer { _ in }
    var dropped = backlog.append([Sample.event(1)], answer: answer, now: 0)
    #expect(dropped.isEmpty)
    _ = backlog.append([Sample.event(2)], now: 0)
    dropped = backlog.append([Sample.event(3)], now: 0)
    #expect(dropped.count == 1 && dropped.first === answer)
    #expect(backlog.lostOthers == 1)
    #expect(ids(backlog.take()) == [2, 3])
  }

  @Test func `an entry that breaks a rule goes alone`() {
    var backlog = Backlog()
    let answer = Answer { _ in }
    _ = backlog.append([Sample.event(1)], now: 0)
    _ = backlog.append([Sample.event(2)], answer: answer, now: 0)
    _ = backlog.append([Sample.event(3)], now: 0)
    _ = backlog.take()
    let rule = SQLiteFailure(code: 19, message: "UNIQUE", sql: "")
    #expect(backlog.refused(at: 1, because: rule) === answer)
    let batch = backlog.take()
    #expect(ids(batch) == [1, 3])
    #expect(batch.losses.map(\.kind) == [.refused] && batch.losses.map(\.others) == [1])
    #expect(backlog.failure == nil)
  }

  @Test func `who waits is told after two seconds of failing, and only once`() {
    var backlog = Backlog()
    let answer = Answer { _ in }
    _ = backlog.append([Sample.event(1)], answer: answer, now: 0)
    #expect(backlog.impatient(now: 3 * second).isEmpty)
    #expect(backlog.impatienceAt == nil)
    _ = backlog.take()
    _ = backlog.failed(busy, now: second)
    #expect(backlog.impatienceAt == 2 * second)
    #expect(backlog.impatient(now: 2 * second - 1).isEmpty)
    #expect(backlog.impatient(now: 2 * second).count == 1)
    #expect(backlog.impatient(now: 2 * second).isEmpty)
    #expect(backlog.count == 1)
  }

  @Test func `after a failure with nothing to write it finds out whether that works again`() {
    var backlog = Backlog()
    _ = backlog.failed(busy, now: 0)
    #expect(backlog.due(now: 0) == .at(second / 10))
    #expect(backlog.due(now: second) == .now)
    #expect(backlog.take().slots.isEmpty)
    backlog.succeeded()
    #expect(backlog.due(now: second) == .never)
  }

  /// The queue against a plain list of what it must hold.
  @Test(arguments: 0..<20)
  func `whatever happens, each entry is written once in its order, or lost and counted`(
    seed: Int
  ) {
    var random = SeededGenerator(seed: UInt64(seed))
    var backlog = Backlog(limits: Backlog.Limits(points: 50, others: 20, batchCount: 30))
    var (next, now): (Int64, Int64) = (1, 0)
    var written: [Int64] = []
    var counted = 0
    func attempt(_ succeeds: Bool) {
      let batch = backlog.take()
      if succeeds {
        written += ids(batch)
        counted += batch.losses.reduce(0) { $0 + $1.points + $1.others }
        backlog.succeeded()
      } else {
        _ = backlog.failed(busy, now: now)
      }
    }
    for _ in 0..<500 {
      now += Int64.random(in: 0...second, using: &random)
      if Bool.random(using: &random) {
        let count = Int64.random(in: 1...20, using: &random)
        _ = backlog.append(Sample.telemetry(next..<(next + count)), now: now)
        next += count
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        _ = backlog.append([Sample.event(next)], now: now)
        next += 1
      }
      if backlog.due(now: now) == .now {
        attempt(Int.random(in: 0..<3, using: &random) == 0)
      }
    }
    backlog.hurry(now: now)
    while backlog.count > 0 { attempt(true) }
    attempt(true)
    #expect(written == written.sorted() && Set(written).count == written.count, "seed \(seed)")
    #expect(backlog.lostPoints + backlog.lostOthers == counted, "seed \(seed)")
    #expect(written.count + counted == Int(next - 1), "seed \(seed)")
    #expect(counted > 0, "seed \(seed) lost nothing: the bounds were not tried")
  }
}
