import CLibUSB
import Roaster
import Synchronization

/// A roaster on the USB bus, over libusb.
///
/// Cancelling the task that uses it ends what is in flight with `ended`; nothing more is carried
/// until the next `open`. Dropping the last reference gives the device back and ends the thread.
public final class USBTransport: Transport {
  private let thread = EventThread()
  private let desk = Desk()

  /// What is open and in flight; touched on the event thread alone.
  private final class Desk: @unchecked Sendable {
    var claim: Claim?
    var transfer: BulkTransfer?
    /// Which endpoint reported a stall last.
    var stalled = BulkTransfer.Endpoint.in
    var isCancelled = false
    var arrivalsSeen = 0

    func release() {
      claim?.release()
      claim = nil
    }
  }

  /// A transport with no device open.
  public init() {}

  deinit {
    let desk = desk
    thread.enqueue { _ in desk.release() }
    thread.end()
  }

  public var now: Moment { Moment(monotonic: Clocks.monotonic, wall: Clocks.wall) }

  public func open(serial: String?, skipping: Int) async throws(TransportFault) -> Device {
    let desk = desk
    return try await onThread { thread, done in
      desk.release()
      desk.isCancelled = false
      desk.arrivalsSeen = thread.arrivals
      guard let context = thread.context else {
        return done(.failure(thread.startFault ?? .absent))
      }
      do throws(TransportFault) {
        let claim = try Claim.open(in: context, serial: serial, skipping: skipping)
        desk.claim = claim
        done(.success(claim.device))
      } catch { done(.failure(error)) }
    }
  }

  public func send(_ bytes: [UInt8], timeoutMilliseconds: Int) async throws(TransportFault) {
    _ = try await carry(.out, bytes, timeoutMilliseconds)
  }

  public func receive(
    _ count: Int, timeoutMilliseconds: Int
  ) async throws(TransportFault) -> [UInt8] {
    try await carry(.in, [UInt8](repeating: 0, count: count), timeoutMilliseconds)
  }

  public func clearStall() async throws(TransportFault) {
    let desk = desk
    try await onThread { (_, done: @escaping (Result<Void, TransportFault>) -> Void) in
      guard let handle = desk.claim?.handle else { return done(.failure(.gone)) }
      let code = libusb_clear_halt(handle, desk.stalled.rawValue)
      done(code == 0 ? .success(()) : .failure(TransportFault(calling: code)))
    }
  }

  public func close() async {
    let desk = desk
    await withCheckedContinuation { continuation in
      thread.enqueue { _ in
        desk.release()
        continuation.resume()
      }
    }
  }

  public func wait(until deadline: MonotonicTime, orArrival: Bool) async {
    let (thread, desk) = (thread, desk)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        thread.enqueue { thread in
          let hasArrived = orArrival && thread.arrivals != desk.arrivalsSeen
          if desk.isCancelled || hasArrived { return continuation.resume() }
          thread.sleep(until: deadline, wakesOnArrival: orArrival, wake: continuation)
        }
      }
    } onCancel: {
      cancel()
    }
  }

  private func carry(
    _ endpoint: BulkTransfer.Endpoint, _ bytes: [UInt8], _ timeoutMilliseconds: Int
  ) async throws(TransportFault) -> [UInt8] {
    let desk = desk
    return try await onThread { _, done in
      if desk.isCancelled { return done(.failure(.ended)) }
      guard let handle = desk.claim?.handle else { return done(.failure(.gone)) }
      desk.transfer = BulkTransfer.submit(
        endpoint, bytes, timeoutMilliseconds: timeoutMilliseconds, on: handle
      ) { result in
        desk.transfer = nil
        if case .failure(.stalled) = result { desk.stalled = endpoint }
        done(result)
      }
    }
  }

  /// Runs a job on the event thread and waits for what it calls `done` with.
  private func onThread<Value: Sendable>(
    _ job:
      @escaping @Sendable (EventThread, @escaping (Result<Value, TransportFault>) -> Void) -> Void
  ) async throws(TransportFault) -> Value {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<Value, TransportFault>, Never>) in
        thread.enqueue { thread in job(thread) { continuation.resume(returning: $0) } }
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }

  /// Ends what is in flight and everything asked for later, until the next `open`.
  private func cancel() {
    let desk = desk
    thread.enqueue { thread in
      desk.isCancelled = true
      desk.transfer?.cancel()
      thread.wakeAll()
    }
  }
}
