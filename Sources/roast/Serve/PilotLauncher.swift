import Daemon
import Glibc
import Roaster
import Simulator
import Synchronization

/// Starts `roast pilot` as a program beside the daemon: what goes wrong in it ends nothing but
/// itself, and it may do no more than any agent with a token.
final class PilotLauncher: Sendable {
  private static let mostBytes = 65_536

  private let socket: String
  private let machine: MachineParameters
  private let roomCelsius: Double
  private let log: Log
  private let isFlying = Atomic(false)

  /// A launcher of pilots that reach the daemon at that socket, with the machine of its model.
  init(socket: String, machine: MachineParameters, roomCelsius: Double, log: Log) {
    self.socket = socket
    self.machine = machine
    self.roomCelsius = roomCelsius
    self.log = log
  }

  /// Starts one, if none of ours flies; `whenEnded` is called on another thread.
  func launch(
    _ order: PilotOrder, whenEnded: @escaping @Sendable () -> Void
  ) -> PilotLaunched {
    let (isMine, _) = isFlying.compareExchange(
      expected: false, desired: true, ordering: .sequentiallyConsistent)
    guard isMine else { return .alreadyThere }
    var words = [
      "roast", "pilot", "--socket", socket, "--target", "-", "--mode", order.mode, "--machine",
      machine.name, "--room", "\(roomCelsius)",
    ]
    if let grams = order.grams { words += ["--grams", "\(grams)"] }
    let process: pid_t
    do throws(ChildProcess.NotStarted) {
      process = try spawn(words, token: order.token, input: Array(order.target.text.utf8))
    } catch {
      log(.error, "pilot_not_started", [("reason", String(cString: strerror(error.code)))])
      isFlying.store(false, ordering: .sequentiallyConsistent)
      return .failed
    }
    log(.notice, "pilot_started", [("mode", order.mode)])
    DetachedThread.start { [self] in
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      log(.notice, "pilot_ended", [("status", "\(status)")])
      isFlying.store(false, ordering: .sequentiallyConsistent)
      whenEnded()
    }
    return .started
  }

  /// The same program again, with the target on its standard input and nothing of ours open.
  private func spawn(
    _ words: [String], token: String, input: [UInt8]
  ) throws(ChildProcess.NotStarted) -> pid_t {
    // More than the system takes at once would wait for a reader that is not there yet.
    var ends: [Int32] = [-1, -1]
    guard input.count <= Self.mostBytes else { throw ChildProcess.NotStarted(code: E2BIG) }
    guard pipe(&ends) == 0 else { throw ChildProcess.NotStarted(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let written = Glibc.write(ends[1], input, input.count)
    close(ends[1])
    guard written == input.count else { throw ChildProcess.NotStarted(code: EPIPE) }
    return try ChildProcess.start(
      "/proc/self/exe", words, streams: [ends[0], 2, 2],
      environment: ["ROAST_TOKEN=\(token)", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
      inOwnGroup: false)
  }
}
