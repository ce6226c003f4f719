/// Random numbers that anyone can have again: the seed stands in every failure's message.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The numbers that belong to a seed.
  public init(seed: UInt64) { state = seed }

  /// SplitMix64.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// So many random bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// A normally distributed number of mean 0 and deviation 1, as the sum of four uniform ones: near
  /// enough for sensors, the same on every machine, and without a logarithm.
  public mutating func nextGaussian() -> Double {
    let bits = next()
    let sum = (0..<4).reduce(0.0) { $0 + Double(bits >> (16 * UInt64($1)) & 0xFFFF) }
    return (sum / 65536 - 2) * 1.732_050_807_568_877
  }
}
