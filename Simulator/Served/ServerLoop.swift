import Glibc

/// The server's one thread: it lets the twin's time pass and serves who is connected, in turns that
/// never wait for anybody.
struct ServerLoop {
  private let listener: Descriptor
  private let bell: Bell
  private let time: RealTime.Source
  private let began: Int64
  private var host: TwinHost
  private var peers: [Int: Peer] = [:]
  private var lastPeer = 0
  /// Whether lines wait that this turn did not get to.
  private var hasMore = false
  private var acceptsFrom: Int64 = 0

  /// Time passes at least so often.
  private static let longestTurn: Int64 = 50_000_000
  /// Time that is behind catches up for so long, then clients have their turn.
  private static let longestCatchingUp: Int64 = 10_000_000
  private static let linesEachTurn = 64
  private static let acceptedEachTurn = 16
  private static let mostPeers = 64
  /// Without descriptors left, accepting is tried again after this.
  private static let acceptPause: Int64 = 100_000_000

  init(
    _ workshop: Workshop, speed: Double, listener: Descriptor, bell: Bell,
    time: @escaping RealTime.Source
  ) {
    self.listener = listener
    self.bell = bell
    self.time = time
    began = time()
    host = TwinHost(workshop, speed: speed, life: "\(getpid())-\(RealTime.nanoseconds)")
  }

  /// One turn: waits for something to happen, and answers it.
  mutating func turn() {
    let ids = peers.keys.sorted()
    let entries = wait(for: ids)
    letTimePass()
    answerDue()
    for (id, entry) in zip(ids, entries.dropFirst(2)) { hear(id, events: entry.revents) }
    if entries[1].revents != 0 { accept() }
    hasMore = false
    for id in ids where peers[id] != nil { serve(id) }
  }

  private func wait(for ids: [Int]) -> [pollfd] {
    let isFull = RealTime.nanoseconds < acceptsFrom
    var entries = [
      pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isFull ? -1 : listener.number, events: Int16(POLLIN), revents: 0),
    ]
    entries += ids.map { id in
      var events: Int32 = 0
      if let peer = peers[id] {
        if peer.takesInput { events |= POLLIN }
        if peer.hasOutput { events |= POLLOUT }
      }
      return pollfd(
        fd: peers[id]?.descriptor.number ?? -1, events: Int16(events), revents: 0)
    }
    RealTime.wait(for: &entries, nanoseconds: pause)
    return entries
  }

  /// How long nothing needs to be done.
  private var pause: Int64 {
    if hasMore || host.isBehind { return 0 }
    guard let due = host.nextDue else { return Self.longestTurn }
    let rest = Double(due - twinTime) / host.speed
    return Int64(min(max(rest, 0), Double(Self.longestTurn)))
  }

  /// What the twin's time should be now.
  private var twinTime: Int64 {
    let time = Double(time() - began) * host.speed
    return Int64(min(time, Double(StampedAnswer.longest)))
  }

  private mutating func letTimePass() {
    let limit = RealTime.nanoseconds + Self.longestCatchingUp
    host.advance(to: twinTime) { RealTime.nanoseconds < limit }
  }

  private mutating func answerDue() {
    guard let (client, answer) = host.dueAnswer() else { return }
    give(answer, to: client)
  }

  private mutating func give(_ answer: TwinAnswer, to id: Int) {
    let stamped = StampedAnswer(elapsed: host.elapsed, speed: host.speed, answer: answer)
    peers[id]?.answer(stamped)
  }

  // MARK: Clients

  private mutating func accept() {
    do throws(UnixSocket.Failure) {
      for _ in 0..<Self.acceptedEachTurn {
        guard let descriptor = try UnixSocket.accept(from: listener) else { return }
        if peers.count >= Self.mostPeers { dropTheQuietest() }
        lastPeer += 1
        peers[lastPeer] = Peer(descriptor, now: RealTime.nanoseconds)
      }
    } catch { acceptsFrom = RealTime.nanoseconds + Self.acceptPause }
  }

  /// Makes room; whoever has the roaster open stays.
  private mutating func dropTheQuietest() {
    let others = peers.filter { $0.key != host.holder }
    if let quietest = others.min(by: { $0.value.heard < $1.value.heard }) { drop(quietest.key) }
  }

  private mutating func drop(_ id: Int) {
    host.leave(id)
    peers[id] = nil
  }

  private mutating func hear(_ id: Int, events: Int16) {
    guard events != 0, let peer = peers[id] else { return }
    let isDead = events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
    if isDead, host.isReading(id) || !peer.takesInput { return drop(id) }
    if isDead || events & Int16(POLLIN) != 0 { peers[id]?.read(now: RealTime.nanoseconds) }
  }

  private mutating func serve(_ id: Int) {
    takeLines(of: id)
    guard peers[id]?.flush() == true, let peer = peers[id] else { return drop(id) }
    let isReading = host.isReading(id)
    let hasWork = !isReading && peer.hasWork
    hasMore = hasMore || hasWork
    if peer.hasEnded, isReading || !(hasWork || peer.hasOutput) { drop(id) }
  }

  private mutating func takeLines(of id: Int) {
    for _ in 0..<Self.linesEachTurn {
      guard !host.isReading(id), peers[id]?.takesAnswers == true, let line = peers[id]?.nextLine()
      else { return }
      if let answer = answer(to: line, from: id) { give(answer, to: id) }
    }
  }

  private mutating func answer(to line: LineBuffer.Line, from id: Int) -> TwinAnswer? {
    guard case .line(let bytes) = line else { return .refused(TwinRefusal(.tooLong)) }
    do throws(TwinRefusal) {
      return host.take(try TwinRequest(line: bytes), from: id)
    } catch { return .refused(error) }
  }
}
