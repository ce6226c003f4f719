import Glibc

/// Wakes a thread that waits in `poll`, from any other.
final class Bell: Sendable {
  private let reading: Descriptor
  private let writing: Descriptor

  init() {
    var ends: [Int32] = [-1, -1]
    let code = unsafe pipe(&ends)
    precondition(code == 0, "a process that cannot have a pipe cannot go on")
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    reading = Descriptor(ends[0])
    writing = Descriptor(ends[1])
  }

  /// What to poll: it is readable while the bell rings.
  var number: Int32 { reading.number }

  /// Rings until somebody silences it.
  func ring() { _ = unsafe Glibc.write(writing.number, [1], 1) }

  func silence() { _ = reading.read(atMost: 64) }
}
