import Glibc
import Synchronization

/// A file that is written to as its content comes. A write that fails is kept, and nothing more is
/// written.
final class OutputFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let state = Mutex((size: 0, failure: String?.none))

  /// Creates the file; one that exists is refused, unless it may be replaced.
  init(_ path: String, mayReplace: Bool) throws(Complaint) {
    self.path = path
    descriptor = mayReplace ? try FileBytes.replace(path) : try FileBytes.create(path)
  }

  deinit { close(descriptor) }

  var size: Int { state.withLock { $0.size } }
  var failure: String? { state.withLock { $0.failure } }

  func append(_ bytes: [UInt8]) {
    state.withLock { state in
      guard state.failure == nil else { return }
      if Console.write(bytes, to: descriptor) {
        state.size += bytes.count
      } else {
        state.failure = String(cString: strerror(errno))
      }
    }
  }
}
