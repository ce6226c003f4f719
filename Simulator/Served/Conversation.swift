import Glibc

/// A client's end of the stream: one question, one answer.
struct Conversation {
  private let descriptor: Descriptor
  private var input = LineBuffer()

  /// Why there is no answer. Whatever it is, the conversation is over.
  enum Failure: Error, Equatable {
    case gone
    case silent
    case nonsense
    case interrupted
  }

  /// With whoever listens at the path.
  init(path: String) throws(UnixSocket.Failure) {
    descriptor = try UnixSocket.connect(to: path)
  }

  /// Asks, and waits so many seconds for the answer; each ring of the bell asks whether to give up.
  mutating func ask(
    _ request: TwinRequest, patience: Double, bell: Bell? = nil,
    isInterrupted: () -> Bool = { false }
  ) throws(Failure) -> StampedAnswer {
    var output = Array((request.text + "\n").utf8)
    let deadline = RealTime.nanoseconds + Int64(min(max(patience, 0), 1e6) * 1e9)
    while true {
      if !output.isEmpty {
        guard let taken = descriptor.write(output) else { throw .gone }
        output.removeFirst(taken)
      }
      if let line = input.next() {
        guard case .line(let bytes) = line, let answer = StampedAnswer(line: bytes) else {
          throw .nonsense
        }
        return answer
      }
      let rest = deadline - RealTime.nanoseconds
      guard rest > 0 else { throw .silent }
      try wait(nanoseconds: rest, isWriting: !output.isEmpty, bell: bell)
      if isInterrupted() { throw .interrupted }
    }
  }

  private mutating func wait(
    nanoseconds: Int64, isWriting: Bool, bell: Bell?
  ) throws(Failure) {
    var entries = [
      pollfd(
        fd: descriptor.number, events: Int16(isWriting ? POLLIN | POLLOUT : POLLIN), revents: 0),
      pollfd(fd: bell?.number ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    RealTime.wait(for: &entries, nanoseconds: nanoseconds)
    if entries[1].revents != 0 { bell?.silence() }
    guard entries[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return }
    switch descriptor.read(atMost: LineBuffer.longestLine) {
    case .bytes(let bytes): input.append(bytes)
    case .nothing: break
    case .ended: throw .gone
    }
  }
}
