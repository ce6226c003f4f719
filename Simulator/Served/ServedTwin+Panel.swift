import Glibc

extension ServedTwin {
  /// What `panel` understands, for people.
  public static var acts: String { Attendant.Act.words }

  /// Does at a served twin's panel what the words say, and waits for the answer: what the twin
  /// then truly is, as JSON on one line.
  public static func panel(path: String, words: [String]) throws(ServedTwinError) -> String {
    let text = words.joined(separator: " ")
    guard TwinRequest.isPlain(text.utf8), text.utf8.count < LineBuffer.longestLine - 10 else {
      throw .unknownAct(text)
    }
    return try told(path: path, .panel(text))
  }

  /// What a served twin truly is, as JSON on one line.
  public static func state(path: String) throws(ServedTwinError) -> String {
    try told(path: path, .state)
  }

  /// Real seconds that a living server may take.
  private static let patience = 5.0

  private static func told(
    path: String, _ request: TwinRequest
  ) throws(ServedTwinError) -> String {
    switch try answer(path: path, to: request) {
    case .state(let json): return json
    case .refused(let refusal) where refusal.reason == .unknownAct:
      throw .unknownAct(refusal.words)
    default: throw .notATwin
    }
  }

  private static func answer(
    path: String, to request: TwinRequest
  ) throws(ServedTwinError) -> TwinAnswer {
    var conversation: Conversation
    do throws(UnixSocket.Failure) {
      conversation = try Conversation(path: path)
    } catch { throw ServedTwinError(connecting: error.code) }
    do throws(Conversation.Failure) {
      return try conversation.ask(request, patience: patience).answer
    } catch { throw error == .nonsense ? .notATwin : .silent }
  }
}

extension ServedTwinError {
  init(connecting code: Int32) {
    self =
      switch code {
      case ENOENT, ENOTDIR, ECONNREFUSED: .absent
      case EACCES, EPERM: .denied
      case EAGAIN: .silent
      case ENAMETOOLONG: .unusablePath
      default: .failed(code: code)
      }
  }
}
