import Roaster
import Synchronization

/// The codes that let a browser in. Each opens once, within a few minutes, and is forgotten with the
/// process.
final class PageCodes: Sendable {
  private struct Code {
    let hash: [UInt8]
    let role: Role
    let name: String
    let deadline: Int64
  }

  private let codes = Mutex<[Code]>([])
  private static let most = 100

  /// Letters and digits that people do not take for each other.
  private static let letters = Array("abcdefghjkmnpqrstuvwxyz123456789".utf8)
  private static let length = 16

  /// A new one, valid for so many seconds.
  func make(role: Role, name: String, seconds: Int, now: Int64) -> String {
    let code = String(
      decoding: Randomness.bytes(Self.length).map { Self.letters[Int($0) % Self.letters.count] },
      as: UTF8.self)
    codes.withLock { codes in
      codes.removeAll { $0.deadline <= now }
      if codes.count >= Self.most { codes.removeFirst() }
      codes.append(
        Code(
          hash: Secret.hash(code), role: role, name: name,
          deadline: now + Int64(seconds) * 1000))
    }
    return code
  }

  /// Uses it up; nil when it opens nothing.
  func redeem(_ code: String, now: Int64) -> (role: Role, name: String)? {
    let hash = Secret.hash(code)
    return codes.withLock { codes in
      var found: Int?
      for index in codes.indices where Secret.isSame(codes[index].hash, hash) { found = index }
      guard let found else { return nil }
      let code = codes.remove(at: found)
      return code.deadline > now ? (code.role, code.name) : nil
    }
  }
}
