import Fixtures
import FoundationEssentials
import Testing

/// `roast doctor` before a roaster.
struct DoctorTests {
  /// What `roast doctor --json` says, and the report file holds.
  struct Diagnosis: Decodable {
    struct Finding: Decodable {
      var id, grade, found: String
      var next: String?
    }
    struct Seen: Decodable {
      var product, node: String
      var busSerial: String?
    }
    struct Measured: Decodable {
      var link: String
      var serial, firmware, roasts: Int?
      var pollsPerSecond: Double?
      var readings: Int
      var failures: [String]
    }
    struct Frame: Decodable {
      var seconds: Double
      var hex: String
    }
    var findings: [Finding]
    var exitCode: Int32
    var devices: [Seen]
    var measured: Measured?
    var report: String?
    var version: Int?
    var program, libusb, system: String?
    var frames: [Frame]?

    init(_ text: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Diagnosis.self, from: Data(text.utf8))
    }

    func finding(_ id: String) -> Finding? { findings.first { $0.id == id } }
    var problems: [String] { findings.filter { $0.grade == "problem" }.map(\.id) }
  }

  private func diagnosis(
    of roaster: EmulatedRoaster, _ words: String...
  ) async throws -> (Diagnosis, Encounter) {
    let met = try await roaster.run(["doctor", "--json"] + words) { _ in }
    let diagnosis = try Diagnosis(met.outcome.stdout)
    #expect(met.end == .exit(diagnosis.exitCode))
    #expect(diagnosis.findings.allSatisfy { $0.grade != "problem" || $0.next != nil })
    #expect(met.outcome.stderr.isEmpty)
    return (diagnosis, met)
  }

  @Test func `a healthy roaster is found, identified and polled ten times a second`()
    async throws
  {
    let (seen, _) = try await diagnosis(of: EmulatedRoaster())
    #expect(seen.exitCode == 0)
    #expect(seen.problems.isEmpty)
    #expect(
      seen.findings.map(\.id).filter { $0 != "holder" } == [
        "library", "udev_rule", "device", "permission", "identity", "polling", "readings",
      ])
    #expect(seen.devices.map(\.busSerial) == ["BR1-0001"])
    #expect(seen.devices.map(\.product) == ["0x5741"])
    #expect(seen.devices.map(\.node) == ["/dev/bus/usb/099/002"])
    let measured = try #require(seen.measured)
    #expect(measured.serial == 1001 && measured.firmware == 562 && measured.roasts == 321)
    #expect(measured.readings > 10)
    #expect(measured.failures.isEmpty)
    #expect(measured.link == "up")
    #expect(seen.frames == nil)
  }

  @Test func `people get the same, and no problem is shouted`() async throws {
    let met = try await EmulatedRoaster().run("doctor")
    #expect(met.end == .exit(0))
    let text = met.outcome.stdout
    #expect(text.contains("  ok      A Bullet R1, product 0x5741 at /dev/bus/usb/099/002"))
    #expect(text.contains("  ok      Serial number 1001, firmware 562, 321 roasts so far"))
    #expect(text.contains("BT 1"))
    #expect(!text.contains("PROBLEM"))
  }

  @Test func `the report holds what was seen, raw frames included`() async throws {
    let roaster = try EmulatedRoaster()
    let path = roaster.file("report.json")
    let met = try await roaster.run("doctor", "--report", path)
    #expect(met.end == .exit(0))
    #expect(met.outcome.stdout.hasSuffix("\nWritten: \(path)\n"))
    let report = try Diagnosis(roaster.text("report.json"))
    #expect(report.report == "roast-doctor" && report.version == 1)
    #expect(report.program?.hasPrefix("roast ") == true)
    #expect(report.libusb?.hasPrefix("1.") == true)
    #expect(report.system?.hasPrefix("Linux ") == true)
    let frames = try #require(report.frames)
    #expect(frames.count == report.measured?.readings)
    for (number, frame) in zip(1..., frames) {
      let hex = NumberedFrames.frame(number).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
      #expect(frame.hex == hex.joined(), "frame \(number)")
    }
    #expect(frames.map(\.seconds) == frames.map(\.seconds).sorted())
    let again = try await roaster.run("doctor", "--report", path)
    #expect(again.end == .exit(1), "a report is not overwritten")
    #expect(again.outcome.stderr.contains("exists and is not overwritten"))
  }

  @Test func `a roaster that another program holds is told as busy`() async throws {
    let (seen, met) = try await diagnosis(of: EmulatedRoaster(["--busy", "always"]))
    #expect(seen.exitCode == 1)
    #expect(seen.problems == ["busy"])
    #expect(seen.measured?.link == "busy")
    #expect(met.log.order(of: "OUT").isEmpty)
  }

  @Test func `a roaster that may not be opened is told as a missing permission`() async throws {
    let (seen, _) = try await diagnosis(of: EmulatedRoaster(["--denied"]))
    #expect(seen.exitCode == 1)
    #expect(seen.problems.first == "permission")
    #expect(seen.finding("permission")?.next?.contains("udev") == true)
    #expect(seen.measured?.link == "denied")
  }

  @Test func `an R2 is told as what it is`() async throws {
    let (seen, met) = try await diagnosis(of: EmulatedRoaster(["--product", "a4cd"]))
    #expect(seen.exitCode == 1)
    #expect(seen.problems == ["device"])
    #expect(seen.finding("device")?.found.contains("R2") == true)
    #expect(met.log.order(of: "OUT", "CLAIM").isEmpty)
  }

  @Test func `no roaster is exit code 4, with what to look at`() async throws {
    let (seen, _) = try await diagnosis(of: EmulatedRoaster(["--absent"]))
    #expect(seen.exitCode == 4)
    #expect(seen.problems == ["device"])
    #expect(seen.finding("device")?.next?.contains("main switch") == true)
    #expect(seen.measured == nil)
  }

  @Test func `failed polls are counted and told, and are no problem by themselves`() async throws {
    let roaster = try EmulatedRoaster([
      "--fault", "stall@status1#5", "--fault", "short@status2#9=3",
    ])
    let (seen, _) = try await diagnosis(of: roaster)
    #expect(seen.exitCode == 0)
    #expect(seen.finding("polling")?.grade == "note")
    #expect(seen.measured?.failures.count == 2)
  }

  @Test func `readings that have ended are a problem`() async throws {
    let (seen, _) = try await diagnosis(of: EmulatedRoaster(fault: "silent@status1#3+"))
    #expect(seen.exitCode == 1)
    #expect(seen.problems == ["stale"])
  }

  @Test func `only idle messages are told as no readings`() async throws {
    var frames = NumberedFrames.bytes(1)
    frames[41] = 0
    let (seen, _) = try await diagnosis(of: EmulatedRoaster(frames: frames))
    #expect(seen.exitCode == 1)
    #expect(seen.problems.first == "readings")
  }

  @Test func `suspect sensors are noted with their share`() async throws {
    var frames = NumberedFrames.bytes(1)
    frames.replaceSubrange(16..<20, with: [0, 0, 0x48, 0xC2])  // -50, as R1s without the probe
    let (seen, _) = try await diagnosis(of: EmulatedRoaster(frames: frames))
    #expect(seen.exitCode == 0)
    #expect(seen.finding("suspect")?.found == "exhaust_celsius is suspect in 100 % of readings")
  }

  @Test func `a roaster that never answers is a problem, and the advice is not to ask doctor`()
    async throws
  {
    let (seen, _) = try await diagnosis(of: EmulatedRoaster(fault: "silent@info1#1+"))
    #expect(seen.exitCode == 1)
    #expect(seen.problems == ["readings"])
    #expect(seen.finding("readings")?.next?.contains("roast doctor") == false)
  }

  @Test func `answers that are not a Bullet's are kept in the report, as its advice promises`()
    async throws
  {
    let roaster = try EmulatedRoaster(fault: "short@info1#1+=7")
    let (seen, _) = try await diagnosis(of: roaster, "--report", roaster.file("report.json"))
    #expect(seen.exitCode == 1)
    #expect(seen.measured?.link == "unsupported")
    #expect(roaster.text("report.json").contains("e9030000000000"), "the 7 bytes that came")
  }

  @Test func `the wanted roaster is looked at; another one is not taken for it`() async throws {
    let (found, _) = try await diagnosis(of: EmulatedRoaster(), "--device", "usb:BR1-0001")
    #expect(found.exitCode == 0)
    let (other, met) = try await diagnosis(of: EmulatedRoaster(), "--device", "usb:nope")
    #expect(other.exitCode != 0)
    #expect(met.log.order(of: "OUT").isEmpty)
    #expect(
      other.findings.allSatisfy { $0.found != "No Bullet R1 is on the USB bus." },
      "there is one, with another number")
  }
}
