import Analysis

extension LevelPlan {
  /// The levels of a roast that was, from when a hand has set its first ones to the drop.
  public init(replaying curve: RoastCurve) {
    let end = curve.roastedSeconds ?? 0
    var steps: [Step] = []
    var last: RoastCurve.Sample?
    for sample in curve.samples where sample.seconds >= LevelPlan.setSeconds && sample.seconds < end
    {
      let step = Step(
        seconds: (last == nil ? 0 : sample.seconds).rounded(),
        heater: sample.heater == last?.heater ? nil : sample.heater,
        fan: sample.fan == last?.fan ? nil : sample.fan,
        drum: sample.drum == last?.drum ? nil : sample.drum)
      last = sample
      if step.heater != nil || step.fan != nil || step.drum != nil { steps.append(step) }
    }
    self.init(steps)
  }

  /// Until then the levels are still those of the preheating.
  private static let setSeconds = 5.0
}
