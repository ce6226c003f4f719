import Analysis
import Roaster

/// A roast as it is known when it begins.
public struct RoastRow: Equatable, Sendable {
  public var id: Int64
  /// The machine's count of batches.
  public var batch: Int
  public var began: Moment
  /// Which clock `began` was read from: nothing is measured between two of them.
  public var boot: String
  /// What it was heard through, as `--device` names it.
  public var device: String
  public var isSimulated: Bool
  public var serial: String?
  public var firmware: Int?
  public var details: BatchDetails

  /// A roast of these parts.
  public init(
    id: Int64, batch: Int, began: Moment, boot: String, device: String, isSimulated: Bool,
    serial: String? = nil, firmware: Int? = nil, details: BatchDetails = BatchDetails()
  ) {
    self.id = id
    self.batch = batch
    self.began = began
    self.boot = boot
    self.device = device
    self.isSimulated = isSimulated
    self.serial = serial
    self.firmware = firmware
    self.details = details
  }
}

/// What a person says of a batch before it is roasted.
public struct BatchDetails: Equatable, Sendable {
  public var title: String?
  public var beans: String?
  public var gramsIn: Double?
  public var notes: String?

  /// Details of which all may be unknown.
  public init(
    title: String? = nil, beans: String? = nil, gramsIn: Double? = nil, notes: String? = nil
  ) {
    self.title = title
    self.beans = beans
    self.gramsIn = gramsIn
    self.notes = notes
  }

  /// The details as programs read them.
  public var json: JSON {
    .object([
      ("title", JSON(title)), ("beans", JSON(beans)), ("grams_in", JSON(gramsIn)),
      ("notes", JSON(notes)),
    ])
  }
}

/// What a person changes of a roast; what is not named stays.
public struct RoastEdit: Equatable, Sendable {
  /// What becomes of one value.
  public enum Change<Value: Equatable & Sendable>: Equatable, Sendable {
    case keep
    /// The new value; nil clears it.
    case set(Value?)
  }

  public var title: Change<String>
  public var beans: Change<String>
  public var gramsIn: Change<Double>
  public var gramsOut: Change<Double>
  public var notes: Change<String>

  /// An edit that keeps what is not named.
  public init(
    title: Change<String> = .keep, beans: Change<String> = .keep, gramsIn: Change<Double> = .keep,
    gramsOut: Change<Double> = .keep, notes: Change<String> = .keep
  ) {
    self.title = title
    self.beans = beans
    self.gramsIn = gramsIn
    self.gramsOut = gramsOut
    self.notes = notes
  }
}

extension RoastEdit.Change {
  /// The value after the change.
  public func applied(to value: Value?) -> Value? {
    switch self {
    case .keep: value
    case .set(let new): new
    }
  }

  var isChange: Bool { self != .keep }

  var value: Value? { applied(to: nil) }
}

extension BatchDetails {
  /// The details after an edit.
  public func edited(_ edit: RoastEdit) -> BatchDetails {
    BatchDetails(
      title: edit.title.applied(to: title), beans: edit.beans.applied(to: beans),
      gramsIn: edit.gramsIn.applied(to: gramsIn), notes: edit.notes.applied(to: notes))
  }
}

/// How far a roast is.
public enum RoastStatus: String, Sendable {
  case roasting, ended
  /// Nobody saw its end.
  case interrupted
}

/// What lists show of a roast's curve.
public struct RoastFigures: Equatable, Sendable {
  public var durationSeconds: Double?
  public var firstCrackSeconds: Double?
  public var developmentRatio: Double?
  public var dropBean: Celsius?

  /// Figures of which all may be unknown.
  public init(
    durationSeconds: Double? = nil, firstCrackSeconds: Double? = nil,
    developmentRatio: Double? = nil, dropBean: Celsius? = nil
  ) {
    self.durationSeconds = durationSeconds
    self.firstCrackSeconds = firstCrackSeconds
    self.developmentRatio = developmentRatio
    self.dropBean = dropBean
  }

  /// The figures of a summary.
  public init(_ summary: RoastSummary) {
    self.init(
      durationSeconds: summary.duration, firstCrackSeconds: summary.firstCrack?.seconds,
      developmentRatio: summary[.development]?.ratio, dropBean: summary.drop?.bean)
  }
}
