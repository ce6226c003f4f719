import Fixtures
import Roaster

@testable import Driver

/// A recording of numbered polls, ten a second, as `roast record` would have made it.
enum SyntheticRecording {
  static let device = Device(product: 0x5741, serial: "BR1-7", bus: 1, address: 5)
  static let started: Int64 = 1_790_000_000_000

  static func bytes(polls: Int) -> [UInt8] {
    let identification = Identification(serial: 1234, firmware: 562, roasts: 99)
    let header = RecordingHeader(
      origin: .synthetic, started: WallTime(milliseconds: started), program: "tests",
      device: device, identification: identification)
    var time: Int64 = 0
    var bytes = RecordingFormat.header(header)
    func add(_ kind: RecordedTransfer.Kind, _ payload: [UInt8]) {
      bytes += RecordingFormat.transfer(
        RecordedTransfer(kind: kind, began: time, ended: time + 500_000, payload: payload))
      time += 1_000_000
    }
    func exchange(_ query: Query, _ reply: [UInt8]) {
      add(.send, query.bytes)
      add(.receive, reply)
    }
    add(.open, device.recordingPayload)
    exchange(.info1, identification.info1)
    exchange(.info2, identification.info2)
    for poll in 1...polls {
      let frame = NumberedFrames.frame(min(poll, NumberedFrames.limit))
      exchange(.status1, Array(frame.prefix(64)))
      exchange(.status2, Array(frame.suffix(64)))
      time = Int64(poll) * 100_000_000
    }
    add(.close, [])
    return bytes
  }
}
