import Governor
import Roaster

/// Does what a `Session` asks of a transport, one action at a time, and hands on its reports.
///
/// While the session rests between two polls, it sends what is in the outbox: never between a request
/// and its answer, so that nothing comes out of step. An abort leaves before a request as well: while
/// answers time out, the session does not rest (Specs/governor.md S2).
///
/// Ends when the task is cancelled or the transport says there will be no more; the device has
/// been given back by then.
public struct SessionRunner<Carrier: Transport> {
  private var session: Session
  private let transport: Carrier
  private let outbox: Outbox?

  /// How long a write may lie in the outbox while the session rests.
  private static var sliceMilliseconds: Int64 { 10 }

  /// A runner of that session over that transport; without an outbox nothing can ever be moved.
  public init(_ session: Session, over transport: Carrier, outbox: Outbox? = nil) {
    self.session = session
    self.transport = transport
    self.outbox = outbox
  }

  /// Runs the session to its end; each report comes with what is known about the connection.
  /// `wrote` hears once of each write that was in the outbox.
  public mutating func run(
    report: (Session.Report, Link) -> Void, wrote: (Write, WriteResult) -> Void = { _, _ in }
  ) async {
    var turn = session.step(.begin, now: transport.now)
    while true {
      for item in turn.reports { report(item, session.link) }
      if turn.action == .finish { return }
      let mayStop = turn.action != .close
      let input: Session.Input
      if mayStop, Task.isCancelled {
        input = .stop
      } else if let outbox, case .wait(let deadline, orArrival: false) = turn.action {
        await rest(until: deadline, outbox, wrote)
        input = .woke
      } else {
        if let outbox, case .send = turn.action, session.link.identification != nil {
          await drain(outbox, onlyAbort: true, wrote)
        }
        input = await perform(turn.action)
      }
      turn = session.step(input, now: transport.now)
    }
  }

  private func rest(
    until deadline: MonotonicTime, _ outbox: Outbox, _ wrote: (Write, WriteResult) -> Void
  ) async {
    repeat {
      await drain(outbox, wrote)
      let slice = transport.now.monotonic.advanced(milliseconds: Self.sliceMilliseconds)
      await transport.wait(until: min(deadline, slice), orArrival: false)
    } while transport.now.monotonic < deadline && !Task.isCancelled
  }

  private func drain(
    _ outbox: Outbox, onlyAbort: Bool = false, _ wrote: (Write, WriteResult) -> Void
  ) async {
    while let (write, isOver) = outbox.take(now: transport.now.monotonic, onlyAbort: onlyAbort) {
      if let isOver { wrote(write, isOver) } else { wrote(write, await send(write)) }
    }
  }

  /// An ordinary write is given up when its time has passed (X1).
  private func send(_ write: Write) async -> WriteResult {
    let left = write.notAfter.map { Int(($0 - transport.now.monotonic) * 1000) }
    // To libusb 0 is for ever.
    let timeout = max(1, min(Session.transferMilliseconds, left ?? .max))
    do throws(TransportFault) {
      try await transport.send(write.bytes, timeoutMilliseconds: timeout)
      return .sent
    } catch { return .failed(error) }
  }

  private func perform(_ action: Session.Action) async -> Session.Input {
    switch action {
    case .open(let serial, let skipping):
      do throws(TransportFault) {
        return .opened(.success(try await transport.open(serial: serial, skipping: skipping)))
      } catch { return .opened(.failure(error)) }
    case .send(let query):
      do throws(TransportFault) {
        try await transport.send(
          query.bytes, timeoutMilliseconds: Session.transferMilliseconds)
        return .sent(nil)
      } catch { return .sent(error) }
    case .receive(let count, let timeout):
      do throws(TransportFault) {
        return .received(
          .success(try await transport.receive(count, timeoutMilliseconds: timeout)))
      } catch { return .received(.failure(error)) }
    case .clearStall:
      do throws(TransportFault) {
        try await transport.clearStall()
        return .stallCleared(nil)
      } catch { return .stallCleared(error) }
    case .close:
      await transport.close()
      return .closed
    case .wait(let deadline, let orArrival):
      await transport.wait(until: deadline, orArrival: orArrival)
      return .woke
    case .finish:
      preconditionFailure("the loop ends before it performs finish")
    }
  }
}
