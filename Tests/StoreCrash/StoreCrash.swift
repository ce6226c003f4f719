import Glibc
import Governor
import Roaster
import Store
import Synchronization

/// A daemon's worth of writing, for a test that kills it: `store-crash PATH [quiet]`.
///
/// It says `run N` when it has opened the database, `event N` when that event was acknowledged,
/// `proposal N` when that proposal and what the audit says of it was, and `point N` when that telemetry was given to the journal. Quiet, it writes telemetry alone.
@main
enum StoreCrash {
  static func main() { Writing(CommandLine.arguments).go() }
}

private struct Writing {
  let path: String
  let isQuiet: Bool

  init(_ arguments: [String]) {
    path = arguments.count > 1 ? arguments[1] : ""
    isQuiet = arguments.last == "quiet"
  }

  func go() {
    do throws(StoreFault) {
      let (journal, opening) = try Journal.open(
        path: path, settings: Journal.Settings(version: "crash"), now: Self.moment.wall)
      Self.say("run \(opening.run)")
      write(journal, opening)
    } catch {
      Self.say("fault \(error)")
    }
  }

  private func write(_ journal: Journal, _ opening: Opening) {
    var (point, event) = (opening.nextTelemetry, opening.nextEvent)
    var proposal = opening.desk.nextProposal
    if let roast = opening.openRoast {
      journal.append([.roastEnded(id: roast.row.id, at: Self.moment, .interrupted)])
    }
    let roast = opening.nextRoast
    journal.append([
      .roastBegan(
        RoastRow(
          id: roast, batch: 0, began: Self.moment, boot: "boot", device: "crash",
          isSimulated: true))
    ])
    while true {
      let telemetry = Telemetry(
        sequence: UInt64(point), moment: Self.moment, frame: Self.frame)
      journal.append([.telemetry(id: point, telemetry, roast: roast, rateOfRise: nil)])
      Self.say("point \(point)")
      point += 1
      if !isQuiet, point % 3 == 0 {
        let id = event
        journal.append([.event(id: id, Self.mark, roast: roast, author: "test")]) { result in
          if case .success = result { Self.say("event \(id)") }
        }
        event += 1
      }
      if !isQuiet, point % 4 == 0 {
        let id = proposal
        journal.append(Self.desk(id)) { result in
          if case .success = result { Self.say("proposal \(id)") }
        }
        proposal += 1
      }
      usleep(3000)
    }
  }

  /// At once, so that what was said stays said.
  private static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = Glibc.write(1, bytes, bytes.count)
  }

  private static let frame: StatusFrame = {
    var wire = WireStatus()
    (wire.state, wire.bean) = (RoasterState.roasting.code, 180.5)
    return wire.frame
  }()

  /// A proposal that was made, approved, and is about to be sent.
  private static func desk(_ id: Int64) -> [Entry] {
    let actor = Actor(.agent, name: "crash")
    let proposal = Proposal(
      id: id, steps: [Proposal.Step(.press(.beginCooling))], actor: actor, reason: "a test",
      batch: 0, made: moment, expires: moment.monotonic)
    func became(_ state: ProposalState) -> DeskRecord {
      .transition(
        TransitionRecord(
          proposal: id, at: moment, from: nil, to: state, actor: actor, detail: .object([])))
    }
    func told(_ action: AuditAction) -> DeskRecord {
      .audit(
        AuditRecord(
          at: moment, actor: actor, action: action, proposal: id, detail: .integer(id)))
    }
    return [
      .proposal(proposal, level: .audit, verdict: Verdict(), forecast: nil), told(.proposed),
      became(.executing), told(.bytesMeant), .state(.integer(id)),
    ].map(Entry.desk)
  }

  private static var mark: RoastEvent {
    RoastEvent(
      kind: .firstCrack, batch: 0, change: .announced, source: .marked, at: moment.monotonic,
      announced: moment, roastSeconds: nil, bean: nil, infrared: nil, gapSeconds: nil)
  }

  private static var moment: Moment {
    var (steady, wall) = (timespec(), timespec())
    clock_gettime(CLOCK_MONOTONIC, &steady)
    clock_gettime(CLOCK_REALTIME, &wall)
    return Moment(
      monotonic: MonotonicTime(
        nanoseconds: Int64(steady.tv_sec) * 1_000_000_000 + Int64(steady.tv_nsec)),
      wall: WallTime(
        milliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000))
  }
}
