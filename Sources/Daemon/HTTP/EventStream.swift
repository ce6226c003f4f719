import Synchronization

/// One stream of server-sent events for any number of readers. All read the same ring, each at its
/// own place, so a slow one costs no memory; one that falls too far behind is dropped.
public final class EventStream: Sendable {
  /// What the stream keeps, and how patient it is.
  public struct Limits: Sendable {
    /// How many bytes are kept for those who come back.
    public var bytes = 8 << 20
    /// How many messages are kept for them.
    public var messages = 20_000
    /// A reader that is further behind is dropped.
    public var behindBytes = 2 << 20

    /// The usual limits.
    public init() {}
  }

  /// An event's name and what it says.
  public struct Message: Sendable {
    let bytes: [UInt8]

    /// The name must be a word; the data may have several lines.
    public init(_ event: String, _ data: String) {
      var text = "event: \(event)\n"
      for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
        text += "data: \(line)\n"
      }
      bytes = Array((text + "\n").utf8)
    }
  }

  private struct State {
    var ring: EventRing
    var readers: [Int: Reader] = [:]
    var lastReader = 0
    var isStopped = false

    mutating func read(
      _ id: Int, into buffer: UnsafeMutableRawBufferPointer, park: () -> Bool
    ) -> Subscription.Reading {
      guard var reader = readers[id], !reader.hasExpired else { return .ended }
      defer { readers[id] = reader }
      var count = 0
      while count < buffer.count {
        if reader.pending.isEmpty {
          guard let message = ring.message(reader.next) else { break }
          reader.pending = message.bytes[...]
          reader.taken = max(reader.taken, message.end)
          reader.next += 1
        }
        let part = reader.pending.prefix(buffer.count - count)
        UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyBytes(from: part)
        reader.pending = reader.pending.dropFirst(part.count)
        count += part.count
      }
      if count > 0 { return .bytes(count) }
      if isStopped || !park() { return .ended }
      reader.isWaiting = true
      return .nothing
    }
  }

  private struct Reader {
    /// The number of the next message.
    var next: Int64
    /// `total` of the ring up to there. What was missed before coming back does not count.
    var taken: Int64
    /// What is being sent.
    var pending: ArraySlice<UInt8>
    /// Whether it was told that there is nothing, and waits to be woken.
    var isWaiting = false
    var hooks: Hooks?
    /// Who listens, where that is known.
    let caller: Caller?

    /// Whether what let the caller in has come to its end.
    var hasExpired: Bool { caller?.expires.map { $0 <= OwnClock.wall } ?? false }
  }

  /// How a reader is reached.
  struct Hooks: Sendable {
    /// Makes it read again.
    let wake: @Sendable () -> Void
    /// Cuts it off.
    let cut: @Sendable () -> Void
  }

  private let state: Mutex<State>
  private let behindBytes: Int64

  /// A stream whose messages are called `RUN-1`, `RUN-2` and so on. Every start of the daemon needs
  /// a `run` of its own, as `name(ofRun:)` makes it.
  public init(run: String, limits: Limits = Limits()) {
    let ring = EventRing(run: run, bytes: limits.bytes, messages: limits.messages)
    state = Mutex(State(ring: ring))
    behindBytes = Int64(limits.behindBytes)
  }

  /// How many listen.
  public var count: Int { state.withLock { $0.readers.count } }

  /// Sends it to everybody; never waits for anybody.
  public func publish(_ event: String, _ data: String) {
    let message = Message(event, data)
    state.withLock { state in
      guard !state.isStopped else { return }
      state.ring.append(message)
      for (id, reader) in state.readers {
        let isLost = reader.next < state.ring.first
        if isLost || state.ring.total - reader.taken > behindBytes {
          state.readers[id] = nil
          reader.hooks?.cut()
        } else if reader.isWaiting {
          state.readers[id]?.isWaiting = false
          reader.hooks?.wake()
        }
      }
    }
  }

  /// A place in the stream: behind the message called `after` if all that followed it is still
  /// there, else behind the newest one, and then a `reset` tells the reader that it has missed
  /// something. The greeting comes before everything else. It ends when the caller's session does.
  public func subscribe(
    after: String? = nil, greeting: [Message] = [], caller: Caller? = nil
  ) -> Subscription {
    let id = state.withLock { state in
      let resumed = after.flatMap { state.ring.number(after: $0) }
      let next = resumed ?? state.ring.next
      // Without data it is no event; it only says where the reader is, should it come back.
      var opening = Array("retry: 1000\nid: \(state.ring.id(before: next))\n\n".utf8)
      for message in greeting { opening += message.bytes }
      if resumed == nil, after?.isEmpty == false { opening += Message("reset", "{}").bytes }
      state.lastReader += 1
      state.readers[state.lastReader] = Reader(
        next: next, taken: state.ring.total, pending: opening[...], caller: caller)
      return state.lastReader
    }
    return Subscription(stream: self, id: id)
  }

  /// Ends it at once for those callers.
  func end(for isToGo: (Caller) -> Bool) {
    state.withLock { state in
      for (id, reader) in state.readers where reader.caller.map(isToGo) ?? false {
        state.readers[id] = nil
        reader.hooks?.cut()
      }
    }
  }

  /// Ends the stream for everybody; who has not read all yet still may.
  public func stop() {
    state.withLock { state in
      state.isStopped = true
      for (id, reader) in state.readers where reader.isWaiting {
        state.readers[id]?.isWaiting = false
        reader.hooks?.wake()
      }
    }
  }
}

// MARK: - One reader

extension EventStream {
  /// A reader's place. Letting go of it ends it.
  public final class Subscription: Sendable {
    private let stream: EventStream
    private let id: Int

    init(stream: EventStream, id: Int) {
      self.stream = stream
      self.id = id
    }

    deinit { cancel() }

    /// Ends it.
    public func cancel() { stream.state.withLock { $0.readers[id] = nil } }

    /// What reading brings.
    enum Reading: Equatable {
      case bytes(Int)
      case nothing
      case ended
    }

    /// From now on the reader is reached so.
    func attach(_ hooks: Hooks) { stream.state.withLock { $0.readers[id]?.hooks = hooks } }

    /// Copies what fits. When there is nothing it parks the reader, unless that fails, under the
    /// lock, so that no message can come in between.
    func read(into buffer: UnsafeMutableRawBufferPointer, park: () -> Bool) -> Reading {
      stream.state.withLock { $0.read(id, into: buffer, park: park) }
    }

    /// Gives a reader that waits a comment to send.
    func keepAlive() {
      stream.state.withLock { state in
        guard let reader = state.readers[id], reader.isWaiting else { return }
        state.readers[id]?.isWaiting = false
        state.readers[id]?.pending = Array(":\n\n".utf8)[...]
        reader.hooks?.wake()
      }
    }
  }
}
