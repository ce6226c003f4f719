import Roaster

/// A twin in another process, over the socket of its `TwinServer` (Specs/served-twin.md).
///
/// It is connected on the first `open`. Cancelling the task that uses it ends what is in flight
/// with `ended` and hangs up, which closes the roaster; the next `open` connects again. Dropping
/// the last reference hangs up as well.
public final class ServedTwin: Transport {
  private let clock: ServedClock
  private let thread: CallerThread

  /// The twin that is, or will be, served at the path.
  public convenience init(path: String) {
    self.init(path: path) { RealTime.nanoseconds }
  }

  init(path: String, time: @escaping RealTime.Source) {
    clock = ServedClock(time: time)
    thread = CallerThread.start(path: path, clock: clock)
  }

  deinit { thread.end() }

  public var now: Moment { clock.now }

  /// How many of its seconds pass in one of ours, as it said last; 1 before it is met.
  public var speed: Double { clock.speed }

  public func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    try await onThread { caller, isInterrupted throws(TransportFault) in
      try caller.open(serial: serial, skipping: skipping, isInterrupted)
    }
  }

  public func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    try await onThread { caller, isInterrupted throws(TransportFault) in
      try caller.send(bytes, isInterrupted)
    }
  }

  public func receive(
    _ count: Int, timeoutMilliseconds: Int
  ) async throws(TransportFault) -> [UInt8] {
    try await onThread { caller, isInterrupted throws(TransportFault) in
      try caller.receive(count, timeoutMilliseconds: timeoutMilliseconds, isInterrupted)
    }
  }

  public func clearStall() async throws(TransportFault) {
    try await onThread { caller, isInterrupted throws(TransportFault) in
      try caller.clearStall(isInterrupted)
    }
  }

  public func close() async {
    let number = thread.nextNumber()
    await withCheckedContinuation { continuation in
      thread.enqueue(number) { caller, _ in
        caller.close()
        continuation.resume()
      }
    }
  }

  public func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    try? await onThread { caller, isInterrupted throws(TransportFault) in
      caller.wait(until: deadline, orArrival: orArrival, isInterrupted)
    }
  }

  /// Does it on the thread, and gives it up when the task is cancelled.
  private func onThread<Value: Sendable>(
    _ body:
      @escaping @Sendable (inout Caller, Caller.Interruption) throws(TransportFault) -> Value
  ) async throws(TransportFault) -> Value {
    let thread = thread
    let number = thread.nextNumber()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<Value, TransportFault>, Never>) in
        thread.enqueue(number) { caller, isInterrupted in
          do throws(TransportFault) {
            continuation.resume(returning: .success(try body(&caller, isInterrupted)))
          } catch { continuation.resume(returning: .failure(error)) }
        }
      }
    } onCancel: {
      thread.cancel(number)
    }
    return try result.get()
  }
}
