import Glibc

extension Complaint {
  /// What a person should know when the daemon did not do what it was asked.
  init(_ fault: DaemonFault) {
    switch fault {
    case .notRunning(let tried):
      self.init(
        code: "no_daemon",
        happened: "no daemon runs: nobody listens at \(tried.joined(separator: " or "))",
        next: "Start one with 'roast serve', or 'systemctl start roast' where it is installed; "
          + "--socket PATH names another place.")
    case .socketDenied(let path):
      self.init(
        code: "socket_denied", happened: "this user may not use \(path)",
        next: "Join the group that owns it with 'sudo usermod -aG roast $USER' and log in again.")
    case .badSocket(let path, let reason):
      self.init(
        code: "bad_socket", happened: "cannot connect to \(path): \(reason)",
        next: "Name the socket that 'roast serve' listens on with --socket or ROAST_SOCKET.")
    case .silent(let seconds):
      self.init(
        code: "daemon_silent", happened: "the daemon has not answered for \(fixed(seconds, 0)) s",
        next: "Try again; if it stays so, look at the daemon's log and start it anew.")
    case .broken(let number):
      self.init(
        code: "connection_broken",
        happened: "the connection to the daemon broke: \(String(cString: strerror(number)))",
        next: "Try again; 'roast status' tells whether the daemon runs.")
    case .notUnderstood(let fault):
      self.init(
        code: "answer_not_understood",
        happened: "what answers at the socket is not understood" + (fault.map(Self.why) ?? ""),
        next: "Check that --socket and ROAST_SOCKET name the socket of 'roast serve', of this "
          + "version (\(Version.number)).")
    case .refused(let refusal):
      self.init(refusal)
    case .interrupted:
      self.init(code: "interrupted", happened: "interrupted", next: "Run it again.")
    }
  }

  private init(_ refusal: DaemonFault.Refusal) {
    let meaning =
      switch refusal.status {
      case 401: "The token is unknown or revoked."
      case 403: "This caller may not do that."
      case 429: "The daemon takes only so many requests a second from one caller."
      default: String?.none
      }
    self.init(
      code: refusal.code.printable, happened: refusal.message.printable, meaning: meaning,
      next: refusal.advice.printable, exit: refusal.exit, facts: refusal.facts.members ?? [])
  }

  private static func why(_ fault: AnswerReader.Fault) -> String {
    switch fault {
    case .notHTTP: ": it does not speak HTTP"
    case .headTooLong, .bodyTooLong: ": its answer is too long"
    case .malformed: ": its answer is malformed"
    case .cutShort: ": its answer was cut short"
    }
  }
}

extension DaemonFault.Refusal {
  /// What the governor refuses has an exit code of its own.
  fileprivate var exit: ExitCode {
    ["refused", "not_ready", "latched"].contains(code) ? .refused : .failed
  }

  /// What to do next, for people at a terminal: the API's own hint, unless that is for programs.
  fileprivate var advice: String {
    switch code {
    case "no_such_roast":
      "'roast roasts' lists them; 'current' is the one on record now, 'last' the latest."
    case "store_unavailable":
      "Make room on its disk or look at the daemon's log; 'roast status' tells how the store fares."
    default: hint
    }
  }
}
