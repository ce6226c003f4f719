import Driver
import Glibc
import Roaster
import Simulator
import USB

/// `roast record`: keeps every transfer between this computer and the roaster.
enum RecordCommand {
  static let definition = CommandDefinition(
    name: "record",
    summary: "Record every byte that passes between this computer and the roaster",
    discussion: [
      "Only reads from the roaster, like 'watch'. The recording keeps each transfer with its "
        + "timing, faults included, and plays again with 'roast watch --device replay:FILE'. It "
        + "is written as it goes: whatever ends it, what was recorded until then can be played."
    ],
    options: [
      OptionDefinition(
        name: "out", value: "FILE", meaning: "the recording to create", isRequired: true),
      .device, .speed, .duration, .json,
    ],
    examples: [("roast record --out batch-12.rec", "records until Ctrl-C")],
    run: { (arguments) async throws(Complaint) in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws(Complaint) -> ExitCode {
    let choice = try DeviceChoice(arguments, of: "record")
    let pace = try arguments.pace(of: "record")
    let duration = try arguments.seconds("for", of: "record")
    let path = arguments.value("out") ?? ""
    switch choice {
    case .usb:
      return try await record(
        USBTransport(), .captured, to: path, choice: choice, for: duration, arguments)
    case .twin(let scenario):
      return try await record(
        Twin(scenario, pace: pace), .synthetic, to: path, choice: choice, for: duration, arguments)
    case .servedTwin(let twin):
      return try await record(
        ServedTwin(path: twin), .synthetic, to: path, choice: choice, for: duration, arguments)
    case .replay(let source):
      let replay = Replay(try RecordingReader(path: source), pace: pace)
      return try await record(
        replay, replay.header.origin, to: path, choice: choice, for: duration, arguments)
    }
  }

  private static func record<Carrier: Transport>(
    _ transport: Carrier, _ origin: RecordingHeader.Origin, to path: String,
    choice: DeviceChoice, for duration: Double?, _ arguments: Arguments
  ) async throws(Complaint) -> ExitCode {
    let file = try OutputFile(path, mayReplace: false)
    let recorder = Recorder(transport, origin: origin, program: Version.program) {
      file.append($0)
    }
    var tally = Tally(started: transport.now.monotonic, isTerminal: isatty(STDERR_FILENO) == 1)
    await SessionFeed.run(Session(serial: choice.serial), over: recorder) { happening in
      if case .report(let report, let link, _) = happening {
        if let known = link.identification { recorder.identified(known) }
        if case .failure = report { recorder.identified(link.identification) }
      }
      tally.take(happening, bytes: file.size)
      return tally.mayGoOn(for: duration) && file.failure == nil
    }
    recorder.finish()
    tally.endLine()
    if let failure = file.failure {
      throw Complaint(
        code: "recording_failed",
        happened: "writing \(path) failed after \(file.size) bytes: \(failure)",
        meaning: "The roast goes on; what was written until then can be played.",
        next: "Free space on the disk and record into a new file.")
    }
    return tally.conclude(path: path, bytes: file.size, asJSON: arguments.wantsJSON)
  }

  /// What the person hears while and after recording.
  private struct Tally {
    let started: MonotonicTime
    let isTerminal: Bool
    private var now: MonotonicTime
    private var link = Link()
    private var points = 0
    private var failures = 0
    private var interrupted = false
    private var lineIsOpen = false

    init(started: MonotonicTime, isTerminal: Bool) {
      self.started = started
      self.isTerminal = isTerminal
      now = started
    }

    mutating func take(_ happening: SessionFeed.Happening, bytes: Int) {
      switch happening {
      case .interrupted:
        interrupted = true
      case .report(let report, let link, let moment):
        now = moment.monotonic
        self.link = link
        switch report {
        case .telemetry: points += 1
        case .failure: failures += 1
        case .linkChanged: break
        }
      case .tick(let moment):
        now = moment.monotonic
        if isTerminal { showProgress(bytes: bytes) }
      }
    }

    func mayGoOn(for duration: Double?) -> Bool {
      !interrupted && duration.map { now - started < $0 } ?? true
    }

    private mutating func showProgress(bytes: Int) {
      lineIsOpen = true
      let advice = LinkAdvice(link, at: now).map { "  " + $0.happened } ?? ""
      Console.error(
        "\r\u{1B}[Krecording \(ClockText.minutes(Int(now - started)))  "
          + "\(points) readings  \(bytes / 1024) KiB" + advice)
    }

    func endLine() { if lineIsOpen { Console.error("\n") } }

    func conclude(path: String, bytes: Int, asJSON: Bool) -> ExitCode {
      let seconds = now - started
      if asJSON {
        Console.out(
          JSON.object([
            ("file", .string(path)), ("seconds", .number((seconds * 10).rounded() / 10)),
            ("readings", JSON(points)), ("failures", JSON(failures)), ("bytes", JSON(bytes)),
            ("link", .string(link.state(at: now).rawValue)),
          ]).text + "\n")
      } else {
        Console.out(
          "\(path): \(points) readings in \(fixed(seconds, 1)) s, \(failures) failed exchanges, "
            + "\(bytes) bytes\n")
      }
      return points > 0 ? .done : ExitCode(without: link.phase)
    }
  }
}

extension ExitCode {
  /// How a command ends that never got a reading.
  init(without phase: Link.Phase) { self = phase == .absent ? .absent : .failed }
}
