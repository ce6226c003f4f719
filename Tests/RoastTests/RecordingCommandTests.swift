import Fixtures
import FoundationEssentials
import Glibc
import Testing

/// `roast record` and `roast watch` with recordings, without USB.
struct RecordingCommandTests {
  private let folder: TemporaryFolder
  private let recording: String

  init() throws {
    folder = try TemporaryFolder()
    recording = try folder.put(SyntheticRecording.bytes(polls: 100), as: "roast.rec")
  }

  private func watch(
    _ path: String, _ words: String..., speed: String = "max"
  ) async throws -> Program.Outcome {
    try await Built.roast(["watch", "--device", "replay:\(path)", "--speed", speed] + words)
  }

  // MARK: watch

  @Test func `a recording plays all its readings at their own times`() async throws {
    let run = try await watch(recording, "--json")
    #expect(run.end == .exit(0))
    #expect(run.stderr.isEmpty)
    let readings = try WatchLine.lines(of: run.stdout).filter { $0.seq != nil }
    #expect(readings.compactMap(\.number) == (1...100).map { $0 })
    #expect(readings.compactMap(\.seq) == (0..<100).map { $0 })
    #expect(readings.allSatisfy { $0.ownKeys == WatchLine.keys && $0.link == "up" })
    #expect(readings.first?.time.hasPrefix("2026-09-21T14:13:20.0") == true)
    #expect(readings.last?.time.hasPrefix("2026-09-21T14:13:29.9") == true)
  }

  @Test func `into a pipe it writes a line a second of the roaster's time`() async throws {
    let run = try await watch(recording)
    let readings = run.lines.filter { $0.contains("BT ") }
    #expect((9...11).contains(readings.count), "\(run.stdout)")
    #expect(readings.first?.hasPrefix("roasting  0:00  BT 100.3 C") == true)
    #expect(run.end == .exit(0))
  }

  @Test func `a duration is of the roaster's time, whatever the speed`() async throws {
    let run = try await watch(recording, "--json", "--for", "2")
    let readings = try WatchLine.lines(of: run.stdout).compactMap(\.number)
    #expect((19...21).contains(readings.count))
    #expect(run.end == .exit(0))
  }

  @Test func `twenty times the speed takes a twentieth of the time`() async throws {
    let run = try await watch(recording, "--json", speed: "20")
    #expect(run.seconds > 0.4)
    #expect(try WatchLine.lines(of: run.stdout).compactMap(\.number).count == 100)
  }

  @Test func `a recording that was cut short plays up to there, with a warning`() async throws {
    let bytes = SyntheticRecording.bytes(polls: 100)
    let path = try folder.put(Array(bytes.prefix(bytes.count * 2 / 3)), as: "cut.rec")
    let run = try await watch(path, "--json")
    #expect(run.end == .exit(0))
    let warning = "roast: \(path): the recording was cut short in the transfer at byte "
    #expect(run.stderr.hasPrefix(warning))
    let numbers = try WatchLine.lines(of: run.stdout).compactMap(\.number)
    #expect(numbers.count > 50 && numbers == (1...numbers.count).map { $0 })
  }

  @Test func `a damaged recording plays up to the damage, with a warning`() async throws {
    var bytes = SyntheticRecording.bytes(polls: 100)
    bytes[bytes.count / 2] ^= 0x10
    let path = try folder.put(bytes, as: "damaged.rec")
    let run = try await watch(path, "--json")
    #expect(run.end == .exit(0))
    #expect(run.stderr.hasPrefix("roast: \(path): the recording is damaged at byte "))
    let numbers = try WatchLine.lines(of: run.stdout).compactMap(\.number)
    #expect((40...55).contains(numbers.count) && numbers == (1...numbers.count).map { $0 })
  }

  @Test(arguments: [
    (0, "ends before its header does"), (6, "ends before its header does"),
    (40, "ends before its header does"),
  ])
  func `a recording cut inside its header cannot be played`(
    _ length: Int, _ problem: String
  ) async throws {
    let bytes = Array(SyntheticRecording.bytes(polls: 1).prefix(length))
    let path = try folder.put(bytes, as: "stub.rec")
    let run = try await watch(path)
    #expect(run.stderr == "roast: \(path) \(problem)\nNothing of it can be played; record again.\n")
    #expect(run.end == .exit(1))
  }

  @Test func `a recording of a later version, or with a damaged header, is told as that`()
    async throws
  {
    var bytes = SyntheticRecording.bytes(polls: 1)
    bytes[20] ^= 1
    let damaged = try await watch(try folder.put(bytes, as: "damaged.rec"), "--json")
    #expect(damaged.stderr.contains(#""code":"bad_recording""#))
    #expect(damaged.stderr.contains("damaged header"))
    bytes[8] = 9
    let later = try await watch(try folder.put(bytes, as: "later.rec"))
    #expect(later.stderr.contains("version 9, newer than this program"))
    #expect(later.end == .exit(1))
  }

  @Test func `a reader that leaves early ends the playing`() async throws {
    let run = try await Built.shell(
      """
      { $ROAST watch --json --device replay:\(recording) --speed 5; echo "exit $?" >&2; } \
        | head -n 3
      """)
    #expect(run.stderr == "exit 0\n")
    #expect(run.lines.count == 3)
  }

  // MARK: record

  @Test func `a recording of a recording plays the same`() async throws {
    let copy = folder.file("copy.rec")
    let made = try await Built.roast(
      ["record", "--device", "replay:\(recording)", "--speed", "max", "--out", copy])
    #expect(made.end == .exit(0))
    #expect(made.stdout.hasPrefix("\(copy): 100 readings in 10.0 s, "))
    let (first, second) = (try await watch(recording, "--json"), try await watch(copy, "--json"))
    let values = try WatchLine.lines(of: first.stdout).compactMap(\.number)
    #expect(try WatchLine.lines(of: second.stdout).compactMap(\.number) == values)
    let header = folder.text("copy.rec").prefix(200)
    #expect(header.contains("origin: synthetic\n"), "a copy of a synthetic one is synthetic")
  }

  @Test func `what exists is not overwritten`() async throws {
    for existing in [recording, "/dev/full", folder.path] {
      let run = try await Built.roast(
        ["record", "--device", "replay:\(recording)", "--out", existing])
      #expect(
        run.stderr == "roast: \(existing) exists and is not overwritten\n"
          + "Name another file, or move that one away.\n")
      #expect(run.end == .exit(1))
    }
    #expect(folder.bytes("roast.rec") == SyntheticRecording.bytes(polls: 100))
  }

  @Test func `a file that cannot be created is told before anything is recorded`() async throws {
    let path = folder.file("none/a.rec")
    let run = try await Built.roast(
      ["record", "--json", "--device", "replay:\(recording)", "--out", path])
    #expect(
      run.stderr == #"{"code":"file_not_writable","message":"cannot write \#(path): "#
        + #"No such file or directory","hint":"Check the folder and its permissions."}"# + "\n")
    #expect(run.end == .exit(1))
  }

  @Test func `a disk that is full ends it with what to do, and what was written plays`()
    async throws
  {
    let path = folder.file("full.rec")
    let run = try await Built.shell(
      """
      trap '' XFSZ; ulimit -f 8
      exec $ROAST record --json --device replay:\(recording) --speed max --out \(path)
      """)
    #expect(run.end == .exit(1))
    #expect(run.stderr.contains(#""code":"recording_failed""#))
    #expect(run.stderr.contains("File too large"))
    let played = try await watch(path, "--json")
    #expect(played.end == .exit(0))
    let numbers = try WatchLine.lines(of: played.stdout).compactMap(\.number)
    #expect(numbers.count > 5 && numbers == (1...numbers.count).map { $0 })
  }

  @Test func `asked to end, a recorder says what it has and ends well`() async throws {
    let path = folder.file("ended.rec")
    let recording = try folder.put(SyntheticRecording.bytes(polls: 900), as: "long.rec")
    let program = try Program(
      Built.roastPath,
      ["record", "--json", "--device", "replay:\(recording)", "--speed", "0.3", "--out", path],
      environment: Built.plainly)
    while folder.bytes("ended.rec").count < 1000 {
      try await Task.sleep(for: .milliseconds(50))
    }
    program.send(SIGTERM)
    let run = await program.outcome()
    #expect(run.end == .exit(0))
    #expect((run.secondsAfterSignal ?? 99) < 2 * Built.atOnceSeconds)
    #expect(run.stdout.contains(#""link":"up""#))
    #expect(run.stdout.contains(#""bytes":\#(folder.bytes("ended.rec").count),"#))
    #expect(try await watch(path, "--json").stderr.isEmpty)
  }
}
