import Governor
import Roaster

/// What was commanded in a while, and how it went.
public struct CommandStatistics: Equatable, Sendable {
  /// Proposals that were made from then on.
  public let from: WallTime
  /// Proposals that were made before.
  public let to: WallTime
  /// How many of them there are.
  public var total = 0
  /// How many stand where.
  public var byState: [ProposalState: Int] = [:]
  /// How many are of each kind of command; several commands are a `sequence`.
  public var byKind: [String: Int] = [:]
  /// How many each actor made, those with most first.
  public var byActor: [ActorCount] = []
  /// Against how many each rule spoke at least once, by its code.
  public var byRule: [String: Int] = [:]
  /// From the making of a proposal to its approval; nil when none was approved.
  public var approvalSeconds: Percentiles?
  /// From the approval of a single command to its completion; nil when none was completed.
  public var executionSeconds: Percentiles?
  /// Hours of the calendar in which any was made, the first first.
  public var hours: [Hour] = []

  /// How many an actor made.
  public struct ActorCount: Equatable, Sendable {
    public let kind: String
    public let name: String
    public let count: Int
  }

  /// What was made in an hour.
  public struct Hour: Equatable, Sendable {
    public let from: WallTime
    public var made = 0
    public var completed = 0
    public var failed = 0
    public var rejected = 0
  }

  /// So long at most took half of them, nine of ten, and all but one of a hundred.
  public struct Percentiles: Equatable, Sendable {
    public let count: Int
    public let p50: Double
    public let p90: Double
    public let p99: Double

    /// Those of some durations; nil for none.
    public init?(_ durations: [Double]) {
      guard !durations.isEmpty else { return nil }
      let sorted = durations.sorted()
      func rank(_ part: Double) -> Double {
        sorted[max(0, Int((part * Double(sorted.count)).rounded(.up)) - 1)]
      }
      (count, p50, p90, p99) = (sorted.count, rank(0.5), rank(0.9), rank(0.99))
    }
  }

  /// Nothing counted yet.
  init(from: WallTime, to: WallTime) { (self.from, self.to) = (from, to) }

  /// Of those that were executed to their end, how many as they should, 0 to 1.
  public var successRatio: Double? {
    let completed = byState[.completed] ?? 0
    return ratio(completed, of: completed + (byState[.failed] ?? 0))
  }

  /// How many of all were rejected, 0 to 1.
  public var rejectionRatio: Double? { ratio(byState[.rejected] ?? 0, of: total) }
}

private func ratio(_ part: Int, of whole: Int) -> Double? {
  whole > 0 ? Double(part) / Double(whole) : nil
}

// MARK: - JSON

extension CommandStatistics {
  /// The statistics as programs read them.
  public var json: JSON {
    .object([
      ("from", .string(from.text)), ("to", .string(to.text)), ("total", JSON(total)),
      (
        "by_status",
        .object(ProposalState.allCases.map { ($0.rawValue, JSON(byState[$0] ?? 0)) })
      ),
      (
        "by_kind",
        .object(byKind.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
      ),
      ("by_actor", .array(byActor.map(\.json))),
      ("success_ratio", JSON(successRatio)), ("rejection_ratio", JSON(rejectionRatio)),
      ("rules", .array(byRule.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(rule))),
      ("approval_seconds", approvalSeconds?.json ?? .null),
      ("execution_seconds", executionSeconds?.json ?? .null),
      ("hours", .array(hours.map(\.json))),
    ])
  }

  private func rule(_ code: String, _ count: Int) -> JSON {
    .object([
      ("code", .string(code)), ("count", JSON(count)), ("ratio", JSON(ratio(count, of: total))),
    ])
  }
}

extension CommandStatistics.ActorCount {
  fileprivate var json: JSON {
    .object([("kind", .string(kind)), ("name", .string(name)), ("count", JSON(count))])
  }
}

extension CommandStatistics.Hour {
  fileprivate var json: JSON {
    .object([
      ("from", .string(from.text)), ("made", JSON(made)), ("completed", JSON(completed)),
      ("failed", JSON(failed)), ("rejected", JSON(rejected)),
    ])
  }
}

extension CommandStatistics.Percentiles {
  fileprivate var json: JSON {
    .object([
      ("count", JSON(count)), ("p50", .number(p50)), ("p90", .number(p90)), ("p99", .number(p99)),
    ])
  }
}
