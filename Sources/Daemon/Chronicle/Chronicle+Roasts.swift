import Analysis
import Roaster
import Store

/// The roast on record.
struct CurrentRoast: Sendable {
  let id: Int64
  /// Which of the machine's batches it is.
  let batch: Int
  let began: Moment
  /// Green weight and beans, where a person has said them.
  var gramsIn: Double?
  var beans: String?
  var hasEnded = false
}

extension Chronicle {
  /// The roast that events and marks of now belong to.
  public var currentRoast: Int64? { current?.id ?? unfinished?.roast.row.id }

  /// The weight of the beans that are in the drum, or will be next.
  var gramsIn: Double? {
    current.map { $0.hasEnded ? batch.gramsIn : $0.gramsIn } ?? batch.gramsIn
  }

  /// The beans that are in the drum, or will be next.
  var beans: String? { current.map { $0.hasEnded ? batch.beans : $0.beans } ?? batch.beans }

  /// A person has changed what is said of a roast.
  mutating func note(_ edit: RoastEdit, of roast: Int64) {
    guard current?.id == roast else { return }
    if case .set(let grams) = edit.gramsIn { current?.gramsIn = grams }
    if case .set(let beans) = edit.beans { current?.beans = beans }
  }

  mutating func beginRoast(_ point: Telemetry, _ progress: RoastProgress) -> [Effect] {
    guard current == nil, progress.isRoasting, progress.ended == nil else { return [] }
    let at = progress.began ?? point.moment.monotonic
    let began = Moment(
      monotonic: at,
      wall: WallTime(
        milliseconds: point.moment.wall.milliseconds
          - Int64(((point.moment.monotonic - at) * 1000).rounded())))
    let id = numbers.roast
    numbers.roast += 1
    current = CurrentRoast(
      id: id, batch: progress.batch, began: began, gramsIn: batch.gramsIn,
      beans: batch.beans)
    let row = RoastRow(
      id: id, batch: progress.batch, began: began, boot: clock.name, device: origin.device,
      isSimulated: origin.isSimulated, serial: link.serial, firmware: link.firmware,
      details: batch)
    var effects = [Effect.keep(.roastBegan(row))]
    // The beans may be the same next time, their name and weight are not.
    effects += setBatch(BatchDetails(beans: batch.beans))
    return effects
  }

  mutating func endRoast(_ progress: RoastProgress, _ news: [RoastEvent]) -> [Effect] {
    guard var roast = current, progress.batch == roast.batch else { return [] }
    var effects: [Effect] = []
    if let ended = progress.ended, !roast.hasEnded {
      roast.hasEnded = true
      let wall = WallTime(
        milliseconds: roast.began.wall.milliseconds
          + Int64(((ended - roast.began.monotonic) * 1000).rounded()))
      let moment = Moment(monotonic: ended, wall: wall)
      effects.append(.keep(.roastEnded(id: roast.id, at: moment, .ended)))
      current = roast
    } else if !news.contains(where: { $0.kind.category == .landmark }) {
      return effects
    }
    let curve = recorder.curve
    let entries =
      roast.hasEnded
      ? Self.kept(of: roast.id, curve)
      : [.roastFigures(id: roast.id, RoastFigures(RoastSummary(curve)))]
    return effects + entries.map(Effect.keep)
  }

  /// What is worked out of a roast that is over and kept with it.
  static func kept(of roast: Int64, _ curve: RoastCurve) -> [Entry] {
    [
      .roastFigures(id: roast, RoastFigures(RoastSummary(curve))),
      .roastFindings(id: roast, RoastFindings(curve)),
    ]
  }

  /// The roast stays on record until the next batch; it is then as complete as it can be.
  mutating func leaveRoastBehind(_ progress: RoastProgress) -> [Effect] {
    guard let roast = current, progress.batch != roast.batch else { return [] }
    current = nil
    guard !roast.hasEnded, let last else { return [] }
    return [.keep(.roastEnded(id: roast.id, at: last.point.moment, .interrupted))]
  }

  /// What the next roast will be called and made of.
  public mutating func setBatch(_ next: BatchDetails) -> [Effect] {
    guard next != batch else { return [] }
    batch = next
    return [
      .keep(.nextBatch(next)),
      .tell(Message(kind: .batch, json: next.json)),
    ]
  }
}
