import Fixtures
import FoundationEssentials
import Glibc
import Roaster
import Testing

@testable import roast

/// `roast serve` as people start it: what it looks at first, what it refuses, what it takes.
struct ServeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func isThere(_ name: String) -> Bool { access(folder.file(name), F_OK) == 0 }

  /// The words of a daemon of the twin with all its files in the folder.
  private func words(_ more: [String], device: String = "twin") -> [String] {
    [
      "serve", "--device", device, "--db", folder.file("roast.db"), "--listen",
      "unix:" + folder.file("s"), "--ready-file", folder.file("ready"),
    ] + more
  }

  /// Asks a daemon that is started with those words, and ends it.
  private func asking<Answer>(
    _ more: [String], device: String = "twin", after shell: String = "true",
    _ ask: () async throws -> Answer
  ) async throws -> Answer {
    let daemon = try Program(
      "/bin/sh",
      ["-c", shell + #"; exec "$0" "$@""#, Built.roastPath] + words(more, device: device),
      environment: Built.plainly)
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while !isThere("ready"), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    let answer: Answer
    do {
      try #require(isThere("ready"), "it does not serve")
      answer = try await ask()
    } catch {
      daemon.send(SIGKILL)
      throw error
    }
    daemon.send(SIGTERM)
    let run = await daemon.outcome()
    #expect(run.end == .exit(0), "\(run.stderr)")
    return answer
  }

  private func document(_ words: [String]) async throws -> JSON {
    let run = try await Built.roast(words + ["--json", "--socket", folder.file("s")])
    return try JSON(reading: Array(run.stdout.utf8.dropLast()))
  }

  @Test(arguments: [(["--unit", "f"], "\"F\""), ([], "null")])
  func `the unit that is set is told to the page`(_ words: [String], _ unit: String) async throws {
    let status = try await asking(words) { try await document(["status"]) }
    #expect(status["unit"]?.text == unit)
  }

  @Test func `the cases of a folder are served, and what is none is left out with its reason`()
    async throws
  {
    let good = try FileBytes.read(Fixtures.root + "/Specs/golden/medium-400.json")
    try folder.put(good, as: "a.json")
    try folder.put(good, as: "b.json")
    try folder.put(Array(#"{"schema":1,"name":"c"}"#.utf8), as: "c.json")
    #expect(mkfifo(folder.file("d.json"), 0o600) == 0)
    let answer = try await asking(["--cases", folder.path]) {
      try JSON(answer: DaemonClient(socket: folder.file("s")).ask("GET", "/v1/cases"))
    }
    #expect(answer["cases"]?.arrayValue?.map { $0["name"]?.stringValue } == ["medium-400"])
  }

  @Test(
    arguments: [([], 187.4, 22), (["--machine", "m2", "--room", "30"], 188.7, 30)]
      as [([String], Double, Double)])
  func `machine and room reach the outlook, and the pilot that is started`(
    _ words: [String], _ crack: Double, _ room: Double
  ) async throws {
    let scenario = try folder.put(
      FileBytes.read(Fixtures.root + "/Simulator/scenarios/medium.json"), as: "scenario.json")
    let (outlook, pilot) = try await asking(
      ["--speed", "20"] + words, device: "twin:" + scenario
    ) {
      let client = DaemonClient(socket: folder.file("s"))
      let target = JSON.object([
        ("name", .string("x")), ("drop", .object([("bean_celsius", .integer(200))])),
      ])
      _ = try client.ask(
        "PUT", "/v1/pilot", body: .object([("mode", .string("advise")), ("target", target)]))
      let started = try await Program.run(
        "/usr/bin/env", ["pgrep", "-af", "pilot --socket " + folder.file("s")])
      var outlook: JSON?
      let deadline = ContinuousClock.now.advanced(by: .seconds(30))
      while outlook?["estimates"] == nil, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(100))
        outlook = try JSON(answer: client.ask("GET", "/v1/outlook"))["outlook"]
      }
      return (outlook, started.stdout)
    }
    #expect(outlook?["first_crack_celsius"]?.numberValue == crack)
    let known = outlook?["estimates"]?.arrayValue?.first { $0["name"]?.stringValue == "room" }
    #expect(known?["prior_value"]?.numberValue == room)
    #expect(pilot.contains("--machine \(words.isEmpty ? "m1" : "m2") --room \(room)"), "\(pilot)")
  }

  @Test func `a machine that nobody knows is refused with those that there are`() async throws {
    let run = try await Built.roast(words(["--machine", "m3"]))
    #expect(run.end == .exit(64))
    #expect(
      run.stderr.contains("--machine: 'machine' is 'm3'. Expected m1, m2, note-m1, note-m2."))
    #expect(!isThere("roast.db"))
  }

  @Test func `--check-config tells all that cannot be here, and makes nothing`() async throws {
    let file = try folder.put([], as: "file")
    let run = try await Built.roast([
      "serve", "--check-config", "--json", "--device", "twin:no-such", "--db",
      file + "/below/roast.db", "--listen", "unix:" + file + "/s", "--listen", "127.0.0.1:0",
      "--ready-file", folder.file("none/ready"), "--people", "0,no-such-user,root,12345678",
      "--cases", file,
    ])
    #expect(run.end == .exit(64))
    let problems =
      try JSON(reading: Array(run.stdout.utf8.dropLast()))["problems"]?.arrayValue ?? []
    let told = problems.map {
      "\($0["place"]?.stringValue ?? "") \($0["message"]?.stringValue ?? "")"
    }
    #expect(
      told == [
        "--device there is no scenario 'no-such'",
        "--db nothing can be made at \(file)/below: Not a directory",
        "--listen nothing can be made at \(file): it is no folder",
        "--ready-file nothing can be made at \(folder.path)/none: No such file or directory",
        "--people there is no user 'no-such-user' on this machine",
        "--cases cannot read the folder \(file): it is no folder",
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }

  @Test func `--check-config finds no fault with what can be made, and makes it not`() async throws
  {
    let plain = try await Built.roast(words(["--check-config"]))
    #expect(plain.end == .exit(0) && plain.stdout.hasSuffix("No problems.\n"))
    let deep = try await Built.roast([
      "serve", "--check-config", "--db", folder.file("a/b/roast.db"), "--listen",
      "unix:" + folder.file("c/s"),
    ])
    #expect(deep.end == .exit(0) && deep.stdout.hasSuffix("No problems.\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `what cannot be is told before there is a database`() async throws {
    let daemon = try ScriptedDaemon { _ in .json(200, "{}") }
    let path = folder.file("roast.db")
    for (words, end, problem) in [
      (["--listen", "unix:" + daemon.path], 1, "another program listens there"),
      (["--listen", "203.0.113.77:1"], 1, "this machine does not have that address"),
      (["--people", "no-such-user"], 64, "there is no user 'no-such-user'"),
      (["--ready-file", folder.file("none/ready")], 1, "nothing can be made at"),
    ] as [([String], Int32, String)] {
      let run = try await Built.roast(
        ["serve", "--device", "twin", "--db", path, "--listen", "unix:" + folder.file("s")] + words)
      #expect(run.end == .exit(end) && run.stderr.contains(problem), "\(run.stderr)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func `where too few files may be open, the limit is raised, or what to do is told`()
    async throws
  {
    let limit = try await asking(
      ["--connections", "300"], after: "ulimit -Sn 256; ulimit -Hn 1000"
    ) {
      let ready = try JSON(reading: Array(folder.bytes("ready").dropLast()))
      let process = try #require(ready["process"]?.integerValue)
      let limits = String(decoding: try FileBytes.read("/proc/\(process)/limits"), as: UTF8.self)
      let files = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
      return files?.split(separator: " ").dropFirst(3).first.map(String.init)
    }
    #expect(limit == "1000")
    let refused = try await Built.shell(
      "ulimit -n 256; exec $ROAST " + words(["--connections", "300"]).joined(separator: " "))
    #expect(refused.end == .exit(64))
    #expect(refused.stderr.contains("664 open files, and this process may have 256\n"))
    #expect(refused.stderr.contains("LimitNOFILE="))
  }

  @Test func `every address that is shown for the page leads to it`() async throws {
    let addresses = try await asking(["--listen", "0.0.0.0:0"]) {
      let made = try await document(["page"])
      let addresses = made["urls"]?.arrayValue?.compactMap(\.stringValue) ?? []
      for address in addresses {
        let fetch =
          "import sys, urllib.request as r; "
          + "print(r.build_opener(r.ProxyHandler({})).open(sys.argv[1], timeout=10).read())"
        let run = try await Program.run("/usr/bin/env", ["python3", "-c", fetch, address])
        #expect(run.end == .exit(0) && run.stdout.contains("<html"), "\(address)")
      }
      return addresses
    }
    #expect(addresses.count == max(1, NetworkAddresses.ofThisMachine.count { !$0.contains(":") }))
  }
}
