import Governor
import Roaster

extension Desk {
  /// What is to be done, in this order.
  public enum Effect: Sendable {
    /// To be written down, durably and in order.
    case keep(DeskRecord)
    /// To be answered by `recorded` when all that was kept before is on the disk, or cannot be.
    case confirm(ticket: UInt64)
    /// To be given when all that was kept in this step is on the disk.
    case answer(tag: UInt64, Result<JSON, DeskRefusal>)
    /// To be put into the outbox.
    case write(Write)
    /// To be taken out of it.
    case withdraw
    /// To be told to the roast machine before the next telemetry.
    case expect(ExpectedStep)
    /// To be answered by `rehearsed`.
    case rehearse(tag: UInt64, Rehearsal)
    /// For whoever listens.
    case tell(TellKind, JSON)
  }

  /// What is told; the name in the stream.
  public enum TellKind: String, CaseIterable, Sendable { case proposal, autonomy, alarm, abort }
}

/// Why the desk does not do what it was asked.
public enum DeskRefusal: Error, Equatable, Sendable {
  case noSuchProposal(Int64)
  /// It is not in a state in which this can be done.
  case notOpen(Int64, ProposalState)
  /// Who asks may not; the facts of it.
  case notForYou(String)
  /// The same key was used for something else.
  case keyReused(String)
  /// Too many are open.
  case tooMany
  /// The rules speak against it.
  case verdict(Verdict, proposal: JSON?)
  case invalid(String)
  /// The level is not earned; why.
  case notReady(JSON)
  /// Something that only a person's reset gives back.
  case latched(String)
  case noSuchAlarm(Int64)
  /// It must be otherwise for that; how.
  case notNow(String)
}
