import Roaster

/// What a model says comes next of a roast.
public struct ShadowOutlook: Sendable {
  /// As programs read it (`Outlook` of Specs/api.yaml).
  let json: JSON
  /// When a goal of the drop is reached, under the levels as they are.
  let dropTime: @Sendable (DropGoal) -> DropTime

  /// An outlook that is read as that, and asked on any thread.
  public init(json: JSON, dropTime: @escaping @Sendable (DropGoal) -> DropTime) {
    self.json = json
    self.dropTime = dropTime
  }
}

/// What a drop waits for.
public enum DropGoal: Equatable, Sendable {
  case bean(Celsius)
  /// Time after first crack over the whole, 0 to 1.
  case developmentRatio(Double)
}

/// When a goal of the drop is reached.
public enum DropTime: Sendable {
  /// `ExpectedMoment` of Specs/api.yaml.
  case expected(JSON)
  case unknown(Reason)

  /// Why nobody can say.
  public enum Reason: String, Sendable {
    /// Nothing is roasted, or the model takes no such batch.
    case noOutlook = "no_outlook"
    /// The model does not explain what is read, or has read too little.
    case notTrusted = "not_trusted"
    /// It does not come as far as is seen.
    case beyondOutlook = "beyond_outlook"
    /// BT is past first crack, and nobody said when that was.
    case crackNotMarked = "crack_not_marked"
  }

  /// As programs read it.
  var json: JSON {
    switch self {
    case .expected(let moment): .object([("moment", moment), ("reason", .null)])
    case .unknown(let reason):
      .object([("moment", .null), ("reason", .string(reason.rawValue))])
    }
  }
}
