import Roaster
import Fixtures
import Testing

/// `roast decode`: every form of input, and what cannot be a frame.
struct DecodeTests {
  private let golden = String(decoding: Fixtures.bytes("frames/golden.txt"), as: UTF8.self)
  private let decoded = String(decoding: Fixtures.bytes("frames/golden.jsonl"), as: UTF8.self)

  private func decode(
    _ input: String, _ words: String..., environment: [String: String?] = [:]
  ) async throws -> Program.Outcome {
    try await Built.roast(
      ["decode"] + words, environment: environment, input: Array(input.utf8))
  }

  private func bytes(ofHex text: some StringProtocol) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue).map(UInt8.init)
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private var firstFrame: Substring { golden.prefix { $0 != "\n" } }
  private var firstDecoded: String { decoded.prefix { $0 != "\n" } + "\n" }

  // MARK: Forms

  @Test func `the golden frames decode to the golden lines, from a file, a pipe and -`()
    async throws
  {
    let fromFile = try await Built.roast(["decode", "--json", Fixtures.path("frames/golden.txt")])
    let fromPipe = try await decode(golden, "--json")
    let fromDash = try await decode(golden, "--json", "-")
    for run in [fromFile, fromPipe, fromDash] {
      #expect(run.stdout == decoded)
      #expect(run.stderr.isEmpty)
      #expect(run.end == .exit(0))
    }
  }

  @Test func `the same frames in binary decode to the same`() async throws {
    let run = try await Built.roast(["decode", "--json"], input: bytes(ofHex: golden))
    #expect(run.stdout == decoded)
    #expect(run.end == .exit(0))
  }

  @Test func `line ends, blank lines, blanks around and capitals make no difference`()
    async throws
  {
    let lines = golden.split(separator: "\n")
    let dressed = [
      lines.joined(separator: "\r\n"), "\n\n" + lines.joined(separator: "\n\n \t\n"),
      lines.map { "  \t\($0) \t " }.joined(separator: "\n"), golden.uppercased(),
    ]
    for text in dressed {
      let run = try await decode(text, "--json")
      #expect(run.stdout == decoded)
      #expect(run.stderr.isEmpty)
      #expect(run.end == .exit(0))
    }
  }

  @Test(arguments: ["", "\n", " \r\n\t\n"])
  func `an input without frames says so`(_ text: String) async throws {
    let run = try await decode(text, "--json")
    #expect(run.stdout.isEmpty)
    #expect(run.stderr == "roast: the input holds no frames\n")
    #expect(run.end == .exit(0))
  }

  // MARK: What cannot be a frame

  @Test func `a bad line is named with line, column and what was expected; the rest is decoded`()
    async throws
  {
    let bad: [(line: String, complaint: String)] = [
      (
        firstFrame.prefix(10) + "x" + firstFrame.dropFirst(11),
        "line 2, column 11: found 'x', expected 256 hex digits"
      ),
      (
        "  " + firstFrame.prefix(4) + " " + firstFrame.dropFirst(4),
        "line 2, column 7: found ' ', expected 256 hex digits"
      ),
      (String(firstFrame.dropLast()), "line 2, column 256: expected 256 hex digits, found 255"),
      (firstFrame + "0", "line 2, column 257: expected 256 hex digits, found 257"),
      ("ab", "line 2, column 3: expected 256 hex digits, found 2"),
    ]
    for one in bad {
      let run = try await decode("\(firstFrame)\n\(one.line)\n\(firstFrame)\n", "--json")
      #expect(run.stdout == firstDecoded + firstDecoded)
      #expect(run.stderr == "roast: \(one.complaint)\n")
      #expect(run.end == .exit(1))
    }
  }

  @Test func `every bad line is named, not the first alone`() async throws {
    let run = try await decode("q\n\(firstFrame)\nq\n", "--json")
    #expect(
      run.stderr.split(separator: "\n").map { $0.prefix(20) } == [
        "roast: line 1, colum", "roast: line 3, colum",
      ])
    #expect(run.end == .exit(1))
  }

  @Test(arguments: [1, 127, 129, 300])
  func `a binary input that ends inside a frame names the byte`(_ length: Int) async throws {
    let input = [[UInt8]](repeating: bytes(ofHex: firstFrame), count: 3).flatMap { $0 }
    let run = try await Built.roast(["decode", "--json"], input: Array(input.prefix(length)))
    let whole = length / 128
    #expect(run.stdout == String(repeating: firstDecoded, count: whole))
    #expect(
      run.stderr
        == "roast: byte \(whole * 128): expected a frame of 128 bytes, "
        + "the input ends after \(length % 128)\n")
    #expect(run.end == .exit(1))
  }

  @Test func `any bytes give lines or complaints, and never a crash`() async throws {
    for seed in UInt64(0)..<UInt64(8 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 0...1500, using: &random)
      let run = try await Built.roast(["decode", "--json"], input: random.bytes(count))
      #expect(run.end == .exit(count % 128 == 0 ? 0 : 1), "seed \(seed)")
      #expect(run.lines.count == count / 128, "seed \(seed)")
    }
  }

  // MARK: Units

  @Test func `Fahrenheit converts temperatures with 32 and rates without`() async throws {
    let celsius = try await decode("\(firstFrame)", "--unit", "C")
    #expect(celsius.stdout.contains("BT 165.3 C  RoR 8.1 C/min  IBTS 178.3 C"))
    let fahrenheit = try await decode("\(firstFrame)", "--unit", "F")
    #expect(fahrenheit.stdout.contains("BT 329.5 F  RoR 14.6 F/min  IBTS 352.9 F"))
    #expect(fahrenheit.stdout.contains("preheat target 446.0 F"))
  }

  @Test(
    arguments: [
      (["ROAST_UNIT": "F"], "F"), (["ROAST_UNIT": "f"], "F"), (["LC_ALL": "en_US.UTF-8"], "F"),
      (["LC_ALL": nil, "LANG": "en_US"], "F"), (["LC_ALL": "de_DE.UTF-8", "LANG": "en_US"], "C"),
      (["LC_ALL": nil, "LC_MEASUREMENT": "en_US", "LANG": "de_DE"], "F"),
      (["LC_ALL": nil], "C"), (["LC_ALL": ""], "C"), (["ROAST_UNIT": "C", "LC_ALL": "en_US"], "C"),
    ] as [([String: String?], String)])
  func `the scale comes from the option, ROAST_UNIT, then the locale`(
    _ environment: [String: String?], _ unit: String
  ) async throws {
    let run = try await decode("\(firstFrame)", environment: environment)
    #expect(run.stdout.contains(" \(unit)/min"))
    let asked = try await decode("\(firstFrame)", "--unit", "F", environment: environment)
    #expect(asked.stdout.contains(" F/min"))
    let json = try await decode("\(firstFrame)", "--json", environment: environment)
    #expect(json.stdout == firstDecoded, "programs get Celsius")
  }

  @Test func `a ROAST_UNIT that is none is named`() async throws {
    let run = try await decode("\(firstFrame)", environment: ["ROAST_UNIT": "K"])
    #expect(run.stderr == "roast: ROAST_UNIT is 'K'\nSet ROAST_UNIT to C or F, or unset it.\n")
    #expect(run.end == .exit(64))
  }

  // MARK: A reader that leaves

  @Test func `a reader that leaves early ends it without noise`() async throws {
    let folder = try TemporaryFolder()
    let many = String(repeating: golden, count: 40)
    let path = try folder.put(Array(many.utf8), as: "many.txt")
    let run = try await Built.shell(
      "{ $ROAST decode --json \(path); echo \"exit $?\" >&2; } | head -n 1")
    #expect(run.stdout == firstDecoded)
    #expect(["exit 0\n", "exit 1\n"].contains(run.stderr), "\(run.stderr)")
  }

  @Test func `a closed standard output is a failure, not a crash`() async throws {
    let path = Fixtures.path("frames/golden.txt")
    let run = try await Built.shell("exec $ROAST decode --json \(path) >&-")
    #expect(run.end == .exit(1))
  }
}
