import Glibc

/// Lines from standard input, without waiting longer than asked.
struct InputLines {
  private var bytes: [UInt8] = []
  private(set) var isOver = false

  /// The next line without its end; nil when none came within so many milliseconds.
  mutating func next(within milliseconds: Int32) -> String? {
    if let line = take() { return line }
    guard !isOver else {
      usleep(UInt32(milliseconds) * 1000)
      return nil
    }
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return nil }
    var chunk = [UInt8](repeating: 0, count: 1024)
    let count = read(STDIN_FILENO, &chunk, chunk.count)
    if count > 0 {
      bytes = (bytes + chunk.prefix(count)).suffix(Self.most)
    } else if count == 0 || errno != EINTR {
      isOver = true
    }
    return take()
  }

  /// At a terminal, drops what was typed before it was asked for: that answers nothing.
  mutating func forget() {
    guard isatty(STDIN_FILENO) == 1 else { return }
    tcflush(STDIN_FILENO, TCIFLUSH)
    bytes = []
  }

  private static let most = 4096

  private mutating func take() -> String? {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { bytes.removeFirst(end + 1) }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
