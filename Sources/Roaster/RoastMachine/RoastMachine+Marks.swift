/// Why a mark was not taken.
public enum MarkFault: Error, Equatable, Sendable {
  /// This landmark is read from the curves alone.
  case notMarkable(Landmark)
  /// Nothing is being roasted, nor was in this batch.
  case noRoast
  /// Before the roast began, after it ended, or in the future.
  case outsideRoast
  /// It would stand on the wrong side of another mark, or before the turning point.
  case outOfOrder(with: Landmark)
}

extension RoastMachine {
  /// A person says when a landmark was, now or in hindsight. It wins over an estimate, also over
  /// one announced before and over estimates of other landmarks that it contradicts (M13).
  public mutating func mark(
    _ landmark: Landmark, at: MonotonicTime
  ) throws(MarkFault) -> [RoastEvent] {
    guard landmark.isMarkable else { throw .notMarkable(landmark) }
    guard batch.hasRoasted, let moment, let first = batch.began ?? batch.firstRoasting else {
      throw .noRoast
    }
    let latest = batch.ended ?? moment.monotonic.advanced(seconds: Self.markAheadSeconds)
    guard first <= at, at <= latest else { throw .outsideRoast }
    if let turning = batch.standing[.turningPoint], at < turning.at {
      throw .outOfOrder(with: .turningPoint)
    }
    if let other = batch.marks.obstacle(to: landmark, at: at) { throw .outOfOrder(with: other) }
    let then = history.reading(at: at)
    batch.marks[landmark] = Sighting(
      at: at, source: .marked, bean: then.bean, infrared: then.infrared, gapSeconds: nil)
    var events: [RoastEvent] = []
    settle(moment, into: &events)
    return events
  }

  /// A person takes a mark back: the estimate stands again, if there is one.
  public mutating func unmark(_ landmark: Landmark) -> [RoastEvent] {
    guard batch.marks[landmark] != nil, let moment else { return [] }
    batch.marks[landmark] = nil
    var events: [RoastEvent] = []
    settle(moment, into: &events)
    return events
  }

  /// A mark may be ahead of the last telemetry by this much.
  private static let markAheadSeconds = 10

  /// Works out which landmarks stand, and tells what that changes.
  mutating func settle(_ moment: Moment, into events: inout [RoastEvent]) {
    let before = batch.standing
    for landmark in Landmark.allCases {
      let estimate = batch.estimates[landmark].flatMap {
        batch.marks.obstacle(to: landmark, at: $0.at) == nil ? $0 : nil
      }
      batch.standing[landmark] = batch.marks[landmark] ?? estimate
    }
    for landmark in Landmark.allCases where before[landmark] != batch.standing[landmark] {
      let change: RoastEvent.Change =
        before[landmark] == nil
        ? .announced : batch.standing[landmark] == nil ? .withdrawn : .revised
      guard let sighting = batch.standing[landmark] ?? before[landmark] else { continue }
      events.append(
        event(
          RoastEvent.Kind(landmark), moment, at: sighting.at, source: sighting.source,
          bean: sighting.bean, infrared: sighting.infrared, gap: sighting.gapSeconds,
          change: change))
    }
  }
}
