import Dispatch
import Synchronization

/// A few threads for work of one kind that may wait for the disk. No client keeps all of them busy,
/// and the work that waits for them is limited.
final class Workers: Sendable {
  typealias Job = @Sendable () -> Void

  /// How many there are, and what clients may ask of them.
  struct Rules: Sendable {
    /// Two or more, so that one is left for others.
    var threads: Int
    /// The most jobs of one client, under way and waiting.
    var jobsPerClient: Int
    /// The most jobs of all clients.
    var jobs: Int
  }

  private let rules: Rules
  private let queue = Mutex(Queue())
  private let bell = DispatchSemaphore(value: 0)

  private struct Queue {
    var waiting: [(client: Client, job: Job)] = []
    /// By client, how many jobs are under way.
    var underWay: [Client: Int] = [:]
    /// By client, how many jobs are under way or waiting.
    var held: [Client: Int] = [:]
    var heldInAll = 0
    var isEnding = false

    /// The next job of a client that has fewer than so many under way.
    mutating func take(mostOfOne: Int) -> (client: Client, job: Job)? {
      let next = waiting.firstIndex { underWay[$0.client, default: 0] < mostOfOne }
      guard let next else { return nil }
      underWay[waiting[next].client, default: 0] += 1
      return waiting.remove(at: next)
    }

    mutating func add(_ client: Client, _ job: @escaping Job) {
      waiting.append((client, job))
      held[client, default: 0] += 1
      heldInAll += 1
    }

    mutating func finish(_ client: Client) {
      underWay[client] = underWay[client].flatMap { $0 > 1 ? $0 - 1 : nil }
      held[client] = held[client].flatMap { $0 > 1 ? $0 - 1 : nil }
      heldInAll -= 1
    }
  }

  /// Nil when the system has no threads to give.
  init?(_ rules: Rules) {
    self.rules = rules
    for _ in 0..<rules.threads {
      guard DetachedThread.start({ [self] in serve() }) else {
        end()
        return nil
      }
    }
  }

  /// Does it as soon as a worker is free; false, and it is not done, where too much waits already.
  func run(for client: Client, _ job: @escaping Job) -> Bool {
    let isTaken = queue.withLock { queue in
      guard queue.held[client, default: 0] < rules.jobsPerClient, queue.heldInAll < rules.jobs
      else { return false }
      queue.add(client, job)
      return true
    }
    if isTaken { bell.signal() }
    return isTaken
  }

  /// Ends the threads once they have done what they are at; what waits is forgotten.
  func end() {
    queue.withLock { queue in
      queue.isEnding = true
      queue.waiting = []
    }
    for _ in 0..<rules.threads { bell.signal() }
  }

  private func serve() {
    while true {
      bell.wait()
      // Whoever finishes a job looks on by itself: it may have held back others of its client.
      while let (client, job) = take() {
        job()
        queue.withLock { $0.finish(client) }
      }
      if queue.withLock({ $0.isEnding }) { return }
    }
  }

  private func take() -> (client: Client, job: Job)? {
    queue.withLock { $0.take(mostOfOne: max(1, rules.threads - 1)) }
  }
}
