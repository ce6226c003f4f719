import Evaluation
import Glibc
import Roaster
import Synchronization

/// The trials of a sweep as they end, a line each, so that a sweep that was broken off goes on.
final class SweepDiary: Sendable {
  /// What the file had when it was opened.
  let results: [TrialResult]
  private let descriptor: Int32
  private let state = Mutex(String?.none)

  private static let mostBytes = 2_000_000_000

  /// Opens a diary of that sweep, or begins one.
  init(_ path: String, of sweep: Sweep) throws(Complaint) {
    let head = JSON.object([
      ("schema", .integer(1)), ("fingerprint", .string(sweep.fingerprint)),
    ])
    let bytes = try FileBytes.read(path, most: Self.mostBytes, orNil: true) ?? []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // A last line without its end was broken off.
    let whole = lines.dropLast().compactMap { try? JSON(reading: $0) }
    if let first = whole.first {
      guard first == head else { throw Self.other(path) }
    } else if !bytes.isEmpty {
      throw Self.other(path)
    }
    results = whole.dropFirst().compactMap(TrialResult.init)
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Complaint(
        code: "file_not_writable",
        happened: "cannot write \(path.printable): \(String(cString: strerror(errno)))",
        next: "Check the folder and its permissions.")
    }
    if let broken = lines.last, !broken.isEmpty { write("\n") }
    if whole.isEmpty { write(head.text + "\n") }
  }

  deinit { close(descriptor) }

  /// Why it could not be written to, if it could not.
  var failure: String? { state.withLock { $0 } }

  /// Keeps a trial.
  func add(_ result: TrialResult) { write(result.json.text + "\n") }

  private func write(_ text: String) {
    state.withLock { failure in
      guard failure == nil, !Console.write(text, to: descriptor) else { return }
      failure = String(cString: strerror(errno))
    }
  }

  private static func other(_ path: String) -> Complaint {
    Complaint(
      code: "other_sweep",
      happened: "\(path.printable) is of another sweep: other cases, seed, pilot or trials",
      next: "Name another file with --resume, or move that one away.", exit: .usage)
  }
}

/// How far a sweep, or a judge of it, has come; on standard error.
final class SweepProgress: Sendable {
  private struct State {
    var done: Int
    var failed = 0
    var shown: ContinuousClock.Instant?
  }

  private let all: Int
  private let noun: String
  /// What those are that went ill.
  private let bad: String
  private let before: Int
  private let began = ContinuousClock.now
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state: Mutex<State>

  init(all: Int, of noun: String, bad: String, done: Int = 0) {
    self.all = all
    self.noun = noun
    self.bad = bad
    before = done
    state = Mutex(State(done: done))
  }

  /// One more has ended.
  func add(isGood: Bool) {
    state.withLock { state in
      state.done += 1
      if !isGood { state.failed += 1 }
      let now = ContinuousClock.now
      let every = isTerminal ? Duration.milliseconds(500) : .seconds(10)
      guard state.shown.map({ now - $0 >= every }) ?? isTerminal || state.done == all else {
        if state.shown == nil { state.shown = now }
        return
      }
      state.shown = now
      let spent = (now - began) / .seconds(1)
      let left = spent / Double(state.done - before) * Double(all - state.done)
      let text =
        "\(state.done) of \(all) \(noun), \(state.failed) \(bad), "
        + "\(ClockText.minutes(Int(left.rounded(.up)))) left"
      Console.error(isTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
    }
  }

  /// Takes the line away.
  func clear() { if isTerminal { Console.error("\r\u{1B}[K") } }
}
