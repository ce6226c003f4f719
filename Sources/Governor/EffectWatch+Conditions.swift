import Roaster

extension EffectWatch {
  /// Each trip, with what it was judged by while its condition holds.
  mutating func judgeTrips(_ moment: Moment) -> [(Trip, JSON?)] {
    let now = moment.now
    let isRoasting = moment.state == .roasting
    let infraredLimit = isRoasting ? Self.infraredRoasting : Self.infraredOtherwise
    let rate = moment.progress.rateOfRise
    let isBeanHot = timers.beanHot.lasts(
      Self.tripSeconds, moment.bean.map { $0 >= Self.beanTrip } ?? false, at: now)
    let isInfraredHot = timers.infraredHot.lasts(
      Self.tripSeconds, moment.infrared.map { $0 >= infraredLimit } ?? false, at: now)
    let isLate = moment.progress.began.map { now - $0 >= Self.settledSeconds } ?? false
    let isRunaway = timers.runaway.lasts(
      Self.tripSeconds,
      isRoasting && isLate && hasBeans && moment.heater > 0
        && (rate.map { $0 >= Self.runawayRise } ?? false), at: now)
    return [
      (.beanTooHot, isBeanHot ? temperature("bean", moment.bean, Self.beanTrip) : nil),
      (.infraredTooHot, isInfraredHot ? temperature("ibts", moment.infrared, infraredLimit) : nil),
      (.runawayRise, isRunaway ? rise(rate, Self.runawayRise) : nil),
    ]
  }

  /// Each alarm that the readings tell, with what it was judged by while its condition holds.
  mutating func judgeAlarms(_ moment: Moment) -> [(Alarm.Kind, JSON?)] {
    [
      (.noHeat, noHeat(moment)),
      (.heatWithoutCommand, heatWithoutCommand(moment)),
      (.riseHigh, riseHigh(moment)),
      (.fanNotFollowing, fanNotFollowing(moment)),
      (.boardHot, boardHot(moment)),
    ]
  }

  private mutating func noHeat(_ moment: Moment) -> JSON? {
    let now = moment.now
    let isPreheating = timers.preheating.lasts(
      Self.minute, moment.state == .preheating && moment.heater >= Self.preheatHeater, at: now)
    let isLate = moment.progress.began.map { now - $0 >= Self.settledSeconds } ?? false
    let isHeating = timers.heating.lasts(
      Self.minute, moment.state == .roasting && isLate && moment.heater >= Self.roastHeater,
      at: now)
    let bean = past.beanRise(in: Self.minute, to: moment.bean, at: now)
    let infrared = past.infraredRise(in: Self.minute, to: moment.infrared, at: now)
    let isCold =
      isPreheating && (infrared.map { $0 < Self.preheatRise } ?? false)
      || isHeating && (bean.map { $0 < 0 } ?? false) && (infrared.map { $0 < 0 } ?? false)
    return isCold ? rises(moment, bean, infrared, Self.minute) : nil
  }

  private mutating func heatWithoutCommand(_ moment: Moment) -> JSON? {
    let now = moment.now
    let isUnheated = timers.unheated.lasts(
      Self.minute, moment.state == .roasting && moment.status.heater?.number == 0, at: now)
    let isIdle = timers.idle.lasts(
      Self.minute, moment.state == .shuttingDown || moment.state == .off, at: now)
    let bean = past.beanRise(in: Self.halfMinute, to: moment.bean, at: now)
    let infrared = past.infraredRise(in: Self.minute, to: moment.infrared, at: now)
    if isUnheated, let bean, bean >= Self.unheatedRise {
      return rises(moment, bean, nil, Self.halfMinute)
    }
    if isIdle, let infrared, infrared >= Self.idleRise {
      return rises(moment, nil, infrared, Self.minute)
    }
    return nil
  }

  private mutating func riseHigh(_ moment: Moment) -> JSON? {
    let rate = moment.progress.rateOfRise
    let limit = envelope.riseCeiling(hasBeans: hasBeans)
    let isHigh = timers.rising.lasts(
      Self.riseSeconds, moment.state == .roasting && (rate.map { $0 >= limit } ?? false),
      at: moment.now)
    return isHigh ? rise(rate, limit) : nil
  }

  private mutating func fanNotFollowing(_ moment: Moment) -> JSON? {
    let level = moment.status.fan?.number
    if level != timers.fan {
      timers.fan = level
      timers.fanAstray = Lasting()
    }
    guard let level, let speed = moment.status.fanSpeedRPM, Self.fanSpeeds.indices.contains(level)
    else { return nil }
    let measured = Self.fanSpeeds[level]
    let isAstray =
      level > 0 && abs(Double(speed - measured)) > Self.fanShare * Double(measured)
    return timers.fanAstray.lasts(Self.fanSeconds, isAstray, at: moment.now)
      ? .object([
        ("fan_level", JSON(level)), ("fan_rpm", JSON(speed)), ("measured_rpm", JSON(measured)),
      ]) : nil
  }

  private mutating func boardHot(_ moment: Moment) -> JSON? {
    let board = moment.status.controlBoard
    let isHot = timers.boardHot.lasts(
      Self.halfMinute, board.map { $0 > Self.boardLimit } ?? false, at: moment.now)
    return isHot ? temperature("pcb", board, Self.boardLimit) : nil
  }
}

// MARK: - Facts

extension EffectWatch {
  private func temperature(_ name: String, _ reading: Celsius?, _ limit: Celsius) -> JSON {
    .object([
      ("\(name)_celsius", JSON(reading.map { tenths($0.degrees) })),
      ("limit_celsius", .number(limit.degrees)),
    ])
  }

  private func rise(_ rate: CelsiusPerMinute?, _ limit: CelsiusPerMinute) -> JSON {
    .object([
      ("rise_celsius_per_minute", JSON(rate.map { tenths($0.degreesPerMinute) })),
      ("limit_celsius_per_minute", .number(limit.degreesPerMinute)),
    ])
  }

  private func rises(
    _ moment: Moment, _ bean: Double?, _ infrared: Double?, _ seconds: Double
  ) -> JSON {
    .object([
      ("heater_level", JSON(moment.heater)), ("bean_rise_celsius", JSON(bean.map(tenths))),
      ("ibts_rise_celsius", JSON(infrared.map(tenths))), ("within_seconds", .number(seconds)),
    ])
  }
}

// MARK: - Limits, with their sources in Specs/governor.md

extension EffectWatch {
  static let tripSeconds = 2.0
  static let beanTrip = Celsius(245)
  static let infraredRoasting = Celsius(290)
  static let infraredOtherwise = Celsius(345)
  static let runawayRise = CelsiusPerMinute(45)
  /// From then on a roast is past its turning point.
  static let settledSeconds = 90.0

  static let minute = 60.0
  static let halfMinute = 30.0
  static let preheatHeater = 5
  static let preheatRise = 2.0
  static let roastHeater = 7
  static let unheatedRise = 10.0
  static let idleRise = 15.0
  static let riseSeconds = 5.0
  static let fanSeconds = 15.0
  static let fanShare = 0.25
  /// The revolutions a minute of F0 to F7: measured, but for F6.
  static let fanSpeeds = [0, 810, 915, 1125, 1365, 1560, 1740, 1920]
  static let boardLimit = Celsius(75)
}
