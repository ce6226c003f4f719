import Synchronization

/// What those who use the journal and its thread share.
final class JournalDesk: Sendable {
  struct State: Sendable {
    var backlog: Backlog
    var health = Health()
    /// Those who are to be told that what they gave was dropped.
    var dropped: [Answer] = []
    /// What a check found wrong with the file that is open.
    var findings: [String] = []
    /// How the file is to be checked next.
    var wantedCheck: Health.Depth?
    /// When to stop, whatever still waits.
    var closeBy: Int64?
    var onHealthChange: (@Sendable (Health) -> Void)?

    /// The health as it is now.
    var freshHealth: Health {
      var health = health
      health.problem = backlog.failure
      health.pending = backlog.count
      health.lostPoints = backlog.lostPoints
      health.lostOthers = backlog.lostOthers
      return health
    }
  }

  let state: Mutex<State>
  /// Wakes the thread.
  let bell = Bell()
  /// Rings when the thread has ended.
  let ended = Bell()

  init(_ limits: Backlog.Limits) { state = Mutex(State(backlog: Backlog(limits: limits))) }

  /// Takes entries and wakes the thread if it has to know.
  func append(_ entries: [Entry], answer: Answer?) {
    let now = SystemClock.now
    let (isOpen, isNews) = state.withLock { state in
      guard state.closeBy == nil else { return (false, false) }
      let before = state.backlog.due(now: now)
      let dropped = state.backlog.append(entries, answer: answer, now: now)
      state.dropped += dropped
      return (true, !dropped.isEmpty || state.backlog.due(now: now) != before)
    }
    guard isOpen else {
      answer?.give(.failure(.closed))
      return
    }
    if isNews { bell.ring() }
  }
}
