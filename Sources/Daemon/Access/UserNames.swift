import Glibc
import Synchronization

/// The names of this machine's users, asked for once each.
final class UserNames: Sendable {
  private let names = Mutex<[UInt32: String?]>([:])
  private static let most = 256

  /// As `uid 1000 (alice)`, or `uid 1000` for one without a name.
  func caption(_ uid: UInt32) -> String {
    let known = names.withLock { $0[uid] }
    let name = known ?? Self.name(uid)
    if known == nil {
      names.withLock { names in
        if names.count >= Self.most { names = [:] }
        names[uid] = .some(name)
      }
    }
    return name.map { "uid \(uid) (\($0))" } ?? "uid \(uid)"
  }

  private static func name(_ uid: UInt32) -> String? {
    var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
    var buffer = [CChar](repeating: 0, count: 4096)
    guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let name = entry.pw_name
    else { return nil }
    return buffer.withUnsafeBufferPointer { _ in String(cString: name) }
  }
}
