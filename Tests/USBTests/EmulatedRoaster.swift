import Fixtures
import Glibc
import Synchronization
import Testing

/// The real program, with the real libusb, before a Bullet R1 on a mocked USB bus.
///
/// Whatever a test does with it, at the end nothing but the four reads was ever written, no
/// transfer was made without a claim, and the interface was given back.
struct EmulatedRoaster {
  private let options: [String]
  private let folder: TemporaryFolder

  /// A roaster whose k-th poll brings the k-th of `frames`; the emulator's options say what is wrong
  /// with it.
  init(_ options: [String] = [], frames: [UInt8] = NumberedFrames.bytes()) throws {
    folder = try TemporaryFolder()
    try folder.put(frames, as: "frames")
    self.options = options + ["--frames", folder.file("frames"), "--log", folder.file("log")]
  }

  /// A roaster with one request that goes wrong.
  init(fault: String) throws { try self.init(["--fault", fault]) }

  /// A path for what the program writes; and what is there.
  func file(_ name: String) -> String { folder.file(name) }
  func bytes(_ name: String) -> [UInt8] { folder.bytes(name) }
  func text(_ name: String) -> String { folder.text(name) }
  func put(_ bytes: some Sequence<UInt8>, as name: String) throws {
    try folder.put(Array(bytes), as: name)
  }

  /// What happened on the bus so far.
  var log: BusLog { BusLog(folder.text("log")) }

  /// Runs `roast` to its end.
  func run(_ words: String...) async throws -> Encounter {
    try await meet([Built.roastPath] + words) { _ in }
  }

  /// Runs a line of shell in which `$ROAST` is the program and `$FOLDER` the test's folder.
  func shell(_ line: String) async throws -> Encounter {
    try await meet(["/bin/sh", "-c", line]) { _ in }
  }

  /// Runs `roast watch --json` until its lines satisfy `condition`, then asks it to end.
  func watch(
    _ words: String..., until condition: @escaping ([WatchLine]) -> Bool
  ) async throws -> Encounter {
    try await meet([Built.roastPath, "watch", "--json", "--for", "40"] + words) { program in
      var seen = LineReader()
      await program.until { condition(seen.read($0)) }
      program.send(SIGTERM)
    }
  }

  /// Runs `roast`, does something to it, and waits for its end.
  func run(
    _ words: [String], while body: (Program) async throws -> Void
  ) async throws -> Encounter {
    try await meet([Built.roastPath] + words, while: body)
  }

  private func meet(
    _ command: [String], while body: (Program) async throws -> Void
  ) async throws -> Encounter {
    try Program.require(Built.emulatorPath)
    return try await Turnstile.roasters.pass {
      let program = try Program(
        Built.umockdevWrapperPath, [Built.emulatorPath] + options + ["--"] + command,
        environment: Built.plainly.merging([
          "ROAST": Built.roastPath, "FOLDER": folder.path,
        ]) { $1 })
      try await body(program)
      let encounter = Encounter(outcome: await program.outcome(), log: log)
      encounter.expectOnlyReads()
      return encounter
    }
  }
}

/// What came of a meeting of the program with the roaster.
struct Encounter {
  var outcome: Program.Outcome
  var log: BusLog

  var end: Program.End { outcome.end }

  /// What `roast watch --json` said.
  var lines: [WatchLine] {
    get throws { try WatchLine.lines(of: outcome.stdout) }
  }

  /// The states of the link after the first attempt to open, each once for as long as it lasted.
  /// Whether the attempt itself is seen is chance.
  var links: [String] {
    get throws {
      try lines.map(\.link).drop { $0 == "connecting" }.reduce(into: []) { links, link in
        if links.last != link { links.append(link) }
      }
    }
  }

  /// The numbers of the polls that brought readings.
  var numbers: [Int] {
    get throws { try lines.compactMap(\.number) }
  }

  fileprivate func expectOnlyReads() {
    let reads = ["OUT 3002", "OUT 8901", "OUT 3001", "OUT 3003"]
    for what in log.happenings.map(\.what) where what.hasPrefix("OUT") {
      #expect(reads.contains(what.split(separator: " ").prefix(2).joined(separator: " ")))
    }
    #expect(!log.has("TRANSFER WITHOUT CLAIM"))
    #expect(!log.isClaimedAtTheEnd, "\(log.tail)")
  }

  /// Every line has all keys; every reading is of one poll, of none before it, and is not shown with
  /// a link that is not up.
  func expectTrueTelemetry(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let lines = try lines
    for line in lines {
      #expect(line.ownKeys == WatchLine.keys, sourceLocation: sourceLocation)
      #expect(line.number != -1, "two polls in \(line.text)", sourceLocation: sourceLocation)
      #expect(line.isBlank == (line.seq == nil), "\(line.text)", sourceLocation: sourceLocation)
      #expect(
        line.valid == nil || line.link == "up", "\(line.text)", sourceLocation: sourceLocation)
    }
    let numbers = try numbers
    #expect(Self.rises(numbers), "\(numbers)", sourceLocation: sourceLocation)
    #expect(Self.rises(lines.compactMap(\.seq)), sourceLocation: sourceLocation)
    #expect(lines.map(\.time) == lines.map(\.time).sorted(), sourceLocation: sourceLocation)
  }

  private static func rises(_ numbers: [Int]) -> Bool {
    zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
  }
}

/// The emulator's account of what happened on the bus.
struct BusLog {
  struct Happening {
    var milliseconds: Double
    var what: String
  }

  let happenings: [Happening]

  init(_ text: String) {
    happenings = text.split(separator: "\n").compactMap { line in
      guard let space = line.firstIndex(of: " "), let time = Double(line[..<space]) else {
        return nil
      }
      return Happening(milliseconds: time, what: String(line[line.index(after: space)...]))
    }
  }

  /// When that happened, in milliseconds since the emulator's start.
  func times(of what: String) -> [Double] {
    happenings.filter { $0.what == what }.map(\.milliseconds)
  }

  func has(_ what: String) -> Bool { happenings.contains { $0.what == what } }

  /// What happened, in order, of that which begins with one of these words.
  func order(of words: String...) -> [String] {
    happenings.map(\.what).filter { what in words.contains { what.hasPrefix($0) } }
  }

  /// Whether the interface was taken and neither given back nor unplugged.
  var isClaimedAtTheEnd: Bool {
    order(of: "CLAIM 1", "RELEASE 1", "UNPLUG").last == "CLAIM 1"
  }

  var tail: String { happenings.suffix(12).map(\.what).joined(separator: ", ") }
}

/// Decodes a growing text line by line, each line once.
private struct LineReader {
  private var lines: [WatchLine] = []
  private var taken = 0

  mutating func read(_ bytes: [UInt8]) -> [WatchLine] {
    guard let end = bytes[taken...].lastIndex(of: 0x0A) else { return lines }
    lines += (try? WatchLine.lines(of: String(decoding: bytes[taken...end], as: UTF8.self))) ?? []
    taken = end + 1
    return lines
  }
}

/// Lets so many through at once: the times that tests look at stay true on a small machine.
final class Turnstile: Sendable {
  static let roasters = Turnstile(width: 8)

  private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

  init(width: Int) { state = Mutex((free: width, waiting: [])) }

  func pass<Value>(_ body: () async throws -> Value) async rethrows -> Value {
    await withCheckedContinuation { (waiting: CheckedContinuation<Void, Never>) in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append(waiting)
        return false
      }
      if isFree { waiting.resume() }
    }
    defer {
      let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
        state.free += 1
        return nil
      }
      next?.resume()
    }
    return try await body()
  }
}
