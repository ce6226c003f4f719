extension Status {
  /// All values under the keys that stay; null where unknown.
  public var members: [(key: String, value: JSON)] {
    [
      ("valid", .bool(isValid)),
      (Field.state.key, JSON(state?.name)),
      ("state_code", JSON(state.map { Int($0.code) })),
      (Field.clock.key, JSON(clockSeconds)),
      (Field.bean.key, JSON(wire: bean?.degrees)),
      (Field.beanRateOfRise.key, JSON(wire: beanRateOfRise?.degreesPerMinute)),
      (Field.infrared.key, JSON(wire: infrared?.degrees)),
      (Field.exhaust.key, JSON(wire: exhaust?.degrees)),
      (Field.infraredBoard.key, JSON(wire: infraredBoard?.degrees)),
      (Field.controlBoard.key, JSON(wire: controlBoard?.degrees)),
      (Field.heater.key, JSON(heater?.number)),
      (Field.fan.key, JSON(fan?.number)),
      (Field.drum.key, JSON(drum?.number)),
      (Field.fanSpeed.key, JSON(fanSpeedRPM)),
      (Field.mains.key, JSON(mainsVolts)),
      (Field.coilFan1.key, JSON(coilFan1Percent)),
      (Field.coilFan2.key, JSON(coilFan2Percent)),
      (Field.preheatTarget.key, JSON(wire: preheatTarget?.degrees)),
      ("suspect", .array(suspicion.all.fields.map { .string($0.key) })),
    ]
  }

  /// The same keys when there is no reading at all.
  public static let unknownMembers = Status(WireStatus()).members.map { member in
    (key: member.key, value: member.key == "suspect" ? JSON.array([]) : .null)
  }

  /// The members as an object.
  public var json: JSON { .object(members) }
}
