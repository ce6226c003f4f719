import FoundationEssentials
import Glibc

/// A folder of a test's own, removed when the test lets go of it.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// A new, empty folder.
  public init() throws {
    var template = Array("/tmp/roast-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw Program.NotStarted(description: "no temporary folder: \(errno)")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path + "/" + name }

  /// Puts a file into it and tells its path.
  @discardableResult
  public func put(_ bytes: [UInt8], as name: String) throws -> String {
    // Closed in every program that another test starts meanwhile.
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
    let descriptor = open(file(name), flags, 0o644)
    guard descriptor >= 0 else {
      throw Program.NotStarted(description: "no file \(name): \(errno)")
    }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw Program.NotStarted(description: "\(name) is not written: \(errno)")
      }
      rest = rest.dropFirst(count)
    }
    return file(name)
  }

  /// A file's bytes; empty when there is none.
  public func bytes(_ name: String) -> [UInt8] {
    let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk.prefix(count)
      } else if count == 0 || errno != EINTR {
        return bytes
      }
    }
  }

  /// A file as text.
  public func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }
}
