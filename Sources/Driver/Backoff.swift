/// How long to wait before the next attempt to open: 1, 2, 4, 8, 16 and then every 30 seconds.
struct Backoff: Sendable {
  private var next: Int64 = 1

  mutating func nextSeconds() -> Int64 {
    defer { next = min(next * 2, 30) }
    return next
  }
}
