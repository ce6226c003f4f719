import Roaster

/// One tap of a person's finger: the same one sent twice is one mark.
struct Tap: Hashable, Sendable {
  let roast: Int64
  let landmark: Landmark
  let author: String
  let key: String
}

extension PersonsMark {
  /// The tap that it is; nil when it was sent without a key.
  func tap(of roast: Int64) -> Tap? {
    key.map { Tap(roast: roast, landmark: landmark, author: author, key: $0) }
  }
}

extension Revision.Change {
  /// The tap that it is; nil when it was sent without a key.
  func tap(of roast: Int64) -> Tap? {
    if case .mark(let mark) = self { mark.tap(of: roast) } else { nil }
  }
}

/// The taps of late, and what came of each.
struct Taps {
  private var events: [Tap: [JSON]] = [:]
  private var order: [Tap] = []
  private static let most = 1000

  subscript(tap: Tap) -> [JSON]? {
    get { events[tap] }
    set {
      if events[tap] == nil { order.append(tap) }
      events[tap] = newValue
      if newValue == nil { order.removeAll { $0 == tap } }
      if order.count > Self.most { events[order.removeFirst()] = nil }
    }
  }
}
