import Roaster

/// Why the daemon did not do what it was asked.
enum DaemonFault: Error, Equatable {
  /// Nobody listens at any of these sockets.
  case notRunning(tried: [String])
  /// The socket is there and may not be used by this user.
  case socketDenied(String)
  /// The path cannot be a socket's: too long, or of another kind.
  case badSocket(String, reason: String)
  /// It was given so long and has not answered.
  case silent(seconds: Double)
  /// The connection broke.
  case broken(errno: Int32)
  /// What answers is not our daemon, or speaks another version.
  case notUnderstood(AnswerReader.Fault?)
  /// It said no.
  case refused(Refusal)
  /// A person asked for the end.
  case interrupted

  /// An error of the API.
  struct Refusal: Equatable {
    var status: Int
    var code: String
    var message: String
    var hint: String
    /// What else the error says: the verdict and the proposal of one that the governor refused.
    var facts = JSON.object([])
  }
}

extension DaemonFault.Refusal {
  /// The error in an answer; what is missing in it is made up for by its status.
  init(status: Int, body: [UInt8]) {
    let document = try? JSON(reading: body)
    self.init(
      status: status, code: document?["code"]?.stringValue ?? "http_\(status)",
      message: document?["message"]?.stringValue ?? "the daemon answered with HTTP \(status)",
      hint: document?["hint"]?.stringValue ?? "'roast status' and the daemon's log may tell more.",
      facts: .object(
        (document?.members ?? []).filter { !["code", "message", "hint"].contains($0.key) }))
  }
}
