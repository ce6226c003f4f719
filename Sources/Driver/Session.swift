import Roaster

/// The life of a connection: open, identify, poll at 10 Hz, recover, reconnect.
///
/// A pure machine: every input, with the time it came at, gives at most one next action and
/// any number of reports. It sends nothing but the four `Query` requests, and it never waits,
/// sleeps or reads a clock; `SessionRunner` does what it asks (Specs/wire.md W13 to W18).
public struct Session: Sendable {
  /// Serial number of the roaster wanted; nil takes the first on the bus.
  public let serial: String?
  /// What is known about the connection.
  public private(set) var link = Link()

  private var stage = Stage.beginning
  private var backoff = Backoff()
  private var failuresInARow = 0
  private var skipping = 0
  private var refusal: TransportFault?
  private var reply: [UInt8] = []
  private var answerDue = MonotonicTime(nanoseconds: 0)
  private var lateAnswers = 0
  private var info1: [UInt8] = []
  private var firstHalf: [UInt8] = []
  private var wasReading = false
  private var nextPoll = MonotonicTime(nanoseconds: 0)
  private var sequence: UInt64 = 0

  /// A session with the roaster of that serial number, or with the first found.
  public init(serial: String? = nil) { self.serial = serial }

  /// Clients of the roaster allow each transfer this long.
  public static let transferMilliseconds = 1000
  /// From one poll's beginning to the next one's.
  public static let pollMilliseconds: Int64 = 100
  /// The rest of an answer that came in part must follow within this time.
  static let remainderMilliseconds = 100
  /// More late answers than this are no queue but babble.
  static let lateAnswerLimit = 16
  /// After so many failed exchanges in a row the device is closed and opened again.
  static let failuresUntilReopen = 3

  /// What the runner is to do next.
  public enum Action: Equatable, Sendable {
    case open(serial: String?, skipping: Int)
    case send(Query)
    case receive(count: Int, timeoutMilliseconds: Int)
    case clearStall
    case close
    case wait(until: MonotonicTime, orArrival: Bool)
    case finish
  }

  /// What came of it.
  public enum Input: Sendable {
    case begin
    case opened(Result<Device, TransportFault>)
    case sent(TransportFault?)
    case received(Result<[UInt8], TransportFault>)
    case stallCleared(TransportFault?)
    case closed
    case woke
    /// Asked to end: give the device back and finish.
    case stop
  }

  /// What the house should know.
  public enum Report: Sendable {
    case telemetry(Telemetry)
    /// The connection changed; `link` says to what.
    case linkChanged
    /// An exchange failed; what follows is defined, and no reading came of it.
    case failure(Failure)
  }

  /// The answer to one input.
  public struct Turn: Sendable {
    public var action: Action
    public var reports: [Report] = []
  }

  private enum Stage: Equatable {
    case beginning
    case opening
    case clearingStall
    case asking(Query)
    case awaiting(Query)
    case resting
    case closing(AfterClose)
    case retrying
    case finished
  }

  private enum AfterClose: Equatable { case retry, openNext, finish }

  /// Takes one input and says what to do next.
  public mutating func step(_ input: Input, now: Moment) -> Turn {
    switch (stage, input) {
    case (.finished, _):
      return Turn(action: .finish)
    case (.closing(.finish), .closed), (.beginning, .stop), (.retrying, .stop):
      stage = .finished
      return Turn(action: .finish)
    case (.closing, .stop):
      stage = .closing(.finish)
      return Turn(action: .close)
    case (_, .stop):
      return close(then: .finish)
    case (.beginning, .begin), (.retrying, .woke), (.closing(.openNext), .closed):
      return open()
    case (.opening, .opened(.success(let device))):
      return opened(device)
    case (.opening, .opened(.failure(let fault))):
      return notOpened(fault, now: now)
    case (.closing(.retry), .closed):
      return retry(now: now)
    case (.clearingStall, .stallCleared(let fault)):
      return fault.map { exchangeFailed(.transport($0), now: now) } ?? synchronise()
    case (.asking(let query), .sent(let fault)):
      return fault.map { exchangeFailed(.transport($0), now: now) }
        ?? awaitAnswer(to: query, now: now)
    case (.awaiting(let query), .received(.success(let bytes))):
      return collected(bytes, of: query, now: now)
    case (.awaiting(let query), .received(.failure(let fault))):
      return exchangeFailed(meaning(of: fault, awaiting: query), now: now)
    case (.resting, .woke):
      return ask(.status1)
    case (.beginning, _), (.opening, _), (.clearingStall, _), (.asking, _),
      (.awaiting, _), (.resting, _), (.closing, _), (.retrying, _):
      preconditionFailure("the runner answered \(stage) with \(input)")
    }
  }
}

// MARK: - Opening and closing

extension Session {
  private mutating func open() -> Turn {
    stage = .opening
    return Turn(action: .open(serial: serial, skipping: skipping))
  }

  private mutating func opened(_ device: Device) -> Turn {
    link.device = device
    link.identification = nil
    failuresInARow = 0
    var turn = synchronise()
    turn.reports = change(.connecting)
    return turn
  }

  /// When several roasters are searched for the wanted number, the search ends with `absent`; the
  /// answer is then the first refusal met on the way.
  private mutating func notOpened(_ fault: TransportFault, now: Moment) -> Turn {
    if fault == .ended {
      stage = .finished
      return Turn(action: .finish)
    }
    if serial != nil, fault == .busy || fault == .denied {
      refusal = refusal ?? fault
      skipping += 1
      return open()
    }
    let answer = fault == .absent ? refusal ?? fault : fault
    skipping = 0
    refusal = nil
    link.lastFailure = .transport(answer)
    let phase: Link.Phase =
      switch answer {
      case .absent, .gone: .absent
      case .busy: .busy
      case .denied: .denied
      case .unsupported: .unsupported
      default: .connecting
      }
    var turn = retry(now: now)
    turn.reports = change(phase)
    return turn
  }

  /// Gives the device back; the link shows `phase` from now on, if one is given.
  private mutating func close(then next: AfterClose, phase: Link.Phase? = nil) -> Turn {
    stage = .closing(next)
    return Turn(action: .close, reports: phase.map { change($0) } ?? [])
  }

  private mutating func retry(now: Moment) -> Turn {
    stage = .retrying
    let pause = backoff.nextSeconds()
    return Turn(
      action: .wait(until: now.monotonic.advanced(milliseconds: pause * 1000), orArrival: true))
  }

  /// The reports of a change of phase; none when there is none.
  private mutating func change(_ phase: Link.Phase) -> [Report] {
    let before = link.phase
    link.phase = phase
    return before == phase && phase == .up ? [] : [.linkChanged]
  }
}

// MARK: - Exchanges

extension Session {
  private mutating func ask(_ query: Query) -> Turn {
    stage = .asking(query)
    return Turn(action: .send(query))
  }

  /// A whole packet is asked for even where the answer is shorter, so that a longer one shows.
  private mutating func awaitAnswer(to query: Query, now: Moment) -> Turn {
    stage = .awaiting(query)
    reply = []
    answerDue = now.monotonic.advanced(milliseconds: Int64(Self.transferMilliseconds))
    return Turn(
      action: .receive(
        count: StatusFrame.halfSize, timeoutMilliseconds: Self.transferMilliseconds))
  }

  /// An answer may come in pieces; it is too short when the rest does not follow at once.
  private mutating func collected(_ bytes: [UInt8], of query: Query, now: Moment) -> Turn {
    if query == .info1, bytes.count == StatusFrame.halfSize {
      return lateAnswerCame(now: now)
    }
    reply += bytes
    if reply.count == query.replyLength { return answered(query, now: now) }
    guard reply.count < query.replyLength, now.monotonic < answerDue else {
      return exchangeFailed(.length(query, received: reply.count), now: now)
    }
    return Turn(
      action: .receive(
        count: StatusFrame.halfSize, timeoutMilliseconds: Self.remainderMilliseconds))
  }

  private mutating func answered(_ query: Query, now: Moment) -> Turn {
    switch query {
    case .info1:
      guard let known = link.identification else {
        info1 = reply
        return ask(.info2)
      }
      return known.isOf(info1: reply) ? rest(now: now) : exchangeFailed(.mispaired, now: now)
    case .info2:
      return identified(info2: reply, now: now)
    case .status1:
      firstHalf = reply
      return ask(.status2)
    case .status2:
      return polled(secondHalf: reply, now: now)
    }
  }

  private mutating func identified(info2: [UInt8], now: Moment) -> Turn {
    let identification = Identification(info1: info1, info2: info2)
    if let serial, link.device?.serial != serial, identification.map({ "\($0.serial)" }) != serial {
      skipping += 1
      return close(then: .openNext, phase: .connecting)
    }
    link.identification = identification
    link.connections += 1
    failuresInARow = 0
    nextPoll = now.monotonic
    var turn = ask(.status1)
    turn.reports = [.linkChanged]
    return turn
  }

  private mutating func polled(secondHalf: [UInt8], now: Moment) -> Turn {
    guard !StatusFrame.isFirstHalf(secondReply: secondHalf),
      let frame = StatusFrame(firstHalf: firstHalf, secondHalf: secondHalf)
    else { return exchangeFailed(.mispaired, now: now) }
    let point = Telemetry(sequence: sequence, moment: now, frame: frame)
    sequence += 1
    failuresInARow = 0
    skipping = 0
    refusal = nil
    backoff = Backoff()
    link.polls += 1
    link.lastFailure = nil
    let isReading = point.status.isValid
    defer { wasReading = isReading }
    if isReading { link.lastReading = now.monotonic }
    // Another message may be the rest of what nobody asked for: answers would stay a whole poll behind.
    var turn = wasReading && !isReading ? synchronise() : rest(now: now)
    turn.reports = change(.up) + [.telemetry(point)]
    return turn
  }

  /// Waits for the next tenth of a second; tenths that have passed meanwhile are left out.
  private mutating func rest(now: Moment) -> Turn {
    let late = now.monotonic.nanoseconds - nextPoll.nanoseconds
    let step = Self.pollMilliseconds * 1_000_000
    nextPoll = MonotonicTime(nanoseconds: nextPoll.nanoseconds + (late / step + 1) * step)
    stage = .resting
    return Turn(action: .wait(until: nextPoll, orArrival: false))
  }
}

// MARK: - Recovery

extension Session {
  /// The one answer to every failed exchange (Specs/wire.md W15).
  private mutating func exchangeFailed(_ failure: Failure, now: Moment) -> Turn {
    link.lastFailure = failure
    if case .asking(let query) = stage { countFailure(of: query) }
    if case .awaiting(let query) = stage { countFailure(of: query) }
    failuresInARow += 1
    var turn = answer(to: failure)
    turn.reports.insert(.failure(failure), at: 0)
    return turn
  }

  private mutating func countFailure(of query: Query) {
    guard query == .status1 || query == .status2 else { return }
    link.failedPolls += 1
    sequence += 1
  }

  private mutating func answer(to failure: Failure) -> Turn {
    switch failure {
    case .transport(.gone):
      return close(then: .retry, phase: .absent)
    case .transport(.ended):
      return close(then: .finish)
    case _ where failuresInARow >= Self.failuresUntilReopen:
      return close(then: .retry, phase: answersAreNonsense(failure) ? .unsupported : .connecting)
    case .transport(.stalled):
      stage = .clearingStall
      return Turn(action: .clearStall)
    case .transport, .length, .mispaired, .babbling:
      return synchronise()
    }
  }

  /// A device that never got through its identification, and does answer, is no Bullet R1.
  private func answersAreNonsense(_ failure: Failure) -> Bool {
    switch failure {
    case .length, .babbling, .transport(.overflow): link.identification == nil
    case .transport, .mispaired: false
    }
  }

  /// Asks for `info1` and passes over what comes before its answer. The roaster answers in order and
  /// no status is as short, so once that answer is there no late one can follow (W14). A piece of a
  /// late answer may be as short, but does not name this roaster.
  private mutating func synchronise() -> Turn {
    lateAnswers = 0
    return ask(.info1)
  }

  private mutating func lateAnswerCame(now: Moment) -> Turn {
    lateAnswers += 1
    guard lateAnswers <= Self.lateAnswerLimit, now.monotonic < answerDue else {
      return exchangeFailed(.babbling, now: now)
    }
    return Turn(
      action: .receive(
        count: StatusFrame.halfSize, timeoutMilliseconds: Self.transferMilliseconds))
  }

  /// A time-out after part of an answer, or after answers of another length only, says more than
  /// that nothing came.
  private func meaning(of fault: TransportFault, awaiting query: Query) -> Failure {
    guard fault == .timeout else { return .transport(fault) }
    if !reply.isEmpty { return .length(query, received: reply.count) }
    let onlyOthers = query == .info1 && lateAnswers > 0 && link.identification == nil
    return onlyOthers ? .length(query, received: StatusFrame.halfSize) : .transport(.timeout)
  }
}
