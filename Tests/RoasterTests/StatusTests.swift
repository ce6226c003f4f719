import Testing

@testable import Roaster

/// Specs/wire.md W8, W11 and W12. The golden frames of Tests/Fixtures/frames, written by an
/// independent encoder, are held in RoastTests.
struct StatusTests {
  private func typical() -> WireStatus {
    var wire = WireStatus()
    wire.state = RoasterState.roasting.code
    (wire.clockMinutes, wire.clockSeconds) = (5, 23)
    (wire.bean, wire.beanRateOfRise, wire.infrared, wire.exhaust) = (165.3, 8.1, 178.25, 121)
    (wire.heater, wire.fan, wire.drum) = (7, 2, 9)
    (wire.fanSpeed, wire.mainsVolts, wire.preheatTarget) = (915, 203, 230)
    return wire
  }

  @Test func `a plausible frame has nothing suspect`() {
    let status = Status(typical())
    #expect(status.suspicion.all.isEmpty)
    #expect(status.clockSeconds == 323)
    #expect(status.infrared == Celsius(178.25))
    #expect(status.preheatTarget == Celsius(230))
  }

  @Test func `every level that the panel knows is read, every other one is suspect`() {
    for byte in UInt8.min...UInt8.max {
      var wire = typical()
      (wire.heater, wire.fan, wire.drum) = (byte, byte, byte)
      let status = Status(wire)
      #expect(status.heater?.number == (byte <= 9 ? Int(byte) : nil))
      #expect(status.fan?.number == (byte <= 12 ? Int(byte) : nil))
      #expect(status.drum?.number == (byte <= 9 ? Int(byte) : nil))
      #expect(status.suspicion.implausible.contains(.heater) == (byte > 9))
      #expect(status.suspicion.implausible.contains(.fan) == (byte > 12))
      #expect(status.suspicion.implausible.contains(.drum) == (byte > 9))
    }
  }

  @Test func `a value that is no number says so, apart from one that cannot be true`() {
    var wire = typical()
    wire.bean = .nan
    wire.infrared = -.infinity
    wire.exhaust = -52.5
    let status = Status(wire)
    #expect((status.bean, status.infrared, status.exhaust) == (nil, nil, nil))
    #expect(status.suspicion.notFinite.fields == [.bean, .infrared])
    #expect(status.suspicion.implausible.fields == [.exhaust])
  }

  @Test func `another message than a status gives no value of the first half, and no suspicion`() {
    for validity in UInt8.min...UInt8.max where validity != 10 {
      var wire = typical()
      wire.validity = validity
      wire.bean = .nan
      wire.coilFan2 = 31
      let status = Status(wire)
      #expect(!status.isValid)
      #expect(status.bean == nil && status.state == nil && status.heater == nil)
      #expect(status.coilFan1Percent == nil && status.coilFan2Percent == 31)
      #expect(status.preheatTarget == Celsius(230))
      #expect(status.suspicion.all.isEmpty)
    }
  }

  @Test func `the firmware's 25 degrees at a roast's start are masked, and only there`() {
    func infrared(_ value: Float, state: RoasterState, seconds: UInt8) -> Status {
      var wire = typical()
      (wire.infrared, wire.state) = (value, state.code)
      (wire.clockMinutes, wire.clockSeconds) = (0, seconds)
      return Status(wire)
    }
    for seconds in UInt8(0)...5 {
      let masked = infrared(25, state: .roasting, seconds: seconds)
      #expect(masked.infrared == nil)
      #expect(masked.suspicion.placeholder.fields == [.infrared])
    }
    #expect(infrared(25, state: .roasting, seconds: 6).infrared == Celsius(25))
    #expect(infrared(25, state: .ready, seconds: 0).infrared == Celsius(25))
    #expect(infrared(25.1, state: .roasting, seconds: 0).infrared != nil)
  }

  @Test func `an unknown state is not suspect and keeps its code`() {
    var wire = typical()
    wire.state = 0x55
    #expect(Status(wire).state == .unknown(0x55))
    #expect(Status(wire).suspicion.all.isEmpty)
  }
}
