import Roaster

/// How the batch stands: what the machine knows of it, and which roast on record it is.
public struct Standing: Sendable {
  let progress: RoastProgress
  let roast: CurrentRoast?
  let now: Moment?

  /// Whether the roaster is believed to roast.
  var isRoasting: Bool { progress.isRoasting }

  /// Seconds from the beginning of the roast.
  private func seconds(_ at: MonotonicTime?) -> Double? {
    guard let at, let began = roast?.began.monotonic ?? progress.began else { return nil }
    return tenths(at - began)
  }

  /// When a landmark was; nil as long as it has not come.
  func seconds(of landmark: Landmark) -> Double? { seconds(progress.landmarks[landmark]?.at) }

  /// The standing as people and programs read it.
  public var json: JSON {
    .object([
      ("id", roast.map { .integer($0.id) } ?? .null),
      ("batch", JSON(progress.batch)),
      ("state", JSON(progress.state?.name)),
      ("is_roasting", .bool(progress.isRoasting)),
      ("began", JSON(roast?.began.wall.text)),
      ("ended_seconds", JSON(seconds(progress.ended))),
      ("seconds", JSON(seconds(progress.ended ?? now?.monotonic))),
      ("landmarks", landmarks),
      ("phases", phases),
    ])
  }

  private var landmarks: JSON {
    .object(
      Landmark.allCases.map { landmark in
        guard let sighting = progress.landmarks[landmark] else { return (landmark.name, .null) }
        let facts = JSON.object([
          ("seconds", JSON(seconds(sighting.at))),
          (Field.bean.key, JSON(wire: sighting.bean?.degrees)),
          (Field.infrared.key, JSON(wire: sighting.infrared?.degrees)),
          ("source", .string(sighting.source.rawValue)),
        ])
        return (landmark.name, facts)
      })
  }

  private var phases: JSON {
    let phases = progress.phases
    return .object([
      ("drying_seconds", JSON(phases?.dryingSeconds.map(tenths))),
      ("maillard_seconds", JSON(phases?.maillardSeconds.map(tenths))),
      ("development_seconds", JSON(phases?.developmentSeconds.map(tenths))),
      ("total_seconds", JSON(phases?.totalSeconds.map(tenths))),
      (
        "development_ratio",
        JSON(phases?.developmentRatio.map { ($0 * 10000).rounded() / 10000 })
      ),
    ])
  }
}

private func tenths(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
