import Driver
import Roaster

/// The connection to the roaster as a watcher sees it at one time.
struct ShownLink {
  /// The state in one word: a `LinkState`, or `released` while the daemon leaves the roaster to
  /// other programs.
  var word: String
  /// Since the last valid reading.
  var age: Double?
  var serial: String?
  var firmware: String?
  var failedPolls: UInt64 = 0
  /// What it means and what to do about it; nil when all is well.
  var advice: (happened: String, next: String)?

  var isUp: Bool { word == LinkState.up.rawValue }
  var isConnecting: Bool { word == LinkState.connecting.rawValue }
}

extension ShownLink {
  /// The connection that a session of our own has.
  init(_ link: Link, at now: MonotonicTime, holders: [String]) {
    let advice = LinkAdvice(link, at: now, holders: holders)
    self.init(
      word: link.state(at: now).rawValue, age: link.age(at: now),
      serial: link.identification.map { "\($0.serial)" },
      firmware: link.identification.map { "\($0.firmware)" }, failedPolls: link.failedPolls,
      advice: advice.map { ($0.happened, $0.next) })
  }

  /// A link object of the API.
  init(_ json: JSON) {
    self.init(
      word: json.words("state") ?? LinkState.connecting.rawValue, age: json.fact("age_seconds"),
      serial: json.words("serial"), firmware: json.count("firmware").map { "\($0)" },
      failedPolls: json.count("failed_polls").flatMap(UInt64.init(exactly:)) ?? 0,
      advice: json.words("message").map { ($0, json.words("hint") ?? "") })
  }
}
