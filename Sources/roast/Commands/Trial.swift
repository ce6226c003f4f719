import Driver
import Roaster
import Synchronization
import USB

/// A few seconds of polling, and what they showed.
struct Trial {
  private var link = Link()
  private let serial: String?
  private var points: [Telemetry] = []
  private var exchanges: [RecordedTransfer] = []
  private var failures: [Failure] = []
  private var ended: MonotonicTime

  private init(serial: String?, now: Moment) {
    self.serial = serial
    ended = now.monotonic
  }

  /// How long the roaster is polled.
  private static let seconds = 3.0
  /// How long to wait for it to be opened and to identify itself.
  private static let patience = 6.0

  /// Polls the roaster for a few seconds; ends early when it cannot be opened.
  static func run(serial: String?) async -> Trial {
    let transport = USBTransport()
    let started = transport.now.monotonic
    var trial = Trial(serial: serial, now: transport.now)
    let tape = Mutex<[UInt8]>([])
    let recorder = Recorder(transport, origin: .captured, program: Version.program) { bytes in
      tape.withLock { $0 += bytes }
    }
    await SessionFeed.run(Session(serial: serial), over: recorder) { happening in
      trial.take(happening)
      let polled = trial.points.first.map { trial.ended - $0.moment.monotonic } ?? 0
      let isHopeless = trial.points.isEmpty && ![.connecting, .up].contains(trial.link.phase)
      let isLate = trial.points.isEmpty && trial.ended - started > patience
      return !(polled >= seconds || isHopeless || isLate || trial.wasInterrupted)
    }
    recorder.finish()
    if var reader = try? RecordingReader(tape.withLock { $0 }) {
      while let transfer = reader.next() { trial.exchanges.append(transfer) }
    }
    return trial
  }

  private var wasInterrupted = false

  private mutating func take(_ happening: SessionFeed.Happening) {
    switch happening {
    case .interrupted: wasInterrupted = true
    case .tick(let moment): ended = moment.monotonic
    case .report(let report, let link, let moment):
      self.link = link
      ended = moment.monotonic
      switch report {
      case .telemetry(let point): points.append(point)
      case .failure(let failure): failures.append(failure)
      case .linkChanged: break
      }
    }
  }

  /// Polls a second; nil before there are two.
  private var pollRate: Double? {
    guard let first = points.first?.moment.monotonic, points.count > 1, ended > first else {
      return nil
    }
    return Double(points.count - 1) / (ended - first)
  }

  /// Whether readings came to the end.
  private var isLive: Bool { link.state(at: ended) == .up }

  private var suspects: [(field: Field, share: Double)] {
    Field.allCases.compactMap { field in
      let count = points.count { $0.status.suspicion.all.contains(field) }
      return count == 0 ? nil : (field, Double(count) / Double(points.count))
    }
  }

  func findings(in unit: TemperatureUnit) -> [Finding] {
    if wasInterrupted {
      return [
        Finding(
          id: "interrupted", grade: .bad,
          found: "Interrupted: the roaster was not looked at to the end",
          next: "Run 'roast doctor' again.")
      ]
    }
    var found: [Finding] = []
    if let identity = link.identification {
      found.append(
        Finding(
          id: "identity", grade: .good,
          found: "Serial number \(identity.serial), firmware \(identity.firmware), "
            + "\(identity.roasts) roasts so far"))
    }
    guard !points.isEmpty else { return found + [whyNothingCame] }
    found.append(pollFinding)
    found += readingFindings(in: unit)
    return found
  }

  private var whyNothingCame: Finding {
    if link.phase == .absent, let serial {
      return Finding(
        id: "device", grade: .bad, found: "None of them is the roaster wanted, \(serial)",
        next: "Name one of those above, by its number on the bus or its own.")
    }
    let advice = LinkAdvice(link, at: ended)
    let isSilent = link.phase == .connecting
    return Finding(
      id: link.phase == .busy ? "busy" : "readings", grade: .bad,
      found: advice?.happened ?? "No readings came",
      next: isSilent ? Self.wake : advice?.next ?? Self.wake)
  }

  /// The main switch stops drum and fans too: it is named for a cold machine only.
  private static let wake =
    "Go by the roaster's own panel, and replug the USB cable. Only when the roaster is cold and "
    + "empty, switch it off and on."

  private var pollFinding: Finding {
    let rate = pollRate.map { fixed($0, 1) } ?? "less than 1"
    let isSlow = (pollRate ?? 0) < 9
    let isFaulty = !failures.isEmpty
    return Finding(
      id: "polling", grade: isSlow || isFaulty ? .note : .good,
      found: "\(rate) polls a second (10 wanted), \(failures.count) failed"
        + (failures.first.map { ": \($0.text)" } ?? ""),
      next: isSlow || isFaulty
        ? "Plug the cable straight into the computer, away from power leads; try another cable."
        : nil)
  }

  private func readingFindings(in unit: TemperatureUnit) -> [Finding] {
    guard let valid = points.last(where: \.status.isValid) else {
      return [
        Finding(
          id: "readings", grade: .bad, found: "The roaster answers, but sends no readings",
          next: Self.wake)
      ]
    }
    var found: [Finding] = []
    if case .unknown? = valid.status.state {
      found.append(
        Finding(
          id: "state", grade: .note, found: "The roaster is in \(valid.status.stateText)",
          next: "Run with --report FILE and send it in: nobody has told us of this state."))
    }
    found.append(
      Finding(
        id: "readings", grade: isLive ? .good : .note,
        found: (isLive ? "" : "The last reading was: ") + valid.status.text(in: unit)))
    for suspect in suspects {
      let share = fixed(100 * suspect.share, 0)
      let matters = [.bean, .infrared, .state, .heater, .fan, .drum].contains(suspect.field)
      found.append(
        Finding(
          id: "suspect", grade: .note,
          found: "\(suspect.field.key) is suspect in \(share) % of readings",
          next: matters
            ? "Look at the same value on the panel; 1024 there is an open or cold bean probe."
            : "Not every unit has this sensor; nothing depends on it."))
    }
    if !isLive {
      let age = link.age(at: ended).map { fixed($0, 1) } ?? "?"
      let because = link.lastFailure.map { ": " + $0.text } ?? ""
      found.append(
        Finding(
          id: "stale", grade: .bad,
          found: "Readings have ended; the last is \(age) s old\(because)", next: Self.wake))
    }
    return found
  }

  var json: JSON {
    let identity = link.identification
    let age = link.age(at: ended).map { ($0 * 1000).rounded() / 1000 }
    let members: [(key: String, value: JSON)] = [
      ("link", .string(link.state(at: ended).rawValue)),
      ("serial", JSON(identity.map { Int($0.serial) })),
      ("firmware", JSON(identity.map { Int($0.firmware) })),
      ("roasts", JSON(identity.map { Int($0.roasts) })),
      ("polls_per_second", JSON(pollRate.map { ($0 * 100).rounded() / 100 })),
      ("readings", JSON(points.count)),
      ("failures", .array(failures.map { JSON.string($0.text) })),
      ("age_seconds", JSON(age)),
      ("suspect", .array(suspects.map { JSON.string($0.field.key) })),
    ]
    return .object(members)
  }

  /// Every frame, as `roast decode` takes it.
  var framesJSON: JSON {
    .array(
      points.map { point in
        .object([
          ("seconds", .number(point.moment.monotonic - (points.first ?? point).moment.monotonic)),
          ("hex", .string(hexText(point.frame.bytes))),
        ])
      })
  }

  /// Every transfer, raw: also what could not be understood.
  var exchangesJSON: JSON {
    .array(
      exchanges.map { transfer in
        .object([
          ("seconds", .number((Double(transfer.ended) / 1e6).rounded() / 1e3)),
          ("kind", .string("\(transfer.kind)")), ("fault", JSON(transfer.fault?.text)),
          ("hex", .string(hexText(transfer.payload))),
        ])
      })
  }
}

/// Bytes as pairs of hex digits.
func hexText(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
