import Analysis
import Roaster

/// A roast as it is known when it begins.
public struct RoastRow: Equatable, Sendable {
  /// The caller's number for it.
  public var id: Int64
  /// The machine's count of batches.
  public var batch: Int
  /// When it began, as the machine says.
  public var began: Moment
  /// Which clock `began` was read from: nothing is measured between two of them.
  public var boot: String
  /// What it was heard through, as `--device` names it.
  public var device: String
  /// Whether there were no beans.
  public var isSimulated: Bool
  /// The roaster's serial number.
  public var serial: String?
  /// The roaster's firmware.
  public var firmware: Int?
  /// What a person says of it.
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
  /// What the roast is called.
  public var title: String?
  /// Which beans they are.
  public var beans: String?
  /// What the green beans weigh.
  public var gramsIn: Double?
  /// Anything else.
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
    /// It stays.
    case keep
    /// The new value; nil clears it.
    case set(Value?)
  }

  /// What the roast is called.
  public var title: Change<String>
  /// Which beans they are.
  public var beans: Change<String>
  /// What the green beans weighed.
  public var gramsIn: Change<Double>
  /// What the roasted beans weigh.
  public var gramsOut: Change<Double>
  /// Anything else.
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
  /// It goes on.
  case roasting
  /// Its end was seen.
  case ended
  /// Nobody saw its end.
  case interrupted
}

/// What lists show of a roast's curve.
public struct RoastFigures: Equatable, Sendable {
  /// From its beginning to its end.
  public var durationSeconds: Double?
  /// From its beginning to first crack.
  public var firstCrackSeconds: Double?
  /// Development as a part of the whole, 0 to 1.
  public var developmentRatio: Double?
  /// The bean probe when the beans left the drum.
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
