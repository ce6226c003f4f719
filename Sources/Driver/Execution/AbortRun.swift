import Roaster

/// Steps the heater down until it reads 0 (Specs/governor.md S2, S3, S6): what an abort and a trip do.
struct AbortRun: Sendable {
  private(set) var began: MonotonicTime
  private(set) var steps = 0
  private(set) var phase = Phase.stepping
  private var zeros = 0
  /// Steps asked for since it last began to step.
  private var tries = 0
  private var isOutstanding = false
  private var lastStep: MonotonicTime?
  private var settled: (at: MonotonicTime, state: RoasterState)?

  enum Phase: Equatable {
    case stepping
    /// The heater reads 0, and is watched for a while.
    case watching
    case over
  }

  /// One that steps at once.
  init(began: MonotonicTime) { self.began = began }

  /// So many valid statuses in a row must read 0.
  static let zerosNeeded = 3
  static let watchSeconds = 10.0
  /// Just under a poll, so that none is left out.
  private static let stepSeconds = 0.095
  /// A heater that does not read 0 after a minute of steps is stepped down once a second, for ever.
  private static let longTries = 600
  private static let longSeconds = 0.995

  private var pause: Double { tries < Self.longTries ? Self.stepSeconds : Self.longSeconds }

  /// Whether a step is to be sent now.
  func isDue(_ now: MonotonicTime) -> Bool {
    phase == .stepping && !isOutstanding
      && (lastStep.map { now - $0 >= pause } ?? true)
  }

  /// A step was put into the outbox.
  mutating func stepped(_ now: MonotonicTime) {
    isOutstanding = true
    lastStep = now
    tries += 1
  }

  /// A step has left, or did not.
  mutating func wrote(_ result: WriteResult) {
    isOutstanding = false
    if result.mayHaveArrived { steps += 1 }
  }

  /// What was in the outbox has been taken back.
  mutating func withdrawn() { isOutstanding = false }

  /// Takes a valid status; returns whether the heater reads 0 for good as of now.
  mutating func look(_ sight: Sight) -> Bool {
    switch phase {
    case .stepping:
      zeros = sight.status.heater?.number == 0 ? zeros + 1 : 0
      guard zeros >= Self.zerosNeeded else { return false }
      phase = .watching
      settled = (sight.at, sight.state)
      return true
    case .watching:
      watch(sight)
      return false
    case .over: return false
    }
  }

  /// Heat that comes on again, and not by a hand, is a step of ours that came late.
  private mutating func watch(_ sight: Sight) {
    guard let settled else { return }
    let isHand = sight.showsHand(after: settled.at) || sight.state != settled.state
    let isOn = (sight.status.heater?.number ?? 0) > 0
    let mayBeHand = sight.unexplained.contains { $0.control == .heater }
    if isHand || (sight.at - settled.at >= Self.watchSeconds && !mayBeHand) {
      phase = .over
    } else if isOn, !mayBeHand {
      phase = .stepping
      zeros = 0
      tries = 0
    }
  }
}
