import Fixtures
import FoundationEssentials
import Glibc
import Roaster
import Synchronization
import Testing

@testable import Daemon

struct EventHookTests {
  /// What was logged, for the tests to read.
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private func wait(
    _ words: String, seconds: Double = 10, until isTrue: () -> Bool
  ) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    while !isTrue() {
      try #require(ContinuousClock.now < deadline, "\(words)")
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  @Test func `the owner's command gets each event in order, as a line of JSON`() async throws {
    let folder = try TemporaryFolder()
    let file = folder.file("heard")
    let hook = try #require(EventHook(command: "cat >> '\(file)'", log: Log { _ in }))
    defer { hook.stop() }
    for number in 1...5 { hook.announce(.object([("event", .integer(Int64(number)))])) }
    let expected = (1...5).map { "{\"event\":\($0)}\n" }.joined()
    try await wait("all five") {
      String(decoding: folder.bytes("heard"), as: UTF8.self) == expected
    }
  }

  @Test func `a command that fails, or cannot be found, is said and does not stop the next`()
    async throws
  {
    let folder = try TemporaryFolder()
    let lines = Lines()
    let log = Log { lines.add($0) }
    let hook = try #require(
      EventHook(
        command: "read line; echo \"$line\" >> '\(folder.file("heard"))'; exit 3", log: log))
    defer { hook.stop() }
    hook.announce(.object([("event", .string("one"))]))
    hook.announce(.object([("event", .string("two"))]))
    try await wait("both") {
      String(decoding: folder.bytes("heard"), as: UTF8.self).contains("two")
    }
    try await wait("the failure is said") {
      lines.all.contains { $0.contains("event=hook_failed") && $0.contains("exit=3") }
    }
  }

  @Test func `a command holds no signal back`() async throws {
    let folder = try TemporaryFolder()
    // As in the daemon, where a task's thread holds signals back, and threads that it starts do too.
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    let made = EventHook(
      command: "exec grep SigBlk /proc/self/status > '\(folder.file("mask"))'", log: Log { _ in })
    pthread_sigmask(SIG_SETMASK, &before, nil)
    let hook = try #require(made)
    defer { hook.stop() }
    hook.announce(.object([("event", .string("one"))]))
    try await wait("its mask is told") { !folder.bytes("mask").isEmpty }
    #expect(folder.text("mask") == "SigBlk:\t0000000000000000\n")
  }

  @Test func `a command ends with all that it started when it takes too long`() throws {
    let started = ContinuousClock.now
    let child = try #require(ShellCommand("sleep 60 & sleep 60", input: []))
    #expect(child.wait(seconds: 1) == .tooLong)
    #expect(ContinuousClock.now - started < .seconds(20))
  }

  @Test func `how a command ends is told`() throws {
    #expect(try #require(ShellCommand("exit 7", input: [])).wait(seconds: 20) == .exited(7))
    #expect(
      try #require(ShellCommand("kill -9 $$", input: [])).wait(seconds: 20) == .signalled(9))
    let reads = try #require(ShellCommand("test \"$(cat)\" = hello", input: Array("hello".utf8)))
    #expect(reads.wait(seconds: 20) == .exited(0))
  }
}
