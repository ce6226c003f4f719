import Governor
import Roaster
import Synchronization

/// Where the loop leaves bytes for the session's runner, which sends them as soon as no poll is in
/// flight. It holds one write: nothing queues behind another, because what is not sent at once was
/// decided on what is no longer so. Each write that is put here comes back once, as sent or not.
public final class Outbox: Sendable {
  private struct Contents {
    var next: Write?
    var withdrawn: [Write] = []
  }

  private let contents = Mutex(Contents())

  /// An empty one.
  public init() {}

  /// Leaves a write to be sent. An abort replaces what is there; an ordinary write never replaces an
  /// abort.
  public func put(_ write: Write) {
    contents.withLock { contents in
      if contents.next?.purpose == .abort, write.purpose != .abort {
        contents.withdrawn.append(write)
      } else {
        if let replaced = contents.next { contents.withdrawn.append(replaced) }
        contents.next = write
      }
    }
  }

  /// Takes back what has not left, whatever it is.
  public func withdraw() {
    contents.withLock { contents in
      if let next = contents.next { contents.withdrawn.append(next) }
      contents.next = nil
    }
  }

  /// What is there, and why it must not be sent any more; nil for a write that is to be sent now.
  /// Before a request only an abort is.
  func take(now: MonotonicTime, onlyAbort: Bool = false) -> (write: Write, isOver: WriteResult?)? {
    contents.withLock { contents in
      if !contents.withdrawn.isEmpty { return (contents.withdrawn.removeFirst(), .withdrawn) }
      guard let write = contents.next, !onlyAbort || write.purpose == .abort else { return nil }
      contents.next = nil
      let isLate = write.notAfter.map { $0 < now } ?? false
      return (write, isLate ? .late : nil)
    }
  }
}

/// What became of a write.
public enum WriteResult: Equatable, Sendable {
  case sent
  /// Its time had passed; it did not leave.
  case late
  /// It was taken back, or an abort took its place; it did not leave.
  case withdrawn
  /// The transport failed; it may have arrived or not, and is not sent again.
  case failed(TransportFault)
}

extension WriteResult {
  /// Whether it left, or may have.
  var mayHaveArrived: Bool { self != .late && self != .withdrawn }

  /// What the audit says of it.
  var action: AuditAction {
    switch self {
    case .sent: .bytesSent
    case .late, .withdrawn: .bytesNotSent
    case .failed: .bytesUnsure
    }
  }

  /// Its name in the audit.
  var code: String {
    switch self {
    case .sent: "sent"
    case .late: "late"
    case .withdrawn: "withdrawn"
    case .failed(let fault): fault.code
    }
  }
}
