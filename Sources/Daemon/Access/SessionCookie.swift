import Store

/// The cookie in which a browser keeps its session. Browsers share cookies over all ports of a
/// machine, so each daemon's has a name of its own.
public struct SessionCookie: Hashable, Sendable {
  /// As `roast_session_ab12cd`.
  public let name: String

  /// Under which the daemon's own id is kept among the settings.
  static let settingKey = "session_cookie"
  private static let idBytes = 4

  /// The cookie of the daemon of that id.
  public init(id: String) { name = "roast_session_" + id }

  /// The cookie of the daemon whose settings these are, and what is to be kept where it has none
  /// yet.
  public static func own(_ settings: [String: String]) -> (cookie: SessionCookie, entries: [Entry])
  {
    if let id = settings[settingKey].flatMap(id(kept:)) { return (SessionCookie(id: id), []) }
    let id = Randomness.hex(idBytes)
    return (SessionCookie(id: id), [.setting(key: settingKey, value: "\"\(id)\"")])
  }

  /// The id in a setting; nil when it is none, whoever wrote it.
  private static func id(kept text: String) -> String? {
    let id = text.dropFirst().dropLast()
    let isPlain = id.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    return isPlain && id.utf8.count == 2 * idBytes && text == "\"\(id)\"" ? String(id) : nil
  }

  /// The header that gives a browser its session.
  func giving(_ secret: String, seconds: Int) -> (name: String, value: String) {
    (
      name: "Set-Cookie",
      value: "\(name)=\(secret); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
    )
  }

  /// The header that makes a browser forget its session.
  var taking: (name: String, value: String) { giving("", seconds: 0) }
}
