import Roaster

extension JSON {
  /// The number under a key, if it is one that a roaster, a scale or a clock could mean: what
  /// comes from elsewhere must not be able to stop us.
  func fact(_ key: String) -> Double? {
    self[key]?.numberValue.flatMap { abs($0) < 1e9 ? $0 : nil }
  }

  /// The whole number under a key, within the same bounds.
  func count(_ key: String) -> Int? { fact(key).flatMap { Int(exactly: $0) } }

  /// The text under a key, fit for a terminal; nil when there is none.
  func words(_ key: String) -> String? { self[key]?.stringValue?.printable }

  /// The time under a key.
  func time(_ key: String) -> WallTime? { self[key]?.stringValue.flatMap(WallTime.init(text:)) }
}
