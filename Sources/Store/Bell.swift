import Glibc

/// Wakes the one thread that waits for it, from any other.
///
/// Unchecked because the kernel's mutex guards what is in it.
final class Bell: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var isRung = false

  init() {
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // A clock that is set must not make a wait longer.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(lock)
    condition.deallocate()
    lock.deallocate()
  }

  /// Ends the wait that goes on, or else the next one.
  func ring() {
    pthread_mutex_lock(lock)
    isRung = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(lock)
  }

  /// Waits for the bell, or until a time on `SystemClock`; for ever without one. False when the
  /// time has come.
  @discardableResult
  func wait(until deadline: Int64?) -> Bool {
    pthread_mutex_lock(lock)
    defer {
      isRung = false
      pthread_mutex_unlock(lock)
    }
    while !isRung {
      guard let deadline else {
        pthread_cond_wait(condition, lock)
        continue
      }
      var time = timespec(
        tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
      if pthread_cond_timedwait(condition, lock, &time) == ETIMEDOUT { return isRung }
    }
    return true
  }
}
