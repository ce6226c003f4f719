import Glibc

/// Both ends of a pipe, which programs we start do not inherit by themselves.
struct Pipe {
  let reading: Int32
  let writing: Int32

  /// What fits into one without anybody reading.
  static let capacity = 65536

  /// Nil when the system has no descriptors left.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  func close() {
    Glibc.close(reading)
    Glibc.close(writing)
  }
}

/// Lets one thread wait until another rings.
final class Doorbell: Sendable {
  private let pipe: Pipe

  /// Nil when the system has no descriptors left.
  init?() {
    guard let pipe = Pipe() else { return nil }
    self.pipe = pipe
    for end in [pipe.reading, pipe.writing] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  deinit { pipe.close() }

  /// Ends the wait, or the next one.
  func ring() {
    var byte: UInt8 = 1
    _ = write(pipe.writing, &byte, 1)
  }

  /// Waits for a ring, so long at most; several that came meanwhile are one.
  func wait(milliseconds: Int32 = -1) {
    var request = pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0)
    while poll(&request, 1, milliseconds) < 0, errno == EINTR {}
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(pipe.reading, &bytes, 64) > 0 {}
  }
}
