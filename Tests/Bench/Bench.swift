import BenchPeer
import Glibc
import Roaster

/// Measures for measure.py and prints one line a figure: name, median.
@main
enum Bench {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch (arguments.first, arguments.last, arguments.count) {
    case ("decode", let path?, 2): decode(path)
    case ("physics", let path?, 2): TwinBench.physics(schedule: path)
    case ("store", let points?, 3):
      StoreBench.run(path: arguments[2], points: Int64(points) ?? 0)
    case ("verdict", _, 1): VerdictBench.run()
    case ("shadow", _, 1): try ShadowBench.run()
    case ("stack", _, 1): await TwinBench.stack()
    case ("thousand", let seconds?, 2): TwinBench.thousand(seconds: Int(seconds) ?? 5)
    default: exit(64)
    }
  }

  /// Decoding against C: the frames of a file again and again, nanoseconds a frame.
  private static func decode(_ path: String) {
    let frames = frames(inFile: path)
    precondition(MemoryLayout<StatusFrame>.stride == StatusFrame.size, "C reads them in place")
    let contenders: [(name: String, decodeAll: ([StatusFrame]) -> Void)] = [
      ("swift", decodeAll), ("swift_load", loadAll),
      ("c", inC(peer_decode_all)), ("c_load", inC(peer_load_all)),
    ]
    var rounds = contenders.map { _ in [Double]() }
    for _ in 0..<31 {
      for (index, contender) in contenders.enumerated() {
        rounds[index].append(nanosecondsPerFrame(frames, contender.decodeAll))
      }
    }
    for (contender, times) in zip(contenders, rounds) {
      print(contender.name, times.sorted()[times.count / 2])
    }
  }

  /// What the house does with each poll.
  static func decodeAll(_ frames: [StatusFrame]) {
    for (index, frame) in frames.enumerated() {
      var point = Telemetry(
        sequence: UInt64(index),
        moment: Moment(
          monotonic: MonotonicTime(nanoseconds: Int64(index)),
          wall: WallTime(milliseconds: Int64(index))), frame: frame)
      withUnsafeBytes(of: &point) { peer_black_hole($0.baseAddress) }
    }
  }

  /// Only loads the fields.
  static func loadAll(_ frames: [StatusFrame]) {
    for frame in frames {
      var wire = WireStatus(frame)
      withUnsafeBytes(of: &wire) { peer_black_hole($0.baseAddress) }
    }
  }

  /// The same frames, where they lie, by a function of C.
  private static func inC(
    _ decodeAll: @escaping @convention(c) (UnsafeRawPointer?, Int) -> Void
  ) -> ([StatusFrame]) -> Void {
    { frames in frames.withUnsafeBytes { decodeAll($0.baseAddress, frames.count) } }
  }

  private static func nanosecondsPerFrame(
    _ frames: [StatusFrame], _ decodeAll: ([StatusFrame]) -> Void
  ) -> Double {
    let repetitions = 200
    let time = ContinuousClock().measure { for _ in 0..<repetitions { decodeAll(frames) } }
    return time / .nanoseconds(1) / Double(repetitions * frames.count)
  }

  private static func frames(inFile path: String) -> [StatusFrame] {
    guard let file = fopen(path, "r") else { fatalError("cannot open \(path)") }
    defer { fclose(file) }
    var frames: [StatusFrame] = []
    var bytes = [UInt8](repeating: 0, count: StatusFrame.size)
    while fread(&bytes, 1, bytes.count, file) == bytes.count {
      if let frame = StatusFrame(bytes) { frames.append(frame) }
    }
    return frames
  }
}
