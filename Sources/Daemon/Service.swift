import Driver
import Glibc
import Governor
import Roaster
import Store

/// The daemon's loop: one task that hears the session, people and the passing of time in one
/// order, lets the chronicle make of it what it is, and hands on the effects. It waits for nobody.
public struct Service<Carrier: Transport> {
  let transport: Carrier
  let parts: ServiceParts
  var chronicle: Chronicle
  var duty: DeskDuty
  var shadow = ShadowDuty()
  var pilot = PilotDuty()
  var session: RunningSession?
  /// How many sessions there have been.
  var sessions = 0
  /// Who waits for the device to be given back.
  var whenGivenBack: [RequestDesk.Reply] = []
  var taps = Taps()
  /// By our own clock, when what may be thrown away is thrown away next.
  var vacuumAt = OwnClock.milliseconds + 3_600_000
  var publishedPoints: UInt64 = 0
  var storeWasDegraded = false
  /// The damaged file that the log has told of.
  var toldSetAside: String?
  /// By our own clock, when a device that was given away for a while is taken back.
  var takeBackAt: Int64?

  enum Happening: Sendable {
    case report(Session.Report, Link, session: Int, at: Moment)
    case sessionEnded
    case forget(Tap)
    case tick
    case request(RequestDesk.Request)
    case storeChanged
    case wrote(Write, WriteResult)
    case recorded(ticket: UInt64, isOnDisk: Bool)
    case rehearsed(tag: UInt64, Forecast)
    case outlook(ShadowOutlook?, batch: Int)
    case auditBroken(row: Int64)
    case end
  }

  let feed = Inbox<Happening>()
  let board: LiveBoard

  /// A loop that goes on where the chronicle stands.
  public init(
    _ chronicle: Chronicle, _ opening: DeskOpening, over transport: Carrier, _ parts: ServiceParts
  ) {
    self.transport = transport
    self.parts = parts
    self.chronicle = chronicle
    duty = DeskDuty(opening, now: transport.now)
    board = LiveBoard(LiveState(chronicle, duty.view))
  }

  /// Through which other threads see what is and ask for what should be.
  public var window: ServiceWindow {
    ServiceWindow(board: board, desk: RequestDesk { [feed] in feed.put(.request($0)) })
  }

  /// Ends the loop from any thread.
  public var end: @Sendable () -> Void { { [feed] in feed.put(.end) } }

  /// Takes the heat away, from any thread, in the name of whoever may send this process signals.
  public var abort: @Sendable () -> Void {
    { [feed] in
      let actor = Actor(.person, name: "signal SIGUSR1")
      let wish = RequestDesk.Wish.command(.abort(reason: nil, fire: false), actor)
      feed.put(.request(RequestDesk.Request(wish: wish) { _ in }))
    }
  }

  /// Runs until it is told to end; the device has been given back by then.
  public mutating func run() async {
    beginAsLeft()
    checkAudit()
    parts.journal.onHealthChange { [feed] _ in feed.put(.storeChanged) }
    let ticker = Task { [feed] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(250))
        feed.put(.tick)
      }
    }
    hearing: while true {
      for happening in await feed.take() {
        if case .end = happening { break hearing }
        take(happening)
      }
    }
    feed.close()
    ticker.cancel()
    await endSession()
  }

  private mutating func take(_ happening: Happening) {
    switch happening {
    case .report(let report, let link, let number, let now):
      guard session?.number == number, session?.isEnding == false else { return }
      perform(chronicle.hear(report, link, now: now))
      tellDesk(report, link)
    case .sessionEnded: sessionEnded()
    case .forget(let tap): taps[tap] = nil
    case .tick:
      perform(chronicle.pass(now: transport.now))
      tickDesk()
      followWithShadow()
      followPilot()
      takeBackIfDue()
      vacuumIfDue()
      parts.log.tellRepeats()
      parts.signOfLife()
    case .request(let request): fulfil(request)
    case .storeChanged:
      tellStore()
      govern(.ledger(isWhole: !parts.journal.health.isDegraded))
    case .wrote(let write, let result): govern(.wrote(write, result))
    case .recorded(let ticket, let isOnDisk):
      govern(.recorded(ticket: ticket, isOnDisk: isOnDisk))
    case .rehearsed(let tag, let forecast): govern(.rehearsed(tag: tag, forecast))
    case .outlook(let outlook, let batch): take(outlook, ofBatch: batch)
    case .auditBroken(let row): govern(.auditBroken(row: row))
    case .end: break
    }
    board.publish(LiveState(chronicle, duty.view, shadow.outlook, pilot))
  }

  /// Once a day, and not while beans are in the drum.
  private mutating func vacuumIfDue() {
    guard OwnClock.milliseconds >= vacuumAt, !chronicle.standing.isRoasting else { return }
    vacuumAt = OwnClock.milliseconds + 86_400_000
    parts.log(.info, "vacuum")
    parts.journal.append([.vacuum(parts.retention())])
    checkAudit()
  }
}
