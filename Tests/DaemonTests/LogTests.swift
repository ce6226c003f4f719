import Roaster
import Synchronization
import Testing

@testable import Daemon

struct LogTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  @Test func `a line has its level, its event and its facts, and cannot be forged`() {
    let lines = Lines()
    let log = Log(forJournal: true) { lines.add($0) }
    log(.warning, "link_lost", [("why", "plain"), ("what", "two words\nlevel=error event=x")])
    #expect(
      lines.all == [
        "<4>level=warning event=link_lost why=plain what=\"two words\\nlevel=error event=x\"\n"
      ])
  }

  @Test func `what matters less than the level is not written`() {
    let lines = Lines()
    let log = Log(level: .warning, forJournal: true) { lines.add($0) }
    log(.info, "quiet")
    log(.error, "loud")
    log.setLevel(.debug)
    log(.debug, "now")
    #expect(lines.all.map { $0.contains("quiet") } == [false, false])
  }

  @Test func `the same line again and again is written once`() {
    let lines = Lines()
    let log = Log(forJournal: true) { lines.add($0) }
    for _ in 0..<100 { log(.error, "store_degraded", [("problem", "full")]) }
    log(.error, "store_degraded", [("problem", "busy")])
    #expect(lines.all.count == 2)
  }
}
