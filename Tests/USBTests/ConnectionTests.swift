import Fixtures
import Glibc
import Testing

/// Finding a roaster, losing it, and finding it again (Specs/wire.md W1, W2, W16 to W18).
struct ConnectionTests {
  private func hasReadings(_ count: Int) -> ([WatchLine]) -> Bool {
    { $0.count { $0.number != nil } >= count }
  }

  // MARK: Refused

  @Test func `a busy roaster is called busy, and opened when it is free`() async throws {
    let met = try await EmulatedRoaster(["--busy", "1"]).watch(until: hasReadings(3))
    #expect(met.end == .exit(0))
    let links = try met.links
    #expect(links.first == "busy" && links.last == "up", "\(links)")
    #expect(met.log.order(of: "CLAIM 1") == ["CLAIM 1 busy", "CLAIM 1"])
    try met.expectTrueTelemetry()
  }

  @Test func `a roaster that stays busy is left alone, with exit code 1`() async throws {
    let met = try await EmulatedRoaster(["--busy", "always"])
      .run("watch", "--json", "--for", "1.5")
    #expect(met.end == .exit(1))
    #expect(try met.links == ["busy"])
    #expect(met.log.order(of: "OUT").isEmpty)
    try met.expectTrueTelemetry()
  }

  @Test func `a roaster that may not be opened is called denied, with exit code 1`() async throws {
    let met = try await EmulatedRoaster(["--denied"]).run("watch", "--json", "--for", "1.5")
    #expect(met.end == .exit(1))
    #expect(try met.links == ["denied"])
    #expect(met.log.order(of: "OUT", "CLAIM").isEmpty)
    try met.expectTrueTelemetry()
  }

  @Test func `once permission is given, readings come`() async throws {
    let met = try await EmulatedRoaster(["--denied", "--allow-after", "1500"])
      .watch(until: hasReadings(3))
    #expect(met.end == .exit(0))
    #expect(try met.links.first == "denied")
    #expect(try met.links.last == "up")
    try met.expectTrueTelemetry()
  }

  @Test(arguments: [["--busy", "always"], ["--denied"]])
  func `the wanted roaster that cannot be had is no absent one`(
    _ refusal: [String]
  ) async throws {
    for serial in ["BR1-0001", "1001"] {
      let met = try await EmulatedRoaster(refusal)
        .run("watch", "--json", "--for", "2", "--device", "usb:\(serial)")
      #expect(met.end == .exit(1), "\(serial)")
      #expect(try met.links.last == (refusal[0] == "--denied" ? "denied" : "busy"), "\(serial)")
    }
  }

  @Test func `people are told once what is wrong and what to do, then read values`() async throws {
    let met = try await EmulatedRoaster(["--absent", "--plug-after", "1300"]).run(["watch"]) {
      program in
      await program.until { text in text.count { $0 == 0x0A } >= 4 }
      program.send(SIGTERM)
    }
    let lines = met.outcome.lines.filter { !$0.hasPrefix("connecting: ") }
    #expect(lines.first?.hasPrefix("absent: No Bullet R1 is on the USB bus. Switch ") == true)
    #expect(lines.count { $0.hasPrefix("absent: ") } == 1)
    #expect(lines.count { $0.hasPrefix("roasting  ") } >= 1)
    #expect(met.end == .exit(0))
  }

  // MARK: Plugging

  @Test func `no roaster is exit code 4`() async throws {
    let met = try await EmulatedRoaster(["--absent"]).run("watch", "--json", "--for", "1.5")
    #expect(met.end == .exit(4))
    #expect(try met.links == ["absent"])
    #expect(try met.lines.allSatisfy { $0.isBlank && $0.ageSeconds == nil })
    try met.expectTrueTelemetry()
  }

  @Test func `a roaster plugged in later is opened at once, not at the next attempt`() async throws
  {
    // Attempts are made at about 0, 1 and 3 s; the one after them would come at 7 s.
    let met = try await EmulatedRoaster(["--absent", "--plug-after", "3400"])
      .watch(until: hasReadings(3))
    #expect(met.end == .exit(0))
    let plugged = try #require(met.log.times(of: "PLUG").first)
    let claimed = try #require(met.log.times(of: "CLAIM 1").first)
    #expect(claimed - plugged < 1800, "\(claimed - plugged) ms")
    try met.expectTrueTelemetry()
  }

  @Test func `an unplugged roaster is absent, its readings gone, and the end is still a success`()
    async throws
  {
    let met = try await EmulatedRoaster(["--unplug-at", "1800:0"]).watch { lines in
      lines.count { $0.link == "absent" } >= 2
    }
    #expect(met.end == .exit(0))
    #expect(try met.links == ["up", "absent"])
    let ages = try met.lines.filter { $0.link == "absent" }.compactMap(\.ageSeconds)
    #expect(ages.count >= 2 && ages == ages.sorted() && (ages.last ?? 0) > 0.9, "\(ages)")
    try met.expectTrueTelemetry()
  }

  @Test(arguments: [
    ["--unplug-at", "1840:700"], ["--fault", "unplug@status1#5=700"],
    ["--fault", "unplug@status2#5=700"],
    ["--fault", "unplug@info1#1=700"], ["--fault", "unplug@info2#1=700"],
  ])
  func `unplugged at any moment and plugged in again, it comes back by itself`(
    _ options: [String]
  ) async throws {
    let met = try await EmulatedRoaster(options).watch { lines in
      lines.contains { $0.link == "absent" } && lines.last?.number != nil
        && lines.reversed().prefix { $0.number != nil }.count >= 4
    }
    #expect(met.end == .exit(0))
    #expect(try met.links.contains("absent"))
    #expect(try met.links.last == "up")
    #expect(met.log.order(of: "UNPLUG", "PLUG") == ["PLUG", "UNPLUG", "PLUG"])
    #expect(options[0] == "--unplug-at" || met.log.has("IN gone"))
    try met.expectTrueTelemetry()
  }

  @Test func `a roaster that comes back at once is not lost in between`() async throws {
    let met = try await EmulatedRoaster(["--unplug-at", "1500:1"]).watch { lines in
      (lines.last?.number ?? 0) >= 20
    }
    #expect(met.end == .exit(0))
    #expect(met.log.order(of: "CLAIM 1").count == 2)
    try met.expectTrueTelemetry()
  }

  // MARK: Staleness

  @Test func `a roaster that falls silent is stale after two seconds, with every value unknown`()
    async throws
  {
    let met = try await EmulatedRoaster(fault: "silent@status1#6+").watch { lines in
      (lines.last?.ageSeconds ?? 0) > 4.5
    }
    try met.expectTrueTelemetry()
    let links = try met.links
    #expect(links.prefix(2) == ["up", "stale"], "\(links)")
    #expect(!links.dropFirst(2).contains("up"), "\(links)")
    let after = try met.lines.drop { $0.link != "stale" }
    #expect(after.allSatisfy { $0.isBlank && ($0.ageSeconds ?? 0) >= 2 })
    #expect((after.first?.ageSeconds ?? 9) < 3.5, "\(after.first?.text ?? "")")
    let ages = after.compactMap(\.ageSeconds)
    #expect(ages == ages.sorted() && ages.count == after.count)
  }

  @Test func `only idle messages make no readings: stale`() async throws {
    var frames = NumberedFrames.bytes(40)
    for number in 5...40 { frames[(number - 1) * 128 + 41] = 0 }
    let met = try await EmulatedRoaster(frames: frames).watch { lines in
      lines.contains { $0.link == "stale" }
    }
    let stale = try #require(try met.lines.first { $0.link == "stale" })
    #expect((stale.ageSeconds ?? 0) >= 2)
    #expect(stale.beanCelsius == nil && stale.state == nil)
  }

  // MARK: Which machine

  @Test func `an R2 is named as unsupported and not touched`() async throws {
    let met = try await EmulatedRoaster(["--product", "a4cd"])
      .run("watch", "--json", "--for", "2")
    #expect(met.end == .exit(1))
    #expect(try met.links == ["unsupported"])
    #expect(met.log.order(of: "OUT", "CLAIM", "DETACH", "SETCONFIG").isEmpty)
  }

  @Test func `later boards are read like the first`() async throws {
    let met = try await EmulatedRoaster(["--product", "a27e"]).watch(until: hasReadings(3))
    #expect(met.end == .exit(0))
    try met.expectTrueTelemetry()
  }

  @Test func `a kernel driver is detached, and put back at the end`() async throws {
    let met = try await EmulatedRoaster(["--kernel-driver", "cdc_acm"])
      .watch(until: hasReadings(3))
    #expect(met.end == .exit(0))
    #expect(
      met.log.order(of: "DETACH", "CLAIM 1", "RELEASE 1", "ATTACH") == [
        "DETACH 1", "CLAIM 1", "RELEASE 1", "ATTACH 1",
      ])
  }

  @Test func `a kernel driver that stays does no harm while the claim works`() async throws {
    let met = try await EmulatedRoaster(["--kernel-driver", "cdc_acm", "--detach-refused"])
      .watch(until: hasReadings(3))
    #expect(met.end == .exit(0))
    #expect(
      met.log.order(of: "DETACH", "CLAIM 1", "RELEASE 1", "ATTACH") == [
        "DETACH 1 refused", "CLAIM 1", "RELEASE 1",
      ])
  }

  @Test(arguments: ["usb", "usb:BR1-0001", "usb:1001"])
  func `a roaster is found by its number on the bus and by the machine's own`(
    _ device: String
  ) async throws {
    let met = try await EmulatedRoaster().watch("--device", device, until: hasReadings(3))
    #expect(met.end == .exit(0))
    try met.expectTrueTelemetry()
  }

  @Test(arguments: ["usb:nope", "usb:1002", "usb:BR1-000"])
  func `another number is an absent roaster`(_ device: String) async throws {
    let met = try await EmulatedRoaster()
      .run("watch", "--json", "--for", "2", "--device", device)
    #expect(met.end == .exit(4))
    #expect(try met.links.last == "absent")
    #expect(try met.numbers.isEmpty)
    #expect(met.log.order(of: "OUT 3001").isEmpty, "another machine is not polled")
  }

  @Test func `a roaster that shows no number on the bus is read all the same`() async throws {
    let met = try await EmulatedRoaster(["--serial", ""]).watch(until: hasReadings(3))
    #expect(met.end == .exit(0))
    try met.expectTrueTelemetry()
  }

  @Test func `a second program is told that the roaster is busy, and the first goes on`()
    async throws
  {
    let met = try await EmulatedRoaster().shell(
      """
      $ROAST watch --json --for 4 >$FOLDER/first &
      sleep 0.7
      $ROAST watch --json --for 1.3 >$FOLDER/second; echo "second $?"
      wait $!; echo "first $?"
      cat $FOLDER/second >&2; cat $FOLDER/first
      """)
    #expect(met.outcome.stdout.hasPrefix("second 1\nfirst 0\n"))
    let first = try WatchLine.lines(
      of: met.outcome.lines.dropFirst(2).joined(separator: "\n"))
    #expect(first.filter { $0.seq != nil }.allSatisfy { $0.link == "up" && $0.number != -1 })
    #expect(first.count { $0.number != nil } > 15)
    let second = try WatchLine.lines(of: met.outcome.stderr)
    #expect(second.last?.link == "busy")
    #expect(second.allSatisfy { $0.isBlank })
  }
}
