import Daemon
import Glibc
import Roaster
import Synchronization

/// Follows the daemon's stream on a thread of its own: connects, goes on where it was after every
/// break, and never gives up unless the daemon says that it may not look.
final class DaemonStream: Sendable {
  enum Happening: Sendable {
    /// How things stand: the status, and the roast on record if there is one.
    case standing(status: JSON, roast: JSON?)
    case message(event: String, JSON)
    /// The stream broke; it is tried again.
    case lost(DaemonFault)
    /// The daemon does not want us.
    case refused(DaemonFault)
  }

  /// The daemon gives a sign of life every 10 s.
  private static let silentSeconds = 25.0
  private static let pauseMilliseconds = (least: 100, most: 2000)

  private let client: DaemonClient
  private let tell: @Sendable (Happening) -> Void
  private let isEnding = Atomic(false)

  /// A stream that hands everything to `tell`, in order, on its own thread.
  init(_ client: DaemonClient, tell: @escaping @Sendable (Happening) -> Void) {
    self.client = client
    self.tell = tell
  }

  /// Starts following.
  func start() { DetachedThread.start { self.follow() } }

  /// Tells nothing more.
  func stop() { isEnding.store(true, ordering: .relaxed) }

  private var hasEnded: Bool { isEnding.load(ordering: .relaxed) }

  private func follow() {
    var last: String?
    var pause = Self.pauseMilliseconds.least
    while !hasEnded {
      let before = last
      do throws(DaemonFault) {
        try read(after: &last)
      } catch {
        if hasEnded { return }
        if case .refused(let refusal) = error, [401, 403].contains(refusal.status) {
          return tell(.refused(error))
        }
        tell(.lost(error))
      }
      pause =
        last != before ? Self.pauseMilliseconds.least : min(2 * pause, Self.pauseMilliseconds.most)
      usleep(UInt32(pause) * 1000)
    }
  }

  /// Reads one connection to its end.
  private func read(after last: inout String?) throws(DaemonFault) {
    let connection = try DaemonConnection(
      path: client.socket, by: DaemonConnection.Deadline(seconds: Self.silentSeconds))
    let fields = last.map { [(name: "Last-Event-ID", value: $0)] } ?? []
    try connection.write(
      client.request("GET", "/v1/stream", fields: fields + [("Accept", "text/event-stream")]),
      by: DaemonConnection.Deadline(seconds: Self.silentSeconds))
    var answer = AnswerReader(mostBodyBytes: ServerEventReader.mostMessageBytes)
    var events = ServerEventReader()
    var isFirst = last == nil
    while !hasEnded, !answer.isWhole {
      let bytes = try connection.read(by: DaemonConnection.Deadline(seconds: Self.silentSeconds))
      do throws(AnswerReader.Fault) {
        if bytes.isEmpty { try answer.end() } else { try answer.take(bytes) }
      } catch {
        throw error == .cutShort ? .broken(errno: ECONNRESET) : .notUnderstood(error)
      }
      guard let head = answer.head else { continue }
      guard head.status == 200 else {
        guard answer.isWhole else { continue }
        throw .refused(DaemonFault.Refusal(status: head.status, body: answer.takeBody()))
      }
      if isFirst { try tellStanding() }
      isFirst = false
      try tell(messages(answer.takeBody(), &events), &last)
    }
    if !hasEnded { throw .broken(errno: ECONNRESET) }
  }

  private func messages(
    _ bytes: [UInt8], _ events: inout ServerEventReader
  ) throws(DaemonFault) -> [ServerEventReader.Message] {
    do throws(ServerEventReader.TooLong) { return try events.take(bytes) } catch {
      throw .notUnderstood(.bodyTooLong)
    }
  }

  private func tell(
    _ messages: [ServerEventReader.Message], _ last: inout String?
  ) throws(DaemonFault) {
    for message in messages {
      if hasEnded { return }
      if message.event == "reset" {
        try tellStanding()
      } else {
        guard let data = try? JSON(reading: Array(message.data.utf8)) else {
          throw .notUnderstood(.malformed)
        }
        tell(.message(event: message.event, data))
      }
      last = message.id ?? last
    }
  }

  private func tellStanding() throws(DaemonFault) {
    let status = try JSON(answer: client.ask("GET", "/v1/status"))
    var roast: JSON?
    if status["roast"]?["id"]?.integerValue != nil {
      do throws(DaemonFault) {
        roast = try JSON(answer: client.ask("GET", "/v1/roasts/current"))
      } catch {
        // The batch may have gone in between, and a store that fails must not end the watching.
        guard case .refused = error else { throw error }
      }
    }
    tell(.standing(status: status, roast: roast))
  }
}
