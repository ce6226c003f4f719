import Roaster

/// Counts what goes wrong, and takes freedom away until a person gives it back (K1 to K5).
public struct Breakers: Sendable {
  /// Why the level is L3 at most; the names in JSON and in the store.
  public enum Cause: String, CaseIterable, Sendable {
    case failures, readback, trip
  }

  /// What has lowered the level.
  public private(set) var causes: Set<Cause> = []
  /// Kinds of commands that failed too often.
  public private(set) var paused: Set<Command.Kind> = []

  private var outcomes: [(at: MonotonicTime, kind: Command.Kind, isFailure: Bool)] = []
  private var steps: [(at: MonotonicTime, sent: Int, astray: Int)] = []

  private static let outcomeSeconds = 300.0
  private static let stepSeconds = 600.0
  private static let leastCount = 10
  private static let failureShare = 0.05
  private static let astrayShare = 0.3
  private static let failuresOfKind = 3

  /// Nothing went wrong yet.
  public init() {}

  /// Whether the level is L3 at most.
  public var isLowered: Bool { !causes.isEmpty }

  /// A command has ended.
  public mutating func note(_ kind: Command.Kind, isFailure: Bool, at now: MonotonicTime) {
    outcomes.append((now, kind, isFailure))
    expire(now)
    let failures = outcomes.filter(\.isFailure)
    if outcomes.count >= Self.leastCount,
      Double(failures.count) > Self.failureShare * Double(outcomes.count)
    {
      causes.insert(.failures)
    }
    if failures.count(where: { $0.kind == kind }) >= Self.failuresOfKind { paused.insert(kind) }
  }

  /// Of so many steps, so many had no effect or twice the effect.
  public mutating func note(sent: Int, lost: Int, doubled: Int, at now: MonotonicTime) {
    steps.append((now, sent, lost + doubled))
    expire(now)
    let all = steps.reduce(0) { $0 + $1.sent }
    let astray = steps.reduce(0) { $0 + $1.astray }
    if all >= Self.leastCount, Double(astray) > Self.astrayShare * Double(all) {
      causes.insert(.readback)
    }
  }

  /// The machine has tripped.
  public mutating func noteTrip() { causes.insert(.trip) }

  /// Forgets what is too long ago to count. What has opened stays open.
  public mutating func expire(_ now: MonotonicTime) {
    outcomes.removeAll { now - $0.at >= Self.outcomeSeconds }
    steps.removeAll { now - $0.at >= Self.stepSeconds }
  }

  /// A person has looked into it: all are closed, and the counts begin again.
  public mutating func reset() { self = Breakers() }
}

extension Breakers {
  /// What is open, as programs read it and as the store keeps it.
  public var json: JSON {
    .object([
      ("lowered_by", .array(causes.map(\.rawValue).sorted().map(JSON.string))),
      ("paused", .array(paused.map(\.rawValue).sorted().map(JSON.string))),
    ])
  }

  /// Reads what `json` writes, so that what is open stays so through restarts (K5). The counts begin
  /// again: the clock that they were counted by is gone.
  public init?(_ json: JSON) {
    guard let causes = json["lowered_by"]?.arrayValue, let paused = json["paused"]?.arrayValue
    else { return nil }
    for value in causes {
      guard let cause = value.stringValue.flatMap(Cause.init) else { return nil }
      self.causes.insert(cause)
    }
    for value in paused {
      guard let kind = value.stringValue.flatMap(Command.Kind.init) else { return nil }
      self.paused.insert(kind)
    }
  }
}
