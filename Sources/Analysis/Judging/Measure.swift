import Roaster

/// One thing that was asked of a roast, and how near it came.
public struct Measure: Equatable, Sendable {
  /// How a value is compared.
  public enum Kind: String, CaseIterable, Sendable {
    /// Within the tolerance of what was wanted.
    case near
    case atMost = "at_most"
    case atLeast = "at_least"
  }

  /// What is measured, its unit in its name.
  public let name: String
  public let kind: Kind
  public let wanted: Double
  /// Nil where it never happened.
  public let got: Double?
  /// Of `near`.
  public let tolerance: Double

  /// A value near to another.
  public static func near(_ name: String, _ wanted: Double, _ tolerance: Double, got: Double?)
    -> Measure
  {
    Measure(name: name, kind: .near, wanted: wanted, got: got, tolerance: tolerance)
  }

  /// A value of that at most.
  public static func atMost(_ name: String, _ limit: Double, got: Double?) -> Measure {
    Measure(name: name, kind: .atMost, wanted: limit, got: got, tolerance: 0)
  }

  /// A value of that at least.
  public static func atLeast(_ name: String, _ limit: Double, got: Double?) -> Measure {
    Measure(name: name, kind: .atLeast, wanted: limit, got: got, tolerance: 0)
  }

  /// A measure of these parts; numbers have as many digits as they deserve, so that they are the same
  /// when they are read again.
  init(name: String, kind: Kind, wanted: Double, got: Double?, tolerance: Double) {
    self.name = name
    self.kind = kind
    self.wanted = rounded(wanted, 3)
    self.got = got.flatMap { $0.isFinite ? rounded($0, 3) : nil }
    self.tolerance = rounded(tolerance, 3)
  }

  /// How much of the tolerance is left: 1 as wanted, 0 at its edge, less beyond it. Of a limit: how far
  /// from it, as a share of it. Nil where it never happened.
  public var margin: Double? {
    guard let got else { return nil }
    switch kind {
    case .near: return rounded(1 - abs(got - wanted) / max(tolerance, 1e-9), 3)
    case .atMost: return rounded((wanted - got) / max(abs(wanted), 1), 3)
    case .atLeast: return rounded((got - wanted) / max(abs(wanted), 1), 3)
    }
  }

  /// Whether it is as asked; the edge itself is.
  public var isMet: Bool { margin.map { $0 >= 0 } ?? false }

  /// The measure as programs read it.
  public var json: JSON {
    .object([
      ("name", .string(name)), ("kind", .string(kind.rawValue)), ("wanted", .number(wanted)),
      ("got", JSON(got)), ("tolerance", .number(tolerance)), ("margin", JSON(margin)),
      ("met", .bool(isMet)),
    ])
  }

  /// Reads what `json` writes.
  public init?(_ json: JSON) {
    guard let name = json["name"]?.stringValue,
      let kind = json["kind"]?.stringValue.flatMap(Kind.init),
      let wanted = json["wanted"]?.numberValue, let tolerance = json["tolerance"]?.numberValue
    else { return nil }
    self.init(
      name: name, kind: kind, wanted: wanted, got: json["got"]?.numberValue, tolerance: tolerance)
  }
}
