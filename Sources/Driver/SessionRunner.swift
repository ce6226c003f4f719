import Roaster

/// Does what a `Session` asks of a transport, one action at a time, and hands on its reports.
///
/// Ends when the task is cancelled or the transport says there will be no more; the device has
/// been given back by then.
public struct SessionRunner<Carrier: Transport> {
  private var session: Session
  private let transport: Carrier

  /// A runner of that session over that transport.
  public init(_ session: Session, over transport: Carrier) {
    self.session = session
    self.transport = transport
  }

  /// Runs the session to its end; each report comes with what is known about the connection.
  public mutating func run(report: (Session.Report, Link) -> Void) async {
    var turn = session.step(.begin, now: transport.now)
    while true {
      for item in turn.reports { report(item, session.link) }
      if turn.action == .finish { return }
      let mayStop = turn.action != .close
      let input = mayStop && Task.isCancelled ? .stop : await perform(turn.action)
      turn = session.step(input, now: transport.now)
    }
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
