import Roaster

/// How secrets are written, kept and compared.
enum Secret {
  /// Bytes in the letters that need no encoding in a header or an address.
  static func base64url(_ bytes: [UInt8]) -> String {
    let letters = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var (held, bits) = (0, 0)
    for byte in bytes {
      held = held << 8 | Int(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(letters[held >> bits & 63])
      }
      held &= (1 << bits) - 1
    }
    if bits > 0 { text.append(letters[held << (6 - bits) & 63]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// What is kept of a secret.
  static func hash(_ secret: String) -> [UInt8] { SHA256.hash(Array(secret.utf8)) }

  /// Whether two are the same, in a time that does not tell where they differ.
  static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }

  /// Whether two texts are the same; not even their lengths show in the time.
  static func isSame(_ left: String, _ right: String) -> Bool { isSame(hash(left), hash(right)) }
}
