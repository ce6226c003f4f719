import Roaster

/// Any bytes, as frames: each is judged without a trap, nothing that cannot be true passes as a
/// value, and fields written back are the same fields.
@_cdecl("LLVMFuzzerTestOneInput")
public func decodeFuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  precondition((StatusFrame(bytes) == nil) == (count != StatusFrame.size))
  precondition(Query(bytes: bytes).map { $0.bytes == bytes } ?? true)
  precondition(Actuation(bytes: bytes).map { $0.bytes == bytes } ?? true)
  let padded = Array((bytes + [UInt8](repeating: 0, count: StatusFrame.size)).prefix(128))
  checkIdentification(padded)
  guard let frame = StatusFrame(padded) else { preconditionFailure("128 bytes are a frame") }
  checkBytes(of: frame, padded)
  checkFields(of: frame)
  let point = Telemetry(
    sequence: UInt64(count),
    moment: Moment(monotonic: .init(nanoseconds: 0), wall: .init(milliseconds: 0)),
    frame: frame)
  precondition(point.frame == frame && point.status == Status(WireStatus(frame)))
  check(point.status)
  return 0
}

/// A frame keeps its bytes, however it was put together.
private func checkBytes(of frame: StatusFrame, _ bytes: [UInt8]) {
  precondition(frame.bytes == bytes)
  precondition(frame.firstHalf + frame.secondHalf == bytes)
  precondition(StatusFrame(firstHalf: frame.firstHalf, secondHalf: frame.secondHalf) == frame)
}

/// Fields, written back and read again, are the same bit for bit, whatever number they are.
private func checkFields(of frame: StatusFrame) {
  let (before, after) = (WireStatus(frame), WireStatus(WireStatus(frame).frame))
  precondition(patterns(before) == patterns(after))
  precondition(after.frame == before.frame)
}

private func patterns(_ wire: WireStatus) -> [UInt64] {
  let floats = [
    wire.bean, wire.beanRateOfRise, wire.infrared, wire.unverified12, wire.exhaust,
    wire.unverified20, wire.infraredBoard, wire.controlBoard,
  ]
  let integers: [any FixedWidthInteger] = [
    wire.clockMinutes, wire.clockSeconds, wire.fan, wire.heater, wire.drum, wire.state,
    wire.validity, wire.fanSpeed, wire.mainsVolts, wire.coilFan1, wire.coilFan2,
    wire.preheatTarget,
  ]
  return floats.map { UInt64($0.bitPattern) } + integers.map { UInt64(truncatingIfNeeded: $0) }
}

/// A value is either there and plausible, or absent and listed; nothing is both.
private func check(_ status: Status) {
  let values: [(Field, Double?, ClosedRange<Double>)] = [
    (.clock, status.clockSeconds.map(Double.init), 0...(255 * 60 + 59)),
    (.bean, status.bean?.degrees, -5...350),
    (.beanRateOfRise, status.beanRateOfRise?.degreesPerMinute, -200...200),
    (.infrared, status.infrared?.degrees, 0...400),
    (.exhaust, status.exhaust?.degrees, -20...300),
    (.infraredBoard, status.infraredBoard?.degrees, -20...150),
    (.controlBoard, status.controlBoard?.degrees, -20...150),
    (.heater, status.heater.map { Double($0.number) }, 0...9),
    (.fan, status.fan.map { Double($0.number) }, 0...12),
    (.drum, status.drum.map { Double($0.number) }, 0...9),
    (.fanSpeed, status.fanSpeedRPM.map(Double.init), 0...4000),
    (.mains, status.mainsVolts.map(Double.init), 80...260),
    (.coilFan1, status.coilFan1Percent.map(Double.init), 0...100),
    (.coilFan2, status.coilFan2Percent.map(Double.init), 0...100),
    (.preheatTarget, status.preheatTarget?.degrees, 0...350),
  ]
  let suspects = status.suspicion.all
  for (field, value, range) in values {
    precondition(value.map(range.contains) ?? true, "\(field) is \(String(describing: value))")
    let isOfSecondHalf = field == .coilFan2 || field == .preheatTarget
    let isExpected = status.isValid || isOfSecondHalf
    precondition(suspects.contains(field) == (isExpected && value == nil), "\(field)")
  }
  precondition((status.state != nil) == status.isValid)
}

/// Two replies of the right length say who they are, and say it again.
private func checkIdentification(_ bytes: [UInt8]) {
  let (info1, info2) = (Array(bytes[..<32]), Array(bytes[32..<68]))
  guard let identification = Identification(info1: info1, info2: info2) else {
    preconditionFailure("these lengths are right")
  }
  precondition(
    Identification(info1: identification.info1, info2: identification.info2) == identification)
}
