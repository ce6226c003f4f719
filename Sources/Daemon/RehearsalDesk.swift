import Governor
import Synchronization

/// Rehearses on a thread of its own, one at a time: a burst of questions keeps nobody waiting who
/// polls or stops the roaster.
final class RehearsalDesk: Sendable {
  private let foresight: any Foresight
  private let waiting = Mutex<[Job]>([])
  private let doorbell: Doorbell?

  private struct Job {
    let question: Rehearsal
    let answer: @Sendable (Forecast) -> Void
  }

  /// More than this do not wait.
  private static let most = 8

  init(_ foresight: any Foresight) {
    self.foresight = foresight
    doorbell = Doorbell()
    DetachedThread.start { [weak self, doorbell] in
      while let doorbell {
        doorbell.wait()
        guard let desk = self else { return }
        while let job = desk.next() { job.answer(desk.foresight.rehearse(job.question)) }
      }
    }
  }

  /// Answers on its own thread, or at once that it cannot.
  func rehearse(_ question: Rehearsal, _ answer: @escaping @Sendable (Forecast) -> Void) {
    let isTaken = waiting.withLock { jobs in
      guard doorbell != nil, jobs.count < Self.most else { return false }
      jobs.append(Job(question: question, answer: answer))
      return true
    }
    if isTaken { doorbell?.ring() } else { answer(.cannot("too many rehearsals wait")) }
  }

  deinit { doorbell?.ring() }

  private func next() -> Job? { waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
