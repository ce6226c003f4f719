import Governor
import Roaster
import Store

/// What the loop works with, and what it hands its effects to.
public struct ServiceParts: Sendable {
  let serial: String?
  let journal: Journal
  let stream: EventStream
  let log: Log
  let hook: EventHook?
  let retention: @Sendable () -> Retention
  let databasePath: String
  let signOfLife: @Sendable () -> Void
  let rehearsals: RehearsalDesk

  /// `serial` is the wanted roaster's; `signOfLife` is called a few times a second for as long as
  /// the loop is alive.
  public init(
    serial: String?, journal: Journal, stream: EventStream, log: Log, hook: EventHook?,
    retention: @escaping @Sendable () -> Retention, databasePath: String,
    signOfLife: @escaping @Sendable () -> Void, foresight: any Foresight,
    shadow: any Shadowing
  ) {
    self.serial = serial
    self.journal = journal
    self.stream = stream
    self.log = log
    self.hook = hook
    self.retention = retention
    self.databasePath = databasePath
    self.signOfLife = signOfLife
    rehearsals = RehearsalDesk(foresight, shadow)
  }
}

/// Through which other threads see what the loop knows, and ask it for what it alone can do.
public struct ServiceWindow: Sendable {
  let board: LiveBoard
  let desk: RequestDesk
}
