import Governor
import Roaster

/// An alarm that somebody should still look at.
struct StandingAlarm: Sendable {
  let id: Int64
  let alarm: Alarm
  let began: Moment
  let facts: JSON
  var ended: Moment?
  var acknowledgedBy: String?

  var json: JSON {
    .object(
      [("id", .integer(id))] + (alarm.json.members ?? []) + [
        ("began", .string(began.wall.text)), ("ended", JSON(ended?.wall.text)),
        ("acknowledged_by", JSON(acknowledgedBy)), ("facts", facts),
      ])
  }
}

extension Desk {
  /// Alarms that stand or that nobody has acknowledged.
  public var alarms: [JSON] { standingAlarms.map(\.json) }

  static let alarmLimit = 100

  /// Takes what the watch over effects has found.
  mutating func heed(_ signs: [EffectWatch.Sign]) {
    for sign in signs {
      switch sign {
      case .began(let kind, let facts): beginAlarm(kind, facts)
      case .ended(let kind): endAlarm(kind)
      case .trip(let trip, let facts): self.trip(trip, facts)
      }
    }
  }

  mutating func beginAlarm(_ kind: Alarm.Kind, _ facts: JSON = .null) {
    guard !standingAlarms.contains(where: { $0.alarm.kind == kind && $0.ended == nil }) else {
      return
    }
    let alarm = StandingAlarm(id: nextAlarm, alarm: Alarm(kind), began: now, facts: facts)
    nextAlarm += 1
    standingAlarms.append(alarm)
    if standingAlarms.count > Self.alarmLimit {
      standingAlarms.remove(at: standingAlarms.firstIndex { $0.ended != nil } ?? 0)
    }
    keep(.alarm, by: .watch, [("alarm", alarm.json)], isLate: !isLedgerWhole)
    effects.append(.tell(.alarm, alarm.json))
  }

  mutating func endAlarm(_ kind: Alarm.Kind) {
    guard let place = standingAlarms.firstIndex(where: { $0.alarm.kind == kind && $0.ended == nil })
    else {
      return
    }
    standingAlarms[place].ended = now
    effects.append(.tell(.alarm, standingAlarms[place].json))
    if standingAlarms[place].acknowledgedBy != nil { standingAlarms.remove(at: place) }
  }

  /// A person has seen it. One that tells of something past ends with that.
  mutating func acknowledge(_ id: Int64, _ actor: Actor) -> Result<JSON, DeskRefusal> {
    guard actor.kind == .person else { return .failure(.notForYou("only a person acknowledges")) }
    guard let place = standingAlarms.firstIndex(where: { $0.id == id }) else {
      return .failure(.noSuchAlarm(id))
    }
    standingAlarms[place].acknowledgedBy = actor.name
    if standingAlarms[place].alarm.kind == .levelLowered { standingAlarms[place].ended = now }
    let alarm = standingAlarms[place]
    if alarm.ended != nil { standingAlarms.remove(at: place) }
    keep(.alarm, by: actor, [("alarm", alarm.json)])
    effects.append(.tell(.alarm, alarm.json))
    return .success(alarm.json)
  }

  // MARK: Heat that nobody steers

  /// At the start heat that is on is left on, and told (T2); it ends when it is off.
  mutating func heedHeat(_ sight: Sight, isFirst: Bool) {
    guard let heater = sight.level(of: .heater) else { return }
    if heater == 0 {
      endAlarm(.heatUnattended)
    } else if isFirst {
      heedUnattended()
    }
  }

  /// Tells of heat when nobody steers any more.
  mutating func heedUnattended() {
    guard let heater = sight?.level(of: .heater), heater > 0 else { return }
    beginAlarm(.heatUnattended, .object([("heater", JSON(heater))]))
  }
}
