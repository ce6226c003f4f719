import Dispatch
import Synchronization

/// A few threads for work that may wait for the disk.
final class Workers: Sendable {
  typealias Job = @Sendable () -> Void

  private let queue = Mutex(Queue())
  private let bell = DispatchSemaphore(value: 0)
  private let count: Int

  private struct Queue {
    var jobs: [Job] = []
    var isEnding = false
  }

  /// Nil when the system has no threads to give.
  init?(count: Int) {
    self.count = count
    for _ in 0..<count {
      guard DetachedThread.start({ [queue = Loop(self)] in queue.run() }) else {
        end()
        return nil
      }
    }
  }

  /// Does it as soon as a worker is free.
  func run(_ job: @escaping Job) {
    queue.withLock { $0.jobs.append(job) }
    bell.signal()
  }

  /// Ends the threads once they have done what they are at; what waits is forgotten.
  func end() {
    queue.withLock { queue in
      queue.isEnding = true
      queue.jobs = []
    }
    for _ in 0..<count { bell.signal() }
  }

  private struct Loop: Sendable {
    let workers: Workers
    init(_ workers: Workers) { self.workers = workers }

    func run() {
      while true {
        workers.bell.wait()
        let (job, isEnding) = workers.queue.withLock { queue in
          (queue.jobs.isEmpty ? nil : queue.jobs.removeFirst(), queue.isEnding)
        }
        if isEnding { return }
        job?()
      }
    }
  }
}
