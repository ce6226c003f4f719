import Glibc
import Roaster

/// The daemon's own clocks; a roaster's time comes from its transport.
enum OwnClock {
  /// Never jumps; only differences mean anything.
  static var milliseconds: Int64 { read(CLOCK_MONOTONIC) }

  /// What the calendar says.
  static var wall: WallTime { WallTime(milliseconds: read(CLOCK_REALTIME)) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
