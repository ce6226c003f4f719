import Fixtures
import Glibc
import Testing

/// Asked to end at any moment, the program gives the roaster back and ends at once.
struct ShutdownTests {
  /// What the roaster is doing when the program is asked to end.
  struct Moment: CustomTestStringConvertible {
    var testDescription: String
    var options: [String] = []
    /// What has been written by then.
    var sign: String
    var exit: Int32
    var words = ["watch", "--json", "--for", "40"]
  }

  private static let moments = [
    Moment(testDescription: "polling", sign: #""seq":4"#, exit: 0),
    Moment(
      testDescription: "blocked in a read", options: ["--fault", "silent@status1#4+"],
      sign: #""seq":2"#, exit: 0),
    Moment(
      testDescription: "blocked in its first read", options: ["--fault", "silent@info1#1+"],
      sign: #""link":"connecting""#, exit: 1),
    Moment(
      testDescription: "stale", options: ["--fault", "silent@status2#4+"],
      sign: #""link":"stale""#, exit: 0),
    Moment(
      testDescription: "absent", options: ["--absent"], sign: #""link":"absent""#, exit: 4),
    Moment(
      testDescription: "denied", options: ["--denied"], sign: #""link":"denied""#, exit: 1),
    Moment(
      testDescription: "busy", options: ["--busy", "always"], sign: #""link":"busy""#, exit: 1),
    Moment(
      testDescription: "unplugged", options: ["--unplug-at", "1600:0"],
      sign: #""link":"absent""#, exit: 0),
    Moment(
      testDescription: "a kernel driver detached", options: ["--kernel-driver", "usbhid"],
      sign: #""seq":2"#, exit: 0),
  ]

  private func askToEnd(_ number: Int32, _ moment: Moment) async throws -> Encounter {
    try await EmulatedRoaster(moment.options).run(moment.words) { program in
      #expect(await program.until(writes: moment.sign))
      try await Task.sleep(for: .milliseconds(300))
      program.send(number)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM], moments)
  func `asked to end, it gives the roaster back within a second and a half`(
    _ number: Int32, _ moment: Moment
  ) async throws {
    var met = try await askToEnd(number, moment)
    // Another program may have had the machine meanwhile; not three times.
    for _ in 0..<2 where (met.outcome.secondsAfterSignal ?? 99) >= Built.atOnceSeconds {
      met = try await askToEnd(number, moment)
    }
    #expect((met.outcome.secondsAfterSignal ?? 99) < Built.atOnceSeconds)
    #expect(met.end == .exit(moment.exit))
    #expect(met.outcome.stderr.isEmpty)
    if met.log.has("CLAIM 1"), !met.log.has("UNPLUG") {
      #expect(met.log.order(of: "RELEASE 1").count == met.log.times(of: "CLAIM 1").count)
    }
    if met.log.has("DETACH 1") { #expect(met.log.has("ATTACH 1")) }
  }

  @Test func `a read in flight is cancelled, not waited for`() async throws {
    var waits: [Double] = []
    // A busy machine may send the signal just before the read would time out; not three times.
    for _ in 0..<3 where waits.last.map({ $0 > 900 }) ?? true {
      let met = try await EmulatedRoaster(fault: "silent@status1#4+").run([
        "watch", "--json", "--for", "40",
      ]) { program in
        #expect(await program.until(writes: #""seq":2"#))
        try await Task.sleep(for: .milliseconds(400))
        program.send(SIGTERM)
      }
      let asked = met.log.happenings.last { $0.what.hasPrefix("OUT") }?.milliseconds ?? 0
      waits.append((met.log.times(of: "IN discarded").last ?? .infinity) - asked)
    }
    #expect((waits.last ?? .infinity) <= 900, "\(waits) ms")
  }

  @Test func `the time that was asked for ends it, whatever the roaster does`() async throws {
    for fault in ["silent@status1#4+", "silent@info1#1+", "stall@info1#1+"] {
      let met = try await EmulatedRoaster(fault: fault).run("watch", "--json", "--for", "1.3")
      #expect(met.end == .exit(fault.hasPrefix("silent@status1") ? 0 : 1), "\(fault)")
      #expect(met.outcome.seconds < 30, "\(fault)")
    }
  }

  @Test func `a program that is killed leaves the interface to the next one`() async throws {
    let met = try await EmulatedRoaster().shell(
      """
      $ROAST watch --json >$FOLDER/first & first=$!
      sleep 0.6; kill -9 $first; wait $first
      $ROAST watch --json --for 2.5
      """)
    #expect(met.end == .exit(0))
    #expect(try met.numbers.count > 5)
    try met.expectTrueTelemetry()
  }

  @Test func `when nobody reads its output any more it ends by itself`() async throws {
    let met = try await EmulatedRoaster().shell(
      "{ $ROAST watch --json --for 30; echo \"exit $?\" >&2; } | head -n 4")
    #expect(met.outcome.stderr == "exit 0\n")
    #expect(met.outcome.lines.count == 4)
    #expect(met.outcome.seconds < 10)
  }
}
