import Governor
import Roaster

/// How many drafts each actor has handed in within a minute (Specs/governor.md L7).
struct DraftCount: Sendable {
  private(set) var handed: [Actor: [MonotonicTime]] = [:]
  private let limit: Int

  static let seconds = 60.0
  private static let actorLimit = 100

  /// One that lets so many through.
  init(limit: Int) { self.limit = limit }

  /// Counts one more, unless it is one too many.
  mutating func admits(_ actor: Actor, now: MonotonicTime) -> Bool {
    if handed.count > Self.actorLimit {
      handed = handed.filter { $0.value.contains { now - $0 < Self.seconds } }
    }
    handed[actor, default: []].removeAll { now - $0 >= Self.seconds }
    guard handed[actor, default: []].count < limit else { return false }
    handed[actor, default: []].append(now)
    return true
  }
}
