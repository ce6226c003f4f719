import Fixtures
import FoundationEssentials
import Roaster
import Testing

@testable import roast

/// The configuration of `roast serve`: the file, and what wins over what.
struct ConfigurationTests {
  private let command = CommandDefinition(
    name: "serve", summary: "Serve", options: Configuration.options,
    run: { (_) async throws(Complaint) in .done })

  private func entries(_ text: String) -> [String] {
    let file = ConfigurationFile(Array(text.utf8))
    return file.problems.isEmpty
      ? file.entries.map { "\($0.line) \($0.setting.key)=\($0.value)" } : ["\(file.problems)"]
  }

  private func problems(_ text: String) -> [String] {
    ConfigurationFile(Array(text.utf8)).problems.map {
      ConfigurationProblem($0, path: "f").text
    }
  }

  private func configuration(
    _ words: [String] = [], _ variables: [String: String] = [:], _ text: String? = nil
  ) throws -> Configuration {
    Configuration(
      try Arguments(words, for: command), environment: { variables[$0] },
      file: text.map { ("f", Array($0.utf8)) })
  }

  // MARK: The file

  @Test(
    arguments: [
      ("", []), ("\n\n# only a comment\n   # and another", []),
      ("device = twin:medium", ["1 device=twin:medium"]),
      ("  device=usb:12 # the left one", ["1 device=usb:12"]),
      ("\u{FEFF}device = usb\r\nunit = f\r\n", ["1 device=usb", "2 unit=f"]),
      ("device = replay:a#b.rec", ["1 device=replay:a#b.rec"]),
      ("\tdb\t=\t/a b/c.db\t#d", ["1 db=/a b/c.db"]),
      ("db = \" /a # b \" # c", ["1 db= /a # b "]),
      (#"on_event = "say \"\\\"" "#, [#"1 on_event=say "\""#]),
      ("on_event = notify --to=me", ["1 on_event=notify --to=me"]),
      (
        "listen = unix:/a\nlisten = 127.0.0.1:0, [::1]:8760\n",
        ["1 listen=unix:/a", "2 listen=127.0.0.1:0", "2 listen=[::1]:8760"]
      ),
      ("people = alice,1000 ,  bob", ["1 people=alice", "1 people=1000", "1 people=bob"]),
      ("allow_host=roaster.local", ["1 allow_host=roaster.local"]),
      (
        "keep_frames_days = 0\nkeep_idle_days=36500\nconnections=1\nrequests_per_second=1e6",
        [
          "1 keep_frames_days=0", "2 keep_idle_days=36500", "3 connections=1",
          "4 requests_per_second=1e6",
        ]
      ),
      (
        "speed = max\nlog_level = debug\nready_file = r",
        ["1 speed=max", "2 log_level=debug", "3 ready_file=r"]
      ),
    ] as [(String, [String])])
  func `a good file is read`(_ text: String, _ wanted: [String]) {
    #expect(entries(text) == wanted)
  }

  @Test(
    arguments: [
      (
        "device",
        "f, line 1: 'device' has no equals sign. Write KEY = VALUE, or # before a comment."
      ),
      (
        "[serve]",
        "f, line 1: '[serve]' has no equals sign. Write KEY = VALUE, or # before a comment."
      ),
      ("\nlistn = unix:/a", "f, line 2: there is no setting 'listn'. Did you mean listen?"),
      ("Device = usb", "f, line 1: there is no setting 'Device'. Did you mean device?"),
      ("db =", "f, line 1: 'db' has no value. Expected the path of a file; or leave the line out."),
      (
        "people = , ,",
        "f, line 1: 'people' has no value. Expected user names or user ids; or leave the line out."
      ),
      (
        "db = # none",
        "f, line 1: 'db' has no value. Expected the path of a file; or leave the line out."
      ),
      ("unit = K", "f, line 1: 'unit' is 'K'. Expected C or F."),
      (
        "unit = C\n\nunit = F",
        "f, line 3: 'unit' is already set in line 1. Keep one of the two lines."
      ),
      (
        "unit = K\nunit = F",
        "f, line 2: 'unit' is already set in line 1. Keep one of the two lines."
      ),
      ("db = \"a", "f, line 1: the quotes of 'db' are not right. "),
      ("db = \"a\" b", "f, line 1: the quotes of 'db' are not right. "),
      ("db = \"a\\n\"", "f, line 1: the quotes of 'db' are not right. "),
      ("db = a\u{0}b", "f, line 1: it holds what no text has, so none of it was read. "),
      ("db = a\n\u{1B}[2J", "f, line 2: it holds what no text has, so none of it was read. "),
    ] as [(String, String)])
  func `what is wrong is told with its line, and what to do`(_ text: String, _ wanted: String) {
    #expect(problems(text).contains { $0.hasPrefix(wanted) }, "\(problems(text))")
  }

  @Test func `an unknown setting like none is told with all there are`() {
    #expect(
      problems("xyzzy = 1") == [
        "f, line 1: there is no setting 'xyzzy'. There are: "
          + Setting.allCases.map(\.key).joined(separator: ", ") + "."
      ])
  }

  @Test func `everything that is wrong is told, not only the first`() {
    let text =
      "unit = K\ndb = a\nspeed = slow\nfoo\nlisten = 1.2.3.4, unix:, [1]:2, 1.2.3.4:70000\n"
    let file = ConfigurationFile(Array(text.utf8))
    #expect(file.problems.count == 7)
    #expect(file.entries == [.init(setting: .db, value: "a", line: 2)])
  }

  @Test func `a file that is too long, or no text, is refused as a whole`() {
    let long = Array(repeating: UInt8(ascii: "#"), count: ConfigurationFile.mostBytes + 1)
    #expect(ConfigurationFile(long).problems == [.tooLong(bytes: 65537)])
    #expect(ConfigurationFile(Array(long.dropLast())).problems.isEmpty)
    let binary = Array("unit = C\n".utf8) + [0xFF, 0xFE]
    #expect(ConfigurationFile(binary).problems == [.notText(line: 2)])
    #expect(ConfigurationFile(binary).entries.isEmpty)
  }

  @Test(
    arguments: [
      (
        .device, ["usb", "usb:1", "twin", "twin:medium", "twin@/a", "replay:x"],
        ["", "usb:", "twin@", "tty"]
      ),
      (
        .listen,
        ["unix:/a", "127.0.0.1:0", "0.0.0.0:65535", "[::]:80", "[fe80::1]:1", "localhost:80"],
        [
          "", "unix:", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
          "::1:80", "kitchen:80", "127.1:80", "[127.0.0.1]:80", "1.2.3.4:+1",
        ]
      ),
      (.speed, ["max", "0.01", "10", "1e6"], ["0", "-1", "fast", "nan", "inf", "", "1e7"]),
      (
        .people, ["alice", "_x-1", "1000", "0", "svc$"],
        ["", "-x", "a b", "4294967295", "1x", "a:b"]
      ),
      (.allowHost, ["a", "a.local", "192.168.1.5"], ["", "a..b", ".a", "a.", "a b", "a:80", "é"]),
      (.unit, ["C", "f"], ["", "K", "CF"]),
      (.machine, ["m1", "note-m2"], ["", "M1", "m3"]),
      (.room, ["-10", "21.5", "50"], ["", "51", "warm", "nan"]),
      (.keepFramesDays, ["0", "36500"], ["-1", "1.5", "36501", "", "x"]),
      (.logLevel, Setting.logLevels, ["", "INFO", "verbose"]),
      (.requestsPerSecond, ["1", "0.5e1"], ["0", "1e7", "nan", ""]),
      (.connections, ["1", "100000"], ["0", "100001", "1.5", ""]),
      (.db, ["a"], [""]), (.cases, ["a"], [""]), (.readyFile, ["a"], [""]),
      (.onEvent, ["a b"], [""]),
    ] as [(Setting, [String], [String])])
  func `a setting takes what it can be and nothing else`(
    _ setting: Setting, _ good: [String], _ bad: [String]
  ) {
    for value in good { #expect(setting.accepts(value), "\(value)") }
    for value in bad { #expect(!setting.accepts(value), "\(value)") }
  }

  @Test func `any bytes are read or refused`() {
    let pieces = [
      "device", "listen", "people", " = ", "=", "\"", "\\", ",", "#", "\n", "\r\n", "usb",
      "unix:/a",
      "\u{0}", "é", " ", "127.0.0.1:80", "\u{FEFF}",
    ]
    for seed in UInt64(0)..<UInt64(3000 * Fixtures.effort) {
      var random = SeededGenerator(seed: seed)
      let text = (0..<20).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      var bytes = Array(text.utf8)
      if Bool.random(using: &random) {
        bytes[bytes.count / 2] = .random(in: 0...255, using: &random)
      }
      let file = ConfigurationFile(bytes)
      #expect(file.entries.allSatisfy { $0.setting.accepts($0.value) }, "seed \(seed)")
    }
  }

  @Test func `the configuration that is packaged is understood, as are its commented lines`() throws
  {
    let data = try #require(
      FileManager.default.contents(atPath: Fixtures.root + "/packaging/roast.conf"))
    let text = String(decoding: data, as: UTF8.self)
    #expect(ConfigurationFile(Array(data)).problems.isEmpty)
    let lines = text.split(separator: "\n").map {
      $0.hasPrefix("#") && $0.contains(" = ") ? $0.dropFirst() : $0
    }
    let file = ConfigurationFile(Array(lines.joined(separator: "\n").utf8))
    #expect(file.problems.isEmpty && file.entries.count >= 4)
  }

  @Test func `what a command of on_event is told is said wherever it is set`() throws {
    let option = try #require(Configuration.options.first { $0.name == "on-event" })
    let documents = try ["packaging/roast.conf", "Docs/Operating.md"].map { path in
      let data = try #require(FileManager.default.contents(atPath: Fixtures.root + "/" + path))
      return String(decoding: data, as: UTF8.self)
    }
    for text in [option.meaning] + documents {
      let words = text.split { $0.isWhitespace || $0 == "#" }.joined(separator: " ")
      #expect(
        words.contains(
          "states, landmarks, warnings, anomalies, alarms, aborts, changes of autonomy and of the link"
        ))
      #expect(words.lowercased().contains("changes of levels"))
    }
  }

  // MARK: What wins

  @Test func `nothing set, everything has its default`() throws {
    let plain = try configuration([], ["HOME": "/home/a", "XDG_RUNTIME_DIR": "/run/user/7"])
    #expect(plain.device == "usb" && plain.logLevel == "info")
    #expect(plain.listen.count == 1 && plain.listen[0].hasPrefix("unix:/"))
    #expect(plain.database.hasSuffix("/roast.db"))
    #expect(plain.keepFramesDays == 30 && plain.keepIdleDays == 7)
    #expect(plain.people.isEmpty && plain.allowedHosts.isEmpty && plain.readyFile == nil)
    #expect(plain.speed == nil && plain.unit == nil && plain.onEvent == nil)
    #expect(plain.requestsPerSecond == nil && plain.connections == nil)
    #expect(plain.machine == .m1 && plain.room == 22)
    #expect(plain.rows.map(\.setting) == Setting.allCases)
    #expect(plain.rows.allSatisfy { $0.origin == .standard } && plain.problems.isEmpty)
  }

  @Test(arguments: Setting.allCases)
  func `a flag wins over the environment, that over the file`(_ setting: Setting) throws {
    let value: (Int) -> String = { number in
      switch setting {
      case .device: "usb:\(number)"
      case .listen: "unix:/\(number)"
      case .unit: number % 2 == 0 ? "C" : "F"
      case .logLevel: Setting.logLevels[number]
      case .machine: ["m1", "m2", "note-m1", "note-m2"][number]
      default: "\(number)"
      }
    }
    func values(_ configuration: Configuration) throws -> (String, Configuration.Origin) {
      let row = try #require(configuration.rows.first { $0.setting == setting })
      return (row.values.joined(separator: ","), row.origin)
    }
    let file = "\(setting.key) = \(value(1))"
    let variables = [setting.variable: value(2)]
    let flag = ["--\(setting.flag)", value(3)]
    #expect(try values(configuration([], [:], file)) == (value(1), .file(path: "f", line: 1)))
    #expect(try values(configuration([], variables, file)) == (value(2), .environment(setting)))
    #expect(try values(configuration(flag, variables, file)) == (value(3), .flag(setting)))
    #expect(try values(configuration(flag, [:], file)) == (value(3), .flag(setting)))
  }

  @Test func `each setting has its type`() throws {
    let all = try configuration(
      ["--listen", "127.0.0.1:80", "--listen=[::1]:80", "--allow-host", "a", "--allow-host", "b"],
      ["ROAST_PEOPLE": "alice, 7", "ROAST_SOCKET": "/s", "ROAST_ON_EVENT": "say hi"],
      "keep_frames_days = 3\nkeep_idle_days = 4\nrequests_per_second = 2.5\nconnections = 9\n"
        + "unit = f\nready_file = r\nspeed = 10\ndb = d\nlog_level = error\n")
    #expect(all.listen == ["unix:/s", "127.0.0.1:80", "[::1]:80"], "a Unix socket is always there")
    #expect(all.allowedHosts == ["a", "b"] && all.people == ["alice", "7"])
    #expect(all.keepFramesDays == 3 && all.keepIdleDays == 4 && all.connections == 9)
    #expect(all.requestsPerSecond == 2.5 && all.unit == .fahrenheit && all.readyFile == "r")
    #expect(all.speed == "10" && all.database == "d" && all.logLevel == "error")
    #expect(all.onEvent == "say hi" && all.problems.isEmpty)
    #expect(try configuration(["--listen", "unix:/t"]).listen == ["unix:/t"])
    #expect(
      try configuration([], ["ROAST_LISTEN": "unix:/a,1.2.3.4:5"]).listen == [
        "unix:/a", "1.2.3.4:5",
      ])
  }

  @Test(arguments: [(1, 1), (200, 200), (300, 250), (400, 250), (800, 500), (100_000, 62_500)])
  func `one client has never more than its share of the connections`(
    _ connections: Int, _ ofOne: Int
  ) throws {
    let limits = try configuration(["--connections", "\(connections)"]).limits
    #expect(limits.connections == connections && limits.connectionsPerClient == ofOne)
  }

  @Test func `every problem of every place is told, and stops the daemon`() throws {
    let bad = try configuration(
      ["--speed", "slow", "--people", "a,b c"], ["ROAST_UNIT": "K", "ROAST_LISTEN": ","],
      "foo = 1\nspeed = 10")
    #expect(
      bad.problems.map(\.place)
        == ["f, line 1", "ROAST_LISTEN", "--speed", "--people", "ROAST_UNIT"])
    #expect(bad.speed == "10", "what is wrong counts as not set")
    #expect(bad.complaint.exit == .usage && bad.complaint.code == "bad_configuration")
    #expect(bad.complaint.text.contains("--speed: 'speed' is 'slow'. Expected a number"))
  }

  @Test func `the file is found by flag, environment or default, and must be there when asked for`()
    throws
  {
    let folder = try TemporaryFolder()
    let one = try folder.put(Array("unit = C".utf8), as: "one.conf")
    let two = try folder.put(Array("unit = F".utf8), as: "two.conf")
    let none = folder.file("none.conf")
    func load(_ words: [String], _ variables: [String: String]) throws -> Configuration {
      try Configuration(Arguments(words, for: command), environment: { variables[$0] })
    }
    #expect(try load(["--config", one], ["ROAST_CONFIG": two]).unit == .celsius)
    #expect(try load([], ["ROAST_CONFIG": two]).unit == .fahrenheit)
    #expect(throws: Complaint.self) { try load(["--config", none], [:]) }
    #expect(throws: Complaint.self) { try load([], ["ROAST_CONFIG": none]) }
    #expect(throws: Complaint.self) { try load(["--config", folder.path], [:]) }
    #expect(try load([], ["ROAST_CONFIG": "\(none):\(two):\(one)"]).path == two)
    #expect(try load([], ["ROAST_CONFIG": "\(one):\(two)"]).path == one)
    #expect(try load([], ["ROAST_CONFIG": "\(none):\(none)"]).path == nil)
    #expect(throws: Complaint.self) { try load([], ["ROAST_CONFIG": "\(folder.path):\(one)"]) }
    #expect(throws: Complaint.self) { try load(["--config", one, "--unit", "K"], [:]) }
  }

  @Test func `each of several roasters has a file of its own, or that of all`() throws {
    let data = try #require(
      FileManager.default.contents(atPath: Fixtures.root + "/packaging/systemd/roast@.service"))
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    let files = lines.filter { $0.hasPrefix("Environment=ROAST_CONFIG=") }
    #expect(files == ["Environment=ROAST_CONFIG=/etc/roast/%i.conf:/etc/roast/roast.conf"])
  }

  @Test func `what is in force is shown with its origins, for people and for programs`() throws {
    let shown = try configuration(
      ["--unit", "F"], ["ROAST_DB": "/d", "ROAST_SOCKET": "/s", "ROAST_CASES": "/g"],
      "people = a, b\nspeed = slow")
    #expect(
      shown.text == """
        Configuration file: f
          device = usb  [default]
          db = /d  [ROAST_DB]
          listen = unix:/s  [default]
          ready_file = (not set)  [default]
          speed = (not set)  [default]
          people = a, b  [f, line 1]
          allow_host = (not set)  [default]
          unit = F  [--unit]
          cases = /g  [ROAST_CASES]
          machine = m1  [default]
          room = 22  [default]
          on_event = (not set)  [default]
          keep_frames_days = 30  [default]
          keep_idle_days = 7  [default]
          log_level = info  [default]
          requests_per_second = (not set)  [default]
          connections = (not set)  [default]
        Problems:
          f, line 2: 'speed' is 'slow'. Expected a number from 0.01 to 1000000, or max.

        """)
    #expect(
      shown.json["settings"]?.arrayValue?[5].text
        == #"{"key":"people","value":["a","b"],"origin":"f, line 1"}"#)
    #expect(
      shown.json["problems"]?.text
        == #"[{"place":"f, line 2","message":"'speed' is 'slow'","hint":"Expected a number from 0.01 to 1000000, or max."}]"#
    )
  }
}
