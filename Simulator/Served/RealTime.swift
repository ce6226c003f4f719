import Glibc
import Roaster

/// The kernel's clocks and its way of waiting.
enum RealTime {
  /// Where nanoseconds come from; a test may have its own source.
  typealias Source = @Sendable () -> Int64

  /// Nanoseconds on the clock that never jumps.
  static var nanoseconds: Int64 {
    let time = read(CLOCK_MONOTONIC)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  static var wall: WallTime {
    let time = read(CLOCK_REALTIME)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Waits until one of them is ready, at most so long; it may return too early, never much too
  /// late. `poll` counts in milliseconds, so a shorter rest is slept through.
  static func wait(for entries: inout [pollfd], nanoseconds: Int64) {
    let milliseconds = Int32(min(max(nanoseconds, 0) / 1_000_000, 60_000))
    let ready = unsafe poll(&entries, UInt(entries.count), milliseconds)
    guard ready == 0, milliseconds == 0, nanoseconds > shortestSleep else { return }
    var rest = timespec(tv_sec: 0, tv_nsec: Int(nanoseconds))
    unsafe nanosleep(&rest, nil)
    _ = unsafe poll(&entries, UInt(entries.count), 0)
  }

  /// Going to sleep and waking takes about as long.
  private static let shortestSleep: Int64 = 30_000

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return time
  }
}
