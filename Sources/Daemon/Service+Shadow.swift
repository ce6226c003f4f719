import Governor
import Roaster

/// What the loop keeps of the shadow of the roast: how far it was asked, and what it said.
struct ShadowDuty {
  /// The batch, and its second, up to which it was asked.
  var asked: (batch: Int, seconds: Double) = (-1, 0)
  var isAsked = false
  var outlook: ShadowOutlook?

  /// A roast is looked ahead so often, in its own seconds.
  static let spacingSeconds = 5.0
}

extension Service {
  /// Asks the shadow every few seconds of the roast what comes, one question at a time; what it
  /// said of a roast ends with it.
  mutating func followWithShadow() {
    let batch = chronicle.standing.progress.batch
    guard let last = duty.desk.past.last else {
      if shadow.outlook != nil { tell(outlook: nil) }
      return
    }
    let next = shadow.asked.batch == batch ? shadow.asked.seconds + ShadowDuty.spacingSeconds : 0
    guard !shadow.isAsked, last.seconds >= next else { return }
    let roast = ShadowedRoast(
      past: duty.desk.past, grams: chronicle.gramsIn, beans: chronicle.beans,
      yellowing: chronicle.standing.seconds(of: .yellowing),
      firstCrack: chronicle.standing.seconds(of: .firstCrack))
    shadow.asked = (batch, last.seconds)
    shadow.isAsked = parts.rehearsals.lookAhead(roast) { [feed] outlook in
      feed.put(.outlook(outlook, batch: batch))
    }
  }

  /// What it has answered, unless the roast that it was asked of is over.
  mutating func take(_ outlook: ShadowOutlook?, ofBatch batch: Int) {
    shadow.isAsked = false
    guard batch == chronicle.standing.progress.batch, !duty.desk.past.isEmpty else { return }
    tell(outlook: outlook)
  }

  private mutating func tell(outlook: ShadowOutlook?) {
    shadow.outlook = outlook
    parts.stream.publish("outlook", (outlook?.json ?? .null).text)
  }
}
