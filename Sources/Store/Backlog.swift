/// What waits to be written, and what becomes of it: a pure machine that is told the time (in
/// nanoseconds) and how each attempt went.
struct Backlog: Sendable {
  /// How much may wait, and for how long.
  struct Limits: Sendable {
    var points = 6000
    var others = 20_000
    /// What survives only the process waits this long for company.
    var gatherNanoseconds: Int64 = 500_000_000
    /// More than this is company enough.
    var gatherCount = 200
    /// How much one transaction takes.
    var batchCount = 2000
    /// How long somebody waits for an answer while nothing can be written.
    var answerNanoseconds: Int64 = 2_000_000_000
    var retryNanoseconds: ClosedRange<Int64> = 100_000_000...2_000_000_000
  }

  /// One entry in the queue.
  struct Slot: Sendable {
    let entry: Entry
    let order: UInt64
    let since: Int64
    let answer: Answer?
    /// Who is told if this one is lost: whoever waits for the last of its company.
    var waiter: Answer? = nil
  }

  /// What one transaction is to hold.
  struct Batch: Sendable {
    var slots: [Slot]
    var losses: [Loss]
    /// How many of them are to be on the disk itself.
    var durables = 0

    /// The slots that hold no telemetry, or somebody's question.
    var notable: [Slot] {
      slots.indices.filter { !slots[$0].entry.isTelemetry || slots[$0].answer != nil }
        .map { slots[$0] }
    }
  }

  /// When to write.
  enum Due: Equatable { case now, at(Int64), never }

  let limits: Limits
  /// Why nothing can be written; nil while all is well.
  private(set) var failure: SQLiteFailure?
  /// All that was ever lost.
  private(set) var lostPoints = 0
  private(set) var lostOthers = 0

  private var points = Fifo<Slot>()
  private var others = Fifo<Slot>()
  private var flying: Batch?
  private var flyingPoints = 0
  private var losses: [Loss] = []
  private var durables = 0
  private var nextOrder: UInt64 = 0
  private var askers = Fifo<(since: Int64, answer: Answer)>()
  private var retryAt: Int64?
  private var retryNanoseconds: Int64 = 0
  private var isHurried = false

  /// Rules may be broken by a caller for ever; that many are told one by one.
  private static let mostLosses = 100

  init(limits: Limits = Limits()) { self.limits = limits }

  /// How many entries wait, those being written included.
  var count: Int { points.count + others.count + (flying?.slots.count ?? 0) }

  // MARK: Coming in

  /// Takes entries. What is dropped to make room is counted; the answers are of those who waited
  /// for it.
  mutating func append(_ entries: [Entry], answer: Answer? = nil, now: Int64) -> [Answer] {
    for (index, entry) in entries.enumerated() {
      let isLast = index == entries.count - 1
      let slot = Slot(
        entry: entry, order: nextOrder, since: now, answer: isLast ? answer : nil,
        waiter: answer)
      nextOrder += 1
      if entry.isTelemetry { points.append(slot) } else { others.append(slot) }
      if entry.isDurable { durables += 1 }
    }
    if let answer { askers.append((now, answer)) }
    return makeRoom()
  }

  private mutating func makeRoom() -> [Answer] {
    var unheard: [Answer] = []
    while points.count + flyingPoints > limits.points, let slot = points.removeFirst() {
      lose(slot, .dropped)
      if let waiter = slot.waiter { unheard.append(waiter) }
    }
    let flyingOthers = (flying?.slots.count ?? 0) - flyingPoints
    while others.count + flyingOthers > limits.others, let slot = others.removeFirst() {
      lose(slot, .dropped)
      if let waiter = slot.waiter { unheard.append(waiter) }
    }
    return unheard
  }

  private mutating func lose(_ slot: Slot, _ kind: Loss.Kind, because: SQLiteFailure? = nil) {
    if slot.entry.isTelemetry { lostPoints += 1 } else { lostOthers += 1 }
    if slot.entry.isDurable { durables -= 1 }
    let reason = (because ?? failure)?.reason
    let isSame = losses.last.map { $0.kind == kind && kind == .dropped } ?? false
    if !isSame, losses.count < Self.mostLosses { losses.append(Loss(kind: kind, reason: reason)) }
    losses[losses.count - 1].note(slot.entry)
  }

  // MARK: Going out

  /// When the next batch is to be written.
  func due(now: Int64) -> Due {
    guard let oldest = earlier(points.first { $0.since }, others.first { $0.since }) else {
      // Without entries there is still to find out whether writing works again.
      guard failure != nil || !losses.isEmpty else { return .never }
      return retryAt.map { $0 <= now ? .now : .at($0) } ?? .now
    }
    let isUrgent =
      isHurried || durables > 0 || points.count + others.count >= limits.gatherCount
    let at = max(isUrgent ? now : oldest + limits.gatherNanoseconds, retryAt ?? now)
    return at <= now ? .now : .at(at)
  }

  /// The next batch, oldest first. Say how it went before the next one is taken.
  mutating func take() -> Batch {
    var (slots, urgent): ([Slot], Int) = ([], 0)
    slots.reserveCapacity(min(points.count + others.count, limits.batchCount))
    flyingPoints = 0
    while slots.count < limits.batchCount {
      let (point, other) = (points.first { $0.order } ?? .max, others.first { $0.order } ?? .max)
      guard let slot = point < other ? points.removeFirst() : others.removeFirst() else { break }
      if slot.entry.isTelemetry { flyingPoints += 1 }
      if slot.entry.isDurable { urgent += 1 }
      slots.append(slot)
    }
    let batch = Batch(slots: slots, losses: losses, durables: urgent)
    losses = []
    flying = batch
    return batch
  }

  /// The batch is in the file.
  mutating func succeeded() {
    durables -= flying?.durables ?? 0
    flying = nil
    flyingPoints = 0
    failure = nil
    retryAt = nil
    retryNanoseconds = 0
  }

  /// One entry of the batch breaks a rule: it is lost, the others are tried again at once.
  mutating func refused(at index: Int, because failure: SQLiteFailure) -> Answer? {
    guard var batch = flying, batch.slots.indices.contains(index) else { return nil }
    let slot = batch.slots.remove(at: index)
    flying = batch
    putBack()
    lose(slot, .refused, because: failure)
    return slot.waiter
  }

  /// Nothing of the batch could be written: it is kept, and tried again after a while. The answers
  /// are of those for whom there was no room meanwhile.
  mutating func failed(_ failure: SQLiteFailure, now: Int64) -> [Answer] {
    self.failure = failure
    retryNanoseconds = min(
      max(retryNanoseconds * 2, limits.retryNanoseconds.lowerBound),
      limits.retryNanoseconds.upperBound)
    retryAt = now + retryNanoseconds
    putBack()
    for index in losses.indices where losses[index].reason == nil {
      losses[index].reason = failure.reason
    }
    return makeRoom()
  }

  private mutating func putBack() {
    guard let batch = flying else { return }
    flying = nil
    flyingPoints = 0
    points.putBack(batch.slots.filter { $0.entry.isTelemetry })
    others.putBack(batch.slots.filter { !$0.entry.isTelemetry })
    let dropped = losses
    losses = batch.losses
    for loss in dropped { merge(loss) }
  }

  private mutating func merge(_ loss: Loss) {
    guard loss.kind == .dropped, var last = losses.last, last.kind == .dropped else {
      return losses.append(loss)
    }
    last.points += loss.points
    last.others += loss.others
    last.from = [last.from, loss.from].compactMap { $0 }.min()
    last.to = [last.to, loss.to].compactMap { $0 }.max()
    last.roast = loss.roast ?? last.roast
    losses[losses.count - 1] = last
  }

  // MARK: Waiting

  /// Those who have waited too long; what they gave is kept.
  mutating func impatient(now: Int64) -> [Answer] {
    var impatient: [Answer] = []
    while let asker = askers.first,
      asker.answer.isGiven || (failure != nil && asker.since + limits.answerNanoseconds <= now)
    {
      _ = askers.removeFirst()
      if !asker.answer.isGiven { impatient.append(asker.answer) }
    }
    return impatient
  }

  /// When the next one has waited too long.
  var impatienceAt: Int64? {
    failure == nil ? nil : askers.first.map { $0.since + limits.answerNanoseconds }
  }

  /// At the end: waits for no company any more, and not for long after a failure.
  mutating func hurry(now: Int64) {
    isHurried = true
    if let at = retryAt { retryAt = min(at, now + limits.retryNanoseconds.lowerBound) }
  }

  /// All that still waits.
  var answers: [Answer] { askers.elements.map(\.answer) }
}

private func earlier(_ left: Int64?, _ right: Int64?) -> Int64? {
  guard let left, let right else { return left ?? right }
  return min(left, right)
}

extension SQLiteFailure {
  /// In one line, for the record.
  fileprivate var reason: String { "\(kind.rawValue): \(message)" }
}
