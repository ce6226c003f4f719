import Fixtures
import FoundationEssentials
import Glibc
import Testing

/// `roast watch` on a terminal: what it draws, and how it leaves the terminal.
struct DashboardTests {
  private let folder: TemporaryFolder
  private let recording: String

  init() throws {
    folder = try TemporaryFolder()
    recording = try folder.put(SyntheticRecording.bytes(polls: 600), as: "roast.rec")
  }

  private func watch(
    in terminal: Terminal, _ words: String..., speed: String = "1",
    environment: [String: String?] = [:]
  ) throws -> Program {
    try Program(
      Built.roastPath, ["watch", "--device", "replay:\(recording)", "--speed", speed] + words,
      environment: Built.plainly.merging(environment) { $1 }, terminal: terminal)
  }

  /// What a terminal was told, taken apart.
  private struct Pictures {
    /// The frames, each as lines without escape sequences.
    var frames: [[String]]
    var raw: [Substring]

    init(_ text: String) {
      raw = text.split(separator: "\u{1B}[?2026h").dropFirst().map { piece in
        piece.split(separator: "\u{1B}[?2026l", omittingEmptySubsequences: false)[0]
      }
      frames = raw.map { frame in
        frame.split(separator: "\r\n", omittingEmptySubsequences: false).map(Self.plain)
      }
    }

    private static func plain(_ line: Substring) -> String {
      let line = line.filter { $0 != "\r" }  // the terminal's own
      let pieces = line.split(separator: "\u{1B}[", omittingEmptySubsequences: false)
      return (pieces.prefix(1) + pieces.dropFirst().map { $0.drop { !$0.isLetter }.dropFirst() })
        .joined()
    }
  }

  /// The sequences that take the terminal over and give it back, and whether all was given back.
  private func expectGivenBack(
    _ terminal: Terminal, _ before: [UInt8], _ output: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let entered = output.ranges(of: "\u{1B}[?1049h")
    let left = output.ranges(of: "\u{1B}[?1049l")
    let shown = output.ranges(of: "\u{1B}[?25h")
    #expect(entered.count == 1 && left.count == 1, sourceLocation: sourceLocation)
    if let leaving = left.last, let showing = shown.last {
      #expect(
        !output[leaving.upperBound...].contains("\u{1B}"), "nothing is drawn afterwards",
        sourceLocation: sourceLocation)
      #expect(showing.upperBound <= leaving.upperBound, sourceLocation: sourceLocation)
    }
    #expect(shown.count == 1, "the cursor is shown again", sourceLocation: sourceLocation)
    #expect(terminal.modes == before && !before.isEmpty, sourceLocation: sourceLocation)
  }

  @Test func `at a normal end the terminal is as it was, and a line says what was seen`()
    async throws
  {
    let terminal = try Terminal(columns: 90, rows: 30)
    let before = terminal.modes
    let run = try await watch(in: terminal, "--for", "10", speed: "20").outcome()
    #expect(run.end == .exit(0))
    expectGivenBack(terminal, before, run.stdout)
    #expect(run.stdout.hasSuffix(" readings, link up\r\n"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `asked to end by a signal, it gives the terminal back`(_ number: Int32) async throws {
    let terminal = try Terminal(columns: 90, rows: 30)
    let before = terminal.modes
    let program = try watch(in: terminal)
    #expect(await program.until(writes: "ROASTING"))
    #expect(terminal.modes != before, "no echo while it draws")
    program.send(number)
    let run = await program.outcome()
    #expect(run.end == .exit(0))
    #expect((run.secondsAfterSignal ?? 99) < 2 * Built.atOnceSeconds)
    expectGivenBack(terminal, before, run.stdout)
  }

  @Test(arguments: [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP])
  func `a crash gives the terminal back, and stays a crash`(_ number: Int32) async throws {
    let terminal = try Terminal(columns: 90, rows: 30)
    let before = terminal.modes
    let program = try watch(in: terminal)
    #expect(await program.until(writes: "ROASTING"))
    program.send(number)
    let run = await program.outcome()
    #expect(run.end == .signal(number))
    expectGivenBack(terminal, before, run.stdout)
  }

  @Test func `suspended and continued, it gives the terminal back in between`() async throws {
    let terminal = try Terminal(columns: 90, rows: 30)
    let before = terminal.modes
    let script = try folder.put(
      Array(
        """
        $ROAST watch --for 50 --device replay:\(recording) & sleep 0.8
        kill -TSTP $!; sleep 0.4
        stty -a </dev/tty | tr ';' '\\n' | grep -q ' echo ' && echo echo-is-on
        kill -CONT $!; sleep 0.5
        kill -TERM $!; wait $!; echo "exit $?"

        """.utf8), as: "script")
    // Job control gives the script a process group in which stopping works, as a person's shell does.
    let program = try Program(
      "/bin/sh", ["-c", "exec bash -mc 'sh \(script); echo done' 2>/dev/tty"],
      environment: Built.plainly.merging(["ROAST": Built.roastPath]) { $1 }, terminal: terminal)
    let run = await program.outcome()
    let (echoes, endsWell) = (run.stdout.contains("echo-is-on"), run.stdout.contains("exit 0"))
    #expect(echoes, "while it is suspended")
    #expect(endsWell)
    #expect(run.stdout.ranges(of: "\u{1B}[?1049l").count >= 2)
    #expect(terminal.modes == before)
  }

  @Test func `a terminal that is closed under it ends it`() async throws {
    let program = try watch(in: try Terminal(columns: 90, rows: 30))
    #expect(await program.until(writes: "ROASTING"))
    program.hangUp()
    let run = await program.outcome()
    #expect(run.end == .exit(0))
    #expect((run.secondsAfterSignal ?? 99) < 2 * Built.atOnceSeconds)
  }

  @Test func `a terminal that is closed ends it even where no hang-up is heard`() async throws {
    // Outside the terminal's session nobody is told; only writing shows that it is gone.
    let program = try Program(
      "/bin/sh",
      ["-c", "trap '' HUP; exec setsid -w $ROAST watch --for 200 --device replay:\(recording)"],
      environment: Built.plainly.merging(["ROAST": Built.roastPath]) { $1 },
      terminal: try Terminal(columns: 90, rows: 30), limitSeconds: 100)
    #expect(await program.until(writes: "ROASTING"))
    program.hangUp()
    let run = await program.outcome()
    #expect(run.end == .exit(0))
    #expect((run.secondsAfterSignal ?? 99) < 2 * Built.atOnceSeconds)
  }

  @Test func `what is told to ignore a hang-up, as by nohup, ignores it`() async throws {
    let path = folder.file("copy.rec")
    let program = try Program(
      "/bin/sh",
      [
        "-c",
        """
        trap '' HUP
        exec $ROAST record --json --for 50 --device replay:\(recording) --out \(path)
        """,
      ], environment: Built.plainly.merging(["ROAST": Built.roastPath]) { $1 })
    while folder.bytes("copy.rec").count < 500 { try await Task.sleep(for: .milliseconds(50)) }
    program.send(SIGHUP)
    try await Task.sleep(for: .milliseconds(700))
    let size = folder.bytes("copy.rec").count
    try await Task.sleep(for: .milliseconds(700))
    #expect(folder.bytes("copy.rec").count > size, "it goes on")
    program.send(SIGTERM)
    #expect(await program.outcome().end == .exit(0))
  }

  @Test func `the picture holds the values, redrawn in place`() async throws {
    let terminal = try Terminal(columns: 90, rows: 30)
    let run = try await watch(in: terminal, "--for", "20", speed: "20").outcome()
    let pictures = Pictures(run.stdout)
    #expect(pictures.frames.count > 3)
    let last = try #require(pictures.frames.last)
    #expect(last[0].hasPrefix("Bullet R1  serial 1234  firmware 562   link up"))
    #expect(last.contains { $0.hasPrefix("ROASTING  0:1") && $0.contains("P7 F2 D9") })
    #expect(last.contains { $0.contains("fan 915 rpm   203 V   preheat target ") })
    #expect(last.contains { $0.hasPrefix("BT 1") && $0.contains(" C ") && $0.contains("IBTS ") })
    #expect(last.contains { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } })
    #expect(pictures.raw.allSatisfy { $0.hasPrefix("\u{1B}[H") }, "each frame begins at home")
    for frame in pictures.frames {
      let widest = frame.map(\.count).max() ?? 0
      #expect(frame.count <= 30 && widest <= 90)
    }
  }

  @Test func `degrees are Fahrenheit where that is asked for`() async throws {
    let terminal = try Terminal(columns: 90, rows: 30)
    let run = try await watch(in: terminal, "--for", "5", "--unit", "F", speed: "20").outcome()
    let last = try #require(Pictures(run.stdout).frames.last)
    // More than any Celsius of that moment.
    let bean = last.first { $0.hasPrefix("BT ") && $0.contains(" F ") }?.split(separator: " ")
    #expect((bean?.dropFirst().first.flatMap { Double($0) } ?? 0) > 200, "\(last)")
  }

  @Test func `without colours nothing is coloured`() async throws {
    let plain = try await watch(
      in: try Terminal(columns: 90, rows: 30), "--for", "3", speed: "20",
      environment: ["NO_COLOR": "1"]
    ).outcome()
    let coloured = try await watch(
      in: try Terminal(columns: 90, rows: 30), "--for", "3", speed: "20",
      environment: ["NO_COLOR": ""]
    ).outcome()
    func hasStyle(_ frame: Substring) -> Bool {
      frame.split(separator: "\u{1B}[").dropFirst().contains { $0.first { $0.isLetter } == "m" }
    }
    #expect(!Pictures(plain.stdout).raw.contains(where: hasStyle))
    #expect(Pictures(coloured.stdout).raw.contains(where: hasStyle))
  }

  @Test func `a resize is followed`() async throws {
    let terminal = try Terminal(columns: 100, rows: 40)
    let program = try watch(in: terminal)
    #expect(await program.until { Pictures(String(decoding: $0, as: UTF8.self)).frames.count > 5 })
    terminal.resize(columns: 44, rows: 12)
    let small = program.stdout.count
    await program.until { $0.count > small + 6000 }
    terminal.resize(columns: 120, rows: 50)
    let large = program.stdout.count
    await program.until { $0.count > large + 12000 }
    program.send(SIGTERM)
    let run = await program.outcome()
    let frames = Pictures(run.stdout).frames
    #expect(frames.contains { $0.count <= 12 && $0.allSatisfy { $0.count <= 44 } })
    #expect(frames.last.map { $0.count > 12 && $0.count <= 50 } == true)
    #expect(frames.last?.contains { $0.count > 100 && $0.count <= 120 } == true)
  }

  @Test(arguments: [(1, 1), (20, 5), (0, 0), (500, 200)])
  func `any size is drawn within`(_ columns: Int, _ rows: Int) async throws {
    let terminal = try Terminal(columns: columns, rows: rows)
    let run = try await watch(in: terminal, "--for", "5", speed: "20").outcome()
    #expect(run.end == .exit(0))
    let (width, height) = columns == 0 ? (80, 24) : (max(20, columns), max(5, rows))
    for frame in Pictures(run.stdout).frames {
      let widest = frame.map(\.count).max() ?? 0
      #expect(frame.count <= height && widest <= width)
    }
  }

  @Test func `with --json nothing is drawn, terminal or not`() async throws {
    let terminal = try Terminal(columns: 90, rows: 30)
    let run = try await watch(in: terminal, "--for", "3", "--json", speed: "20").outcome()
    #expect(!run.stdout.contains("\u{1B}"))
    #expect(run.stdout.contains(#""link":"up""#))
  }
}
