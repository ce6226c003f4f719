import Roaster

/// The temperatures of the roast so far, one a second, for drawing.
struct Trail {
  struct Sample {
    var seconds: Double
    var bean: Celsius?
    var infrared: Celsius?
  }

  private(set) var samples: [Sample] = []
  private var zero: MonotonicTime?

  /// Two hours; a longer preheating slides out at the left.
  private static let limit = 7200

  /// Takes a reading, of the beginning of a roast or of any other time.
  mutating func take(_ reading: ShownReading?, at time: MonotonicTime, beginsRoast: Bool) {
    if zero == nil || beginsRoast {
      zero = time
      samples = []
    }
    guard let zero, let reading else { return }
    append(Sample(seconds: time - zero, bean: reading.bean, infrared: reading.infrared))
  }

  /// Takes a reading whose time is known by the roast.
  mutating func take(_ reading: ShownReading, roastSeconds: Double) {
    append(Sample(seconds: roastSeconds, bean: reading.bean, infrared: reading.infrared))
  }

  /// Puts what was seen before in place of what is known.
  mutating func begin(with earlier: [Sample]) {
    samples = earlier.suffix(Self.limit)
    zero = nil
  }

  private mutating func append(_ sample: Sample) {
    if let last = samples.last, sample.seconds - last.seconds < 1 { return }
    if samples.count == Self.limit { samples.removeFirst() }
    samples.append(sample)
  }
}
