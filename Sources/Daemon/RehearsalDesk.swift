import Governor
import Roaster
import Synchronization

/// Asks the models on a thread of its own, one question at a time: a burst of them keeps nobody
/// waiting who polls or stops the roaster.
final class RehearsalDesk: Sendable {
  private let foresight: any Foresight
  private let shadow: any Shadowing
  private let waiting = Mutex<[@Sendable () -> Void]>([])
  private let doorbell: Doorbell?

  /// More than this do not wait.
  private static let most = 8

  init(_ foresight: any Foresight, _ shadow: any Shadowing) {
    self.foresight = foresight
    self.shadow = shadow
    doorbell = Doorbell()
    DetachedThread.start { [weak self, doorbell] in
      while let doorbell {
        doorbell.wait()
        guard let desk = self else { return }
        while let job = desk.next() { job() }
      }
    }
  }

  /// Answers on its own thread, or at once that it cannot.
  func rehearse(_ question: Rehearsal, _ answer: @escaping @Sendable (Forecast) -> Void) {
    let isTaken = take { [foresight] in answer(foresight.rehearse(question)) }
    if !isTaken { answer(.cannot("too many rehearsals wait")) }
  }

  /// Answers on its own thread, or not at all.
  func lookAhead(_ roast: ShadowedRoast, _ answer: @escaping @Sendable (ShadowOutlook?) -> Void)
    -> Bool
  {
    take { [shadow] in answer(shadow.outlook(of: roast)) }
  }

  private func take(_ job: @escaping @Sendable () -> Void) -> Bool {
    let isTaken = waiting.withLock { jobs in
      guard doorbell != nil, jobs.count < Self.most else { return false }
      jobs.append(job)
      return true
    }
    if isTaken { doorbell?.ring() }
    return isTaken
  }

  deinit { doorbell?.ring() }

  private func next() -> (@Sendable () -> Void)? {
    waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
