import Roaster
import Synchronization

/// A client's idea of the twin's time: what it was told last, and the real time since then times
/// the speed. It never goes backwards and never jumps when a twin is met or met again
/// (Specs/served-twin.md V8).
final class ServedClock: Sendable {
  private let wallAtStart = RealTime.wall
  private let time: RealTime.Source
  private let hands: Mutex<Hands>

  init(time: @escaping RealTime.Source) {
    self.time = time
    hands = Mutex(Hands(toldAt: time()))
  }

  private struct Hands {
    /// The life of the twin that tells the time; nil before the first.
    var life: String?
    /// Between the twin's time and ours.
    var offset: Int64 = 0
    var told: Int64 = 0
    var toldAt: Int64
    var speed = 1.0
    /// The latest time ever shown.
    var shown: Int64 = 0

    /// Only a twin that lies comes to the limit.
    func running(at real: Int64) -> Int64 {
      let time = Double(offset) + Double(told) + Double(real - toldAt) * speed
      return Int64(min(max(time, 0), Double(StampedAnswer.longest)))
    }

    mutating func now(at real: Int64) -> Int64 {
      shown = max(shown, running(at: real))
      return shown
    }
  }

  var now: Moment {
    let elapsed = hands.withLock { $0.now(at: time()) }
    return Moment(
      monotonic: MonotonicTime(nanoseconds: elapsed),
      wall: WallTime(milliseconds: wallAtStart.milliseconds + elapsed / 1_000_000))
  }

  /// How many of the twin's seconds pass in one of ours, as it said last.
  var speed: Double { hands.withLock { $0.speed } }

  /// Takes the time that the twin told, in that of its lives.
  func take(_ answer: StampedAnswer, life: String) {
    let real = time()
    hands.withLock { hands in
      if life != hands.life {
        hands.offset = hands.now(at: real) - answer.elapsed
        hands.life = life
      }
      (hands.told, hands.toldAt, hands.speed) = (answer.elapsed, real, answer.speed)
    }
  }

  /// The real nanoseconds until then.
  func realNanoseconds(until deadline: MonotonicTime) -> Int64 {
    let real = time()
    let rest = hands.withLock { hands in
      (Double(deadline.nanoseconds) - Double(hands.running(at: real))) / hands.speed
    }
    let longest = Double(StampedAnswer.longest)
    return Int64(min(max(rest.rounded(.up), -longest), longest))
  }

  /// The real seconds that so many of the twin's milliseconds take.
  func realSeconds(ofMilliseconds milliseconds: Int) -> Double {
    Double(milliseconds) / 1000 / speed
  }
}
