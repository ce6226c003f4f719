import CLinux

/// What nobody can guess.
enum Randomness {
  /// So many bytes from the kernel.
  static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let failure = bytes.withUnsafeMutableBytes { clinux_random($0.baseAddress, $0.count) }
    precondition(failure == 0, "a kernel that has no randomness keeps no secrets")
    return bytes
  }

  /// So many bytes, in hexadecimal digits.
  static func hex(_ count: Int) -> String {
    bytes(count).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
