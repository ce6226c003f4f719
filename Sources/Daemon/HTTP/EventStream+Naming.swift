extension EventStream {
  /// A name for this life of the daemon that no other has: a fresh database counts its runs from 1
  /// again, and a reader of the former one may come back.
  public static func name(ofRun number: Int64) -> String {
    "\(number)-\(Randomness.hex(4))"
  }
}
