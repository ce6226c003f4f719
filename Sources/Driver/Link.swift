import Roaster

/// What is known about the connection to the roaster.
public struct Link: Equatable, Sendable {
  /// What the session is able to do now; staleness comes from time, see `state(at:)`.
  public internal(set) var phase: Phase = .connecting
  /// The roaster that was opened last.
  public internal(set) var device: Device?
  /// What it said about itself.
  public internal(set) var identification: Identification?
  /// When the last valid status arrived.
  public internal(set) var lastReading: MonotonicTime?
  /// Why the last exchange or the last attempt to open failed; nil once a poll has succeeded.
  public internal(set) var lastFailure: Failure?
  /// Polls that brought both halves.
  public internal(set) var polls: UInt64 = 0
  /// Polls that did not.
  public internal(set) var failedPolls: UInt64 = 0
  /// Times that a device was opened and identified.
  public internal(set) var connections: UInt64 = 0

  /// A connection not yet made.
  public init() {}

  /// What the session is able to do.
  public enum Phase: Equatable, Sendable {
    case connecting, up, absent, busy, denied
    /// A machine that cannot be read: another product, or one whose answers are not a Bullet's.
    case unsupported
  }

  /// Readings older than this are not shown as live (Specs/wire.md W16).
  public static let freshSeconds = 2.0

  /// The state as a person should see it.
  public func state(at now: MonotonicTime) -> LinkState {
    switch phase {
    case .connecting: .connecting
    case .absent: .absent
    case .busy: .busy
    case .denied: .denied
    case .unsupported: .unsupported
    case .up: (age(at: now) ?? .infinity) <= Self.freshSeconds ? .up : .stale
    }
  }

  /// Seconds since the last valid status; nil before the first.
  public func age(at now: MonotonicTime) -> Double? {
    lastReading.map { max(0, now - $0) }
  }
}

/// The connection in one word.
public enum LinkState: String, CaseIterable, Sendable {
  /// Looking for a roaster, opening it, or waiting to try again.
  case connecting
  /// Readings come, and the last is less than 2 s old.
  case up
  /// The roaster is open but its last reading is older than 2 s.
  case stale
  case absent, busy, denied, unsupported
}

/// Why an exchange with the roaster brought nothing.
public enum Failure: Hashable, Sendable {
  case transport(TransportFault)
  /// The answer to a query had another length than it must have.
  case length(Query, received: Int)
  /// The answer to `status2` was a late answer to `status1`.
  case mispaired
  /// More kept coming than any roaster queues.
  case babbling
}

extension Failure {
  /// Its name for programs, which stays.
  public var code: String {
    switch self {
    case .transport(let fault): fault.code
    case .length: "wrong_length"
    case .mispaired: "mispaired"
    case .babbling: "babbling"
    }
  }
}

extension TransportFault {
  /// Its name for programs, which stays.
  public var code: String {
    switch self {
    case .absent: "absent"
    case .unsupported: "unsupported"
    case .busy: "busy"
    case .denied: "denied"
    case .timeout: "timeout"
    case .stalled: "stalled"
    case .overflow: "overflow"
    case .shortWrite: "short_write"
    case .gone: "gone"
    case .ended: "ended"
    case .failed(let code): "usb_error_\(-code)"
    }
  }
}
