import Driver
import Glibc
import Roaster
import USB

/// `roast doctor`: looks at everything between this computer and the roaster, and says what to do.
enum DoctorCommand {
  static let definition = CommandDefinition(
    name: "doctor",
    summary: "Check the roaster, its cable, and this computer's permission to talk to it",
    discussion: [
      "Only reads. Each finding says what to do next. With --report, what was seen is written to a "
        + "file, raw bytes included: with it an owner can tell us how a real machine answers. The "
        + "file holds the roaster's serial numbers and nothing else about you.",
      "Exit codes: 0 all is well, 1 something stands in the way, 4 no roaster on the bus.",
    ],
    options: [
      OptionDefinition(
        name: "report", value: "FILE", meaning: "also write what was seen, as JSON, to a new file"),
      OptionDefinition(
        name: "device", value: "usb[:SERIAL]", meaning: "which roaster; default the first",
        suggestions: ["usb", "usb:SERIAL"]),
      .unit, .json,
    ],
    examples: [("roast doctor --report bullet.json", "a first contact, to send in")],
    files: [
      (
        "/usr/lib/udev/rules.d/70-roast.rules",
        "lets the person at the seat, and members of the group roast, open the roaster; may also be "
          + "in /etc/udev/rules.d"
      )
    ],
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    guard case .usb(let serial) = try DeviceChoice(arguments, of: "doctor") else {
      throw .badValue(
        arguments.value("device") ?? "", option: "device", expected: "usb or usb:SERIAL", "doctor")
    }
    let unit = try arguments.unit(of: "doctor")
    let report = try arguments.value("report").map { path throws(Complaint) in
      (path: path, descriptor: try FileBytes.create(path))
    }
    var examination = Examination(serial: serial)
    await examination.examine(in: unit) { finding in
      if !arguments.wantsJSON { Console.out(finding.text) }
    }
    if arguments.wantsJSON { Console.out(examination.json(forReport: false).text + "\n") }
    if let report {
      defer { close(report.descriptor) }
      guard
        Console.write(examination.json(forReport: true).text + "\n", to: report.descriptor)
      else {
        throw Complaint(
          code: "file_not_writable",
          happened: "writing \(report.path) failed: \(String(cString: strerror(errno)))",
          next: "Free space on the disk and try again.")
      }
      if !arguments.wantsJSON { Console.out("\nWritten: \(report.path)\n") }
    }
    return examination.exitCode
  }
}

/// One thing that was looked at.
struct Finding: Equatable {
  enum Grade: String {
    case good = "ok"
    case note = "note"
    case bad = "problem"
  }

  /// For programs; stays.
  var id: String
  var grade: Grade
  var found: String
  /// What to do next; nothing where all is well.
  var next: String?

  var text: String {
    let mark =
      switch grade {
      case .good: "  ok      "
      case .note: "  note    "
      case .bad: "  PROBLEM "
      }
    return (mark + found).printable + "\n" + (next.map { "          -> \($0.printable)\n" } ?? "")
  }

  var json: JSON {
    .object([
      ("id", .string(id)), ("grade", .string(grade.rawValue)), ("found", .string(found)),
      ("next", JSON(next)),
    ])
  }
}

/// Looks at one thing after the other, as far as each makes sense.
struct Examination {
  private let serial: String?
  private(set) var findings: [Finding] = []
  private var devices: [(device: Device, denied: Bool)] = []
  private var trial: Trial?

  init(serial: String?) { self.serial = serial }

  mutating func examine(in unit: TemperatureUnit, tell: (Finding) -> Void) async {
    func note(_ found: [Finding]) {
      findings += found
      found.forEach(tell)
    }
    note([Finding(id: "library", grade: .good, found: "libusb \(Bus.libraryVersion)")])
    note([UdevRule.finding(in: UdevRule.folders)])
    note(lookAtBus())
    guard hasReadable else { return }
    let trial = await Trial.run(serial: serial)
    self.trial = trial
    note(trial.findings(in: unit))
  }

  /// Whether an R1 is on the bus.
  private var hasReadable: Bool {
    devices.contains { Device.products.contains($0.device.product) }
  }

  var exitCode: ExitCode {
    let isMissing = findings.contains { $0.id == "device" && $0.grade == .bad }
    if isMissing, devices.isEmpty || hasReadable { return .absent }
    return findings.contains { $0.grade == .bad } ? .failed : .done
  }

  private mutating func lookAtBus() -> [Finding] {
    do throws(TransportFault) {
      devices = try Bus.roasters()
    } catch {
      return [
        Finding(
          id: "device", grade: .bad, found: "The USB bus cannot be read: \(error.text)",
          next: "Check that this computer has USB and that /dev/bus/usb is there.")
      ]
    }
    guard !devices.isEmpty else {
      return [
        Finding(
          id: "device", grade: .bad, found: LinkAdvice.absent.happened,
          next: LinkAdvice.absent.next)
      ]
    }
    return devices.flatMap(findings(about:))
  }

  private func findings(about seen: (device: Device, denied: Bool)) -> [Finding] {
    let device = seen.device
    let place = "product \(hex(device.product)) at \(DeviceNode(device).path)"
    guard Device.products.contains(device.product) else {
      return [
        Finding(
          id: "device", grade: hasReadable ? .note : .bad,
          found: "A Bullet R2, \(place): it speaks another protocol",
          next: "Only the R1 can be read so far.")
      ]
    }
    let serial = device.serial.map { ", serial number on the bus \($0)" } ?? ""
    var found = [
      Finding(id: "device", grade: .good, found: "A Bullet R1, \(place)\(serial)"),
      Finding(
        id: "permission", grade: seen.denied ? .bad : .good,
        found: seen.denied
          ? "This user may not open \(DeviceNode(device).path)" : "This user may open it",
        next: seen.denied
          ? "Install the udev rule ('sudo make install'), then 'sudo usermod -aG roast $USER', log "
            + "in again, and replug the cable." : nil),
    ]
    let holders = DeviceNode(device).holders()
    if !holders.isEmpty {
      found.append(
        Finding(
          id: "holder", grade: .note, found: "Also open in \(holders.joined(separator: ", "))",
          next: "If readings fail, quit that program: one client at a time."))
    }
    return found
  }

  /// Everything seen; a report to send in has the system and every raw transfer as well.
  func json(forReport isReport: Bool) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("findings", .array(findings.map(\.json))),
      ("exit_code", JSON(Int(exitCode.rawValue))),
      ("devices", .array(devices.map { Self.json(of: $0.device) })),
      ("measured", trial?.json ?? .null),
    ]
    if isReport {
      members =
        [
          ("report", .string("roast-doctor")), ("version", .integer(1)),
          ("program", .string(Version.program)), ("libusb", .string(Bus.libraryVersion)),
          ("system", .string(Self.system)),
        ] + members + [
          ("frames", trial?.framesJSON ?? .array([])),
          ("exchanges", trial?.exchangesJSON ?? .array([])),
        ]
    }
    return .object(members)
  }

  private static func json(of device: Device) -> JSON {
    .object([
      ("product", .string(hex(device.product))), ("bus_serial", JSON(device.serial)),
      ("node", .string(DeviceNode(device).path)),
    ])
  }

  private static var system: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "unknown" }
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return [text(names.sysname), text(names.release), text(names.machine)].joined(separator: " ")
  }
}
