import Analysis
import Fixtures
import Roaster

/// A real roast as the daemon would have it, first crack marked where its roaster marked it.
struct RealCurve: Sendable {
  let roast: RealRoasts.Roast
  let curve: RoastCurve
  let findings: RoastFindings

  static let all = RealRoasts.all.map(RealCurve.init)

  init(_ roast: RealRoasts.Roast) {
    self.roast = roast
    var machine = RoastMachine()
    var recorder = CurveRecorder()
    var (finished, isMarked): (RoastCurve?, Bool) = (nil, false)
    for (index, row) in roast.rows.enumerated() {
      let point = row.telemetry(sequence: UInt64(index))
      finished = recorder.step(point, machine.step(point), machine.progress) ?? finished
      if let drop = roast.dropSeconds, !isMarked, row.seconds >= drop {
        isMarked = true
        if let crack = roast.crackSeconds,
          let news = try? machine.mark(.firstCrack, at: MonotonicTime(seconds: crack))
        {
          recorder.note(news)
        }
      }
    }
    // Some recordings go on into the next batch.
    curve = finished ?? recorder.curve
    findings = RoastFindings(curve)
  }

  func has(_ code: RoastFinding.Code) -> Bool { findings.items.contains { $0.code == code } }
}

extension RealRoasts.Row {
  /// What the roaster would have sent. The recordings have no roast clock.
  fileprivate func telemetry(sequence: UInt64) -> Telemetry {
    var wire = WireStatus()
    (wire.bean, wire.infrared) = (Float(bean), Float(infrared))
    (wire.heater, wire.fan, wire.drum, wire.state) = (heater, fan, drum, state)
    if state == RoasterState.roasting.code {
      wire.clockMinutes = UInt8(clamping: Int(seconds) / 60)
      wire.clockSeconds = UInt8(max(0, Int(seconds)) % 60)
    }
    let moment = Moment(
      monotonic: MonotonicTime(seconds: seconds),
      wall: WallTime(milliseconds: 1_795_000_000_000 + Int64((seconds * 1000).rounded())))
    return Telemetry(sequence: sequence, moment: moment, frame: wire.frame)
  }
}
