import Fixtures
import Glibc
import Roaster
import Testing

@testable import roast

/// Finding the daemon, asking it, and being told no.
struct DaemonClientTests {
  private func variables(_ values: [String: String]) -> DaemonPlace.Variables { { values[$0] } }

  @Test(
    arguments: [
      ([:], 1000, "/tmp/roast-1000/roast.sock"), ([:], 0, "/run/roast/roast.sock"),
      (["XDG_RUNTIME_DIR": "/run/user/1000"], 1000, "/run/user/1000/roast/roast.sock"),
      (["XDG_RUNTIME_DIR": "/run/user/1000/"], 1000, "/run/user/1000/roast/roast.sock"),
      (["XDG_RUNTIME_DIR": "relative"], 1000, "/tmp/roast-1000/roast.sock"),
      (["XDG_RUNTIME_DIR": "/run/user/0"], 0, "/run/roast/roast.sock"),
      (["RUNTIME_DIRECTORY": "/run/a:/run/b", "XDG_RUNTIME_DIR": "/x"], 1000, "/run/a/roast.sock"),
      (["ROAST_SOCKET": "here", "RUNTIME_DIRECTORY": "/run/a"], 0, "here"),
    ] as [([String: String], UInt32, String)])
  func `the socket is where the environment and the user put it`(
    _ values: [String: String], _ user: UInt32, _ path: String
  ) {
    #expect(DaemonPlace(variables: variables(values), user: user).socket == path)
  }

  @Test func `a command looks where it is told to, else at the user's place and the system's`() {
    let own = DaemonPlace(variables: variables([:]), user: 7)
    #expect(own.sockets() == ["/tmp/roast-7/roast.sock", "/run/roast/roast.sock"])
    #expect(own.sockets(asked: "/a") == ["/a"])
    #expect(DaemonPlace(variables: variables([:]), user: 0).sockets() == ["/run/roast/roast.sock"])
    let asked = DaemonPlace(variables: variables(["ROAST_SOCKET": "/b"]), user: 7)
    #expect(asked.sockets() == ["/b"])
    #expect(asked.sockets(asked: "/a") == ["/a"])
  }

  @Test func `a default socket's folder that is not the user's alone is not trusted`() throws {
    let runtime = try TemporaryFolder()
    let folder = runtime.file("roast")
    func reason(_ values: [String: String] = [:], user: UInt32 = getuid() + 1000) -> String? {
      let all = ["XDG_RUNTIME_DIR": runtime.path].merging(values) { $1 }
      do throws(Complaint) {
        try DaemonPlace(variables: variables(all), user: user).checkSocketFolder()
        return nil
      } catch { return error.happened }
    }
    #expect(reason() == nil, "what is not there is no harm")
    try #require(mkdir(folder, 0o700) == 0)
    #expect(reason()?.hasSuffix("it belongs to user \(getuid())") == true)
    #expect(reason(["ROAST_SOCKET": folder + "/s"]) == nil, "who names it trusts it")
    #expect(reason(["RUNTIME_DIRECTORY": "/run/roast"]) == nil && reason(user: 0) == nil)
    #expect(throws: Never.self) { try Folder.checkOwn(folder, of: getuid()) }
    for mode: mode_t in [0o770, 0o777, 0o1777, 0o702] {
      chmod(folder, mode)
      let fault = #expect(throws: Complaint.self) { try Folder.checkOwn(folder, of: getuid()) }
      #expect(fault?.happened.hasSuffix("others may write in it") == true)
    }
    chmod(folder, 0o700)
    try #require(symlink(folder, runtime.file("link")) == 0)
    let link = #expect(throws: Complaint.self) {
      try Folder.checkOwn(runtime.file("link"), of: getuid())
    }
    #expect(link?.happened.hasSuffix("it is a link") == true)
    let file = #expect(throws: Complaint.self) {
      try Folder.checkOwn(runtime.put([], as: "file"), of: getuid())
    }
    #expect(file?.happened.hasSuffix("it is no folder") == true)
  }

  @Test(.enabled(if: getuid() == 0, "only root can be another user"))
  func `neither the daemon nor a command uses a folder that a stranger made`() async throws {
    let folder = try TemporaryFolder()
    chmod(folder.path, 0o755)
    let strangers = folder.file("roast")
    try #require(mkdir(strangers, 0o755) == 0)
    for command in ["status", "serve --device twin --db \(folder.file("roast.db"))"] {
      let run = try await Program.run(
        "/usr/bin/setpriv",
        ["--reuid", "65534", "--clear-groups", Built.roastPath]
          + command.split(separator: " ").map(String.init),
        environment: Built.plainly.merging(
          [
            "ROAST_SOCKET": nil, "RUNTIME_DIRECTORY": nil, "XDG_RUNTIME_DIR": folder.path,
            "XDG_CONFIG_HOME": folder.path,
          ]) { $1 })
      #expect(run.end == .exit(1) && run.stdout.isEmpty, "\(command)")
      #expect(
        run.stderr.hasPrefix(
          "roast: \(strangers) is not user 65534's alone: it belongs to user 0\n"), "\(run.stderr)")
    }
  }

  @Test func `database and configuration lie with the user, or with the system`() {
    let user = DaemonPlace(variables: variables(["HOME": "/home/a"]), user: 7)
    #expect(user.database == "/home/a/.local/share/roast/roast.db")
    #expect(user.configuration == "/home/a/.config/roast/roast.conf")
    let moved = DaemonPlace(
      variables: variables(["XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c"]), user: 7)
    #expect(moved.database == "/d/roast/roast.db" && moved.configuration == "/c/roast/roast.conf")
    let root = DaemonPlace(variables: variables(["HOME": "/root"]), user: 0)
    #expect(root.database == "/var/lib/roast/roast.db")
    #expect(root.configuration == "/etc/roast/roast.conf")
    let service = DaemonPlace(variables: variables(["STATE_DIRECTORY": "/var/lib/roast"]), user: 7)
    #expect(service.database == "/var/lib/roast/roast.db")
    #expect(service.configuration == "/etc/roast/roast.conf")
  }

  @Test func `text is escaped for a path and a query`() {
    #expect(DaemonClient.encoded("Kenya AB/é&=?#%+") == "Kenya%20AB%2F%C3%A9%26%3D%3F%23%25%2B")
    #expect(DaemonClient.encoded("a-Z_0.9~") == "a-Z_0.9~")
  }

  // MARK: Asking

  private func ask(_ daemon: ScriptedDaemon, seconds: Double = 10) -> DaemonFault? {
    var client = DaemonClient(socket: daemon.path)
    client.seconds = seconds
    do throws(DaemonFault) {
      _ = try JSON(answer: client.ask("GET", "/v1/status"))
      return nil
    } catch { return error }
  }

  @Test func `a request is what HTTP asks for, with the token`() throws {
    let daemon = try ScriptedDaemon { _ in .json(200, "{}") }
    let client = DaemonClient(socket: daemon.path, token: "roast_x")
    let body = JSON.object([("name", .string("é"))])
    _ = try client.ask("POST", "/v1/a", query: [("q", "a b"), ("none", nil)], body: body)
    let asked = try #require(daemon.asked.first)
    #expect(asked.line == "POST /v1/a?q=a%20b")
    #expect(asked.body == #"{"name":"é"}"#)
    #expect(asked.fields["authorization"] == "Bearer roast_x")
    #expect(asked.fields["host"] == "localhost")
    #expect(asked.fields["content-type"] == "application/json")
    #expect(asked.fields["content-length"] == "13")
  }

  @Test func `an answer that is none is a fault by name`() throws {
    let cases: [(String, DaemonFault)] = [
      ("", .notUnderstood(.notHTTP)), ("220 smtp ready\r\n", .notUnderstood(.notHTTP)),
      ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", .notUnderstood(.cutShort)),
      ("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{", .notUnderstood(.cutShort)),
      ("HTTP/1.1 200 OK\r\n\r\n{not json", .notUnderstood(.malformed)),
      (
        "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "[", count: 100_000),
        .notUnderstood(.malformed)
      ),
    ]
    for (answer, fault) in cases {
      let daemon = try ScriptedDaemon { _ in .bytes(Array(answer.utf8)) }
      #expect(ask(daemon) == fault, "\(answer.prefix(40))")
    }
  }

  @Test func `one that answers no more is not waited for`() throws {
    let daemon = try ScriptedDaemon { _ in .held(Array("HTTP/1.1 200 OK\r\n".utf8)) }
    let started = ContinuousClock.now
    #expect(ask(daemon, seconds: 0.3) == .silent(seconds: 0.3))
    #expect(started.duration(to: .now) < .seconds(5))
  }

  @Test func `what the API says is passed on, and made up for where it says nothing`() throws {
    let told = try ScriptedDaemon { _ in
      .json(409, #"{"code":"no_roast","message":"none","hint":"later"}"#)
    }
    let refusal = DaemonFault.Refusal(status: 409, code: "no_roast", message: "none", hint: "later")
    #expect(ask(told) == .refused(refusal))
    let silent = try ScriptedDaemon { _ in .json(500, "<html>") }
    guard case .refused(let made)? = ask(silent) else {
      Issue.record("not refused")
      return
    }
    #expect(made.status == 500 && made.code == "http_500" && !made.hint.isEmpty)
  }

  // MARK: The commands

  private static let questions = [
    ["status"], ["roasts"], ["roasts", "show"], ["roasts", "export"],
    ["roasts", "mark", "current", "first_crack"], ["roasts", "batch"], ["page"], ["token", "list"],
    ["release"], ["attach"],
  ]

  @Test(arguments: questions)
  func `without a daemon a command says so, and how to start one`(_ words: [String]) async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("none.sock")
    let run = try await Built.roast(words + ["--socket", path])
    #expect(run.end == .exit(1) && run.stdout.isEmpty)
    #expect(run.stderr.contains("no daemon runs: nobody listens at \(path)\n"))
    #expect(run.stderr.contains("'roast serve'") && run.stderr.contains("systemctl start roast"))
    let json = try await Built.roast(words + ["--socket", path, "--json"])
    #expect(json.stderr.hasPrefix(#"{"code":"no_daemon","#))
  }

  @Test func `a socket that a dead daemon left is no daemon`() async throws {
    let daemon = try ScriptedDaemon { _ in .json(200, "{}") }
    daemon.leave()
    let run = try await Built.roast(["status"], environment: ["ROAST_SOCKET": daemon.path])
    #expect(run.end == .exit(1) && run.stderr.contains("no daemon runs"))
  }

  @Test(arguments: questions)
  func `an answer that makes no sense stops no command`(_ words: [String]) async throws {
    let answers = [
      "HTTP/1.1 200 OK\r\n\r\n[]", "HTTP/1.1 200 OK\r\n\r\n{}", "garbage",
      "HTTP/1.1 200 OK\r\n\r\n" + Self.absurd, "HTTP/1.1 401 No\r\n\r\n",
    ]
    for answer in answers {
      let daemon = try ScriptedDaemon { _ in .bytes(Array(answer.utf8)) }
      let run = try await Built.roast(words + ["--socket", daemon.path])
      #expect(run.end == .exit(0) || run.end == .exit(1), "\(answer.prefix(60)): \(run.end)")
    }
  }

  /// Everything that is asked for, as it cannot be.
  private static let absurd = """
    {"link":{"state":"\\u001b[2J","age_seconds":1e300,"failed_polls":-5,"serial":7},"reading":{
    "clock_seconds":1e300,"bean_celsius":-1e300,"state_code":999,"heater_level":1e18,"suspect":[1]},
    "roast":{"id":9223372036854775807,"seconds":1e308,"landmarks":{"x":{"seconds":-1e308}},"phases":
    {"drying_seconds":1e300}},"batch":[],"store":7,"speed":0,"uptime_seconds":1e300,"id":-1,
    "began":"soon","roasts":[7,{"id":1e300,"duration_seconds":-1e9}],"next_before":1.5,"events":[
    {"event":"first_crack"},7],"curve":{"seconds":[1e300,0,-1e300,5],"bean_celsius":[1],
    "ended_seconds":-7,"events":[{"seconds":"x"}]},"urls":["\\u0007"],"tokens":[{}],"code":7}
    """

  @Test func `what a token may not is told plainly`() async throws {
    let daemon = try ScriptedDaemon { asked in
      asked.fields["authorization"] == "Bearer roast_old"
        ? .json(401, #"{"code":"bad_token","message":"the token opens nothing","hint":"Ask."}"#)
        : .json(403, #"{"code":"forbidden","message":"a viewer may not do this","hint":"Ask."}"#)
    }
    let old = try await Built.roast(
      ["attach", "--socket", daemon.path], environment: ["ROAST_TOKEN": "roast_old"])
    #expect(old.end == .exit(1))
    #expect(
      old.stderr == "roast: the token opens nothing\nThe token is unknown or revoked.\nAsk.\n")
    let other = try await Built.roast(
      ["attach", "--socket", daemon.path, "--token", "roast_new"],
      environment: ["ROAST_TOKEN": "roast_old"])
    #expect(other.stderr.contains("a viewer may not do this\nThis caller may not do that.\n"))
    let bad = try await Built.roast(["attach", "--socket", daemon.path, "--token", "a\r\nb"])
    #expect(bad.end == .exit(64))
    #expect(daemon.asked.count == 2)
  }

  @Test func `an export goes to a new file and overwrites none`() async throws {
    let folder = try TemporaryFolder()
    let daemon = try ScriptedDaemon { DaemonDocuments.reply(to: $0) }
    let words = [
      "roasts", "export", "2", "--socket", daemon.path, "--out", folder.file("two.csv"),
    ]
    let first = try await Built.roast(words + ["--json"])
    #expect(first.end == .exit(0))
    #expect(first.stdout.hasSuffix(#""format":"csv","bytes":18}"# + "\n"))
    #expect(folder.text("two.csv") == "seconds,bean\n0,90\n")
    let second = try await Built.roast(words)
    #expect(second.end == .exit(1) && second.stderr.contains("is not overwritten"))
  }
}
