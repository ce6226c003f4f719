import Roaster
import Store
import Synchronization

/// What is known now, for those who ask from other threads.
public struct LiveState: Sendable {
  public var link: LinkReport
  public var reading: Reading?
  public var standing: Standing
  public var batch: BatchDetails
  let clock: RecordClock
  /// The roast that marks of now belong to.
  public var currentRoast: Int64?
  /// What is proposed, who steers and what is the matter.
  var desk: DeskView
  /// What the shadow of the roast says comes next; nil while there is nothing to say.
  var outlook: ShadowOutlook?
  /// Who pilots, and what he says.
  var pilot: PilotDuty

  init(
    _ chronicle: Chronicle, _ desk: DeskView, _ outlook: ShadowOutlook? = nil,
    _ pilot: PilotDuty = PilotDuty()
  ) {
    link = chronicle.link
    reading = chronicle.last
    standing = chronicle.standing
    batch = chronicle.batch
    clock = chronicle.clock
    currentRoast = chronicle.currentRoast
    self.desk = desk
    self.outlook = outlook
    self.pilot = pilot
  }
}

/// How the desk stands, as programs read it.
struct DeskView: Sendable {
  var standing: JSON
  var alarms: [JSON]
  /// Those that are open.
  var proposals: [JSON]
  var commissioning = JSON.null
}

/// The live state as the loop publishes it.
final class LiveBoard: Sendable {
  private let state: Mutex<LiveState>

  init(_ first: LiveState) { state = Mutex(first) }

  var now: LiveState { state.withLock { $0 } }
  func publish(_ state: LiveState) { self.state.withLock { $0 = state } }
}
