extension EventStream {
  /// A name for this life of the daemon that no other has: a fresh database counts its runs from 1
  /// again, and a reader of the former one may come back.
  public static func name(ofRun number: Int64) -> String {
    let chance = Randomness.bytes(4).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "\(number)-\(chance.joined())"
  }
}
