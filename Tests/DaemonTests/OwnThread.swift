import Glibc

/// Something that goes on beside a test, on a thread of its own, so that the threads of Swift's tasks
/// may wait.
final class OwnThread {
  private var thread = pthread_t()
  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  init(_ body: @escaping @Sendable () -> Void) {
    let failure = pthread_create(
      &thread, nil,
      { box in
        guard let box else { return nil }
        Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Box(body)).toOpaque())
    precondition(failure == 0)
  }

  /// Waits until it is done.
  func join() { pthread_join(thread, nil) }
}
