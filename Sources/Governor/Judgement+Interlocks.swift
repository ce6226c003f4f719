import Roaster

extension Judgement {
  /// I1 to I17: what blocks a command while it holds. For less heat the starred ones do not: a rule
  /// that keeps heat on is no safety.
  mutating func judgeInterlocks() {
    let isLessHeat = command.isLessHeat(than: now.status)
    judgeLatches()
    if !isLessHeat { judgeHands() }
    judgeValue()
    if !isLessHeat {
      judgeStep()
      judgeRamp()
      judgeInterval()
      judgeCounts()
      judgeFailures()
    }
    judgeCeilings()
    judgeFanFloor()
    judgeDrum()
  }

  /// I1 to I3.
  private mutating func judgeLatches() {
    if now.isAborted { object(.aborted, "an abort is latched until a person resets it") }
    if !now.trips.isEmpty {
      object(
        .tripped, "a trip is latched until a person resets it",
        [("trips", .array(now.trips.map(\.rawValue).sorted().map(JSON.string)))])
    }
    if let other = now.busyWith {
      object(
        .busy, "the command of proposal \(other) is under way", [("proposal", .integer(other))])
    }
  }

  /// I4 and I5.
  private mutating func judgeHands() {
    let quiet = seconds(since: now.touched)
    if quiet < envelope.quietSeconds {
      object(
        .panelActive, "somebody is at the panel",
        [("quiet_seconds", .number(quiet)), ("limit_seconds", .number(envelope.quietSeconds))])
    }
    if now.paused.contains(command.kind) {
      object(
        .breakerOpen, "\(command.kind.rawValue) is paused after failures until a person resets it",
        [("kind", .string(command.kind.rawValue))])
    }
  }

  /// I6.
  private mutating func judgeValue() {
    let isSettable =
      switch command {
      case .heater(let level): level.isSettable
      case .fan(let level): level.isSettable
      case .drum(let level): level.isSettable
      case .press: true
      }
    if !isSettable {
      object(
        .valueLimit, "\(command.text) cannot be set", [("level", JSON(command.setting?.level))])
    }
  }

  /// I7.
  private mutating func judgeStep() {
    guard let move else { return }
    let (levels, limit) =
      switch move.control {
      case .heater: (move.to - move.from, envelope.heaterRise)
      case .fan: (abs(move.to - move.from), envelope.fanMove)
      case .drum: (abs(move.to - move.from), envelope.drumMove)
      }
    if levels > limit {
      object(
        .stepLimit, "\(move.control.name) from \(move.from) to \(move.to) is too far at once",
        [("from", JSON(move.from)), ("to", JSON(move.to)), ("limit", JSON(limit))])
    }
  }

  /// I8.
  private mutating func judgeRamp() {
    guard let rise else { return }
    let before = now.record.heaterRises.reduce(0) {
      now.now - $1.at < envelope.rampSeconds ? $0 + $1.levels : $0
    }
    if before + rise > envelope.rampRise {
      object(
        .rampLimit, "the heater would have risen by \(before + rise) in a minute",
        [
          ("levels", JSON(before + rise)), ("limit", JSON(envelope.rampRise)),
          ("within_seconds", .number(envelope.rampSeconds)),
        ])
    }
  }

  /// I9.
  private mutating func judgeInterval() {
    let pause = seconds(since: now.record.lastCommand[command.kind])
    let limit = actor.kind == .person ? envelope.personInterval : envelope.agentInterval
    if pause < limit {
      object(
        .minimumInterval, "the last \(command.kind.rawValue) command was \(text(pause)) s ago",
        [("seconds", .number(pause)), ("limit_seconds", .number(limit))])
    }
  }

  /// I10 and I11.
  private mutating func judgeCounts() {
    if now.record.inBatch >= envelope.perBatch {
      object(
        .batchLimit, "this batch has had its \(envelope.perBatch) commands",
        [("commands", JSON(now.record.inBatch)), ("limit", JSON(envelope.perBatch))])
    }
    if now.record.inDay >= envelope.perDay {
      object(
        .dayLimit, "24 hours have had their \(envelope.perDay) commands",
        [("commands", JSON(now.record.inDay)), ("limit", JSON(envelope.perDay))])
    }
  }

  /// I12.
  private mutating func judgeFailures() {
    var count = 0
    var failures = 0
    for outcome in now.record.outcomes where now.now - outcome.at < envelope.failureSeconds {
      count += 1
      if outcome.isFailure { failures += 1 }
    }
    if count >= envelope.failureCount, Double(failures) > envelope.failureShare * Double(count) {
      object(
        .failureRate, "\(failures) of the last \(count) commands failed",
        [("failed", JSON(failures)), ("commands", JSON(count))])
    }
  }

  /// I13 to I15.
  private mutating func judgeCeilings() {
    guard rise != nil else { return }
    if let bean = now.status?.bean, bean >= envelope.beanCeiling {
      object(
        .beanCeiling, "no more heat with BT at \(text(bean.degrees)) C",
        [
          ("bean_celsius", .number(tenths(bean.degrees))),
          ("limit_celsius", .number(envelope.beanCeiling.degrees)),
        ])
    }
    if let infrared = now.status?.infrared, infrared >= envelope.infraredCeiling {
      object(
        .infraredCeiling, "no more heat with IBTS at \(text(infrared.degrees)) C",
        [
          ("ibts_celsius", .number(tenths(infrared.degrees))),
          ("limit_celsius", .number(envelope.infraredCeiling.degrees)),
        ])
    }
    let limit = envelope.riseCeiling(hasBeans: now.hasBeans)
    if let rate = now.rateOfRise, rate >= limit {
      object(
        .riseCeiling, "no more heat while BT climbs \(text(rate.degreesPerMinute)) C/min",
        [
          ("rise_celsius_per_minute", .number(tenths(rate.degreesPerMinute))),
          ("limit_celsius_per_minute", .number(limit.degreesPerMinute)),
          ("beans", .bool(now.hasBeans)),
        ])
    }
  }

  /// I16.
  private mutating func judgeFanFloor() {
    guard let move, let heater = level(of: .heater), let fan = level(of: .fan) else { return }
    let after: (heater: Int, fan: Int)
    switch move.control {
    case .heater where move.to > heater: after = (move.to, fan)
    case .fan where move.to < fan: after = (heater, move.to)
    default: return
    }
    let floor = envelope.fanFloor[after.heater]
    if after.fan < floor {
      object(
        .fanFloor, "heater \(after.heater) needs fan \(floor) at least, not \(after.fan)",
        [
          ("heater_level", JSON(after.heater)), ("fan_level", JSON(after.fan)),
          ("limit", JSON(floor)),
        ])
    }
  }

  /// I17.
  private mutating func judgeDrum() {
    if rise != nil, state == .roasting, level(of: .drum) == 0 {
      object(.drumStands, "no more heat while the drum stands", [("drum_level", JSON(0))])
    }
  }
}

extension Finding {
  /// Another proposal, let run by a person, waits to move the same control (I3, L6).
  public static func busy(waiting other: Int64) -> Finding {
    Finding(
      .busy, "proposal \(other) has a person's leave and moves the same control",
      [("proposal", .integer(other))])
  }
}

extension Envelope {
  /// How fast BT may climb (I15).
  func riseCeiling(hasBeans: Bool) -> CelsiusPerMinute {
    hasBeans ? riseWithBeans : riseWithoutBeans
  }
}
