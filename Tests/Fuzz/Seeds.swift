import Glibc
import Roaster

@testable import Driver

/// Writes what fuzzing starts from: `seeds DIRECTORY` makes DIRECTORY/decode and
/// DIRECTORY/recording. Written anew on every run, so they are always of the current format.
@main
enum Seeds {
  static func main() {
    guard CommandLine.arguments.count == 2 else { exit(64) }
    let directory = CommandLine.arguments[1]
    for (name, frame) in frames { write(frame.bytes, to: "\(directory)/decode/\(name)") }
    write(Array(frames[0].frame.bytes.dropLast()), to: "\(directory)/decode/short")
    for (name, started, transfers) in recordings {
      let bytes =
        RecordingFormat.header(header(started)) + transfers.flatMap(RecordingFormat.transfer)
      write(bytes, to: "\(directory)/recording/\(name)")
    }
  }

  private static let frames = [
    (name: "roasting", frame: frame(state: 0x06)),
    (name: "off", frame: WireStatus().frame),
    (name: "idle-message", frame: frame(state: 0x06, validity: 0)),
  ]

  private static func frame(
    state: UInt8, validity: UInt8 = WireStatus().validity
  ) -> StatusFrame {
    var wire = WireStatus()
    (wire.bean, wire.infrared, wire.exhaust, wire.beanRateOfRise) = (180.3, 201.5, 120, 8.4)
    (wire.clockMinutes, wire.clockSeconds) = (9, 5)
    (wire.heater, wire.fan, wire.drum, wire.state) = (7, 2, 9, state)
    (wire.fanSpeed, wire.mainsVolts, wire.preheatTarget) = (915, 230, 190)
    wire.validity = validity
    return wire.frame
  }

  private static let device = Device(product: 0x5741, serial: "BR1-0001", bus: 1, address: 7)
  private static let identification = Identification(serial: 1234, firmware: 572, roasts: 88)

  private static func header(_ started: Int64) -> RecordingHeader {
    RecordingHeader(
      origin: .synthetic, started: WallTime(milliseconds: started), program: "seeds",
      device: device, identification: identification)
  }

  private static let today: Int64 = 1_792_000_000_000
  private static let recordings: [(name: String, started: Int64, transfers: [RecordedTransfer])] = [
    ("empty", today, []),
    ("two-polls", today, timed(opening + poll + poll + [closing])),
    ("faults", today, timed(opening + troubledPolls + poll + [closing])),
    ("absent-then-there", today, timed([absent] + opening + poll)),
    ("gone-and-back", today, timed(opening + poll + unplugged + [absent] + opening + poll)),
    ("before-all-time", .min, timed(opening + poll)),
    ("after-all-time", .max, timed(opening + poll)),
  ]

  private typealias Step = (
    kind: RecordedTransfer.Kind, fault: TransportFault?, payload: [UInt8]
  )

  private static let closing: Step = (.close, nil, [])
  private static let absent: Step = (.open, .absent, [])

  private static let opening: [Step] =
    [(.open, nil, device.recordingPayload)] + ask(.info1, identification.info1)
    + ask(.info2, identification.info2)

  private static let poll: [Step] =
    ask(.status1, frames[0].frame.firstHalf) + ask(.status2, frames[0].frame.secondHalf)

  private static let unplugged: [Step] = [
    (.send, nil, Query.status1.bytes), (.receive, .gone, []), closing,
  ]

  /// A late answer, a stall, an answer in pieces, one cut short, and a write cut short.
  private static let troubledPolls: [Step] =
    [(.send, nil, Query.status1.bytes), (.receive, .timeout, []), (.send, nil, Query.info1.bytes)]
    + [(.receive, nil, frames[0].frame.firstHalf), (.receive, nil, identification.info1)]
    + [(.send, nil, Query.status1.bytes), (.receive, .stalled, []), (.clearStall, nil, [])]
    + ask(.info1, Array(identification.info1.prefix(20)))
    + [(.receive, nil, Array(identification.info1.dropFirst(20)))]
    + ask(.status1, [1, 2, 3]) + [(.receive, .timeout, [])] + ask(.info1, identification.info1)
    + [(.send, .shortWrite(taken: 1), Query.status1.bytes)] + ask(.info1, identification.info1)
    + [(.send, nil, Query.status1.bytes), (.receive, .failed(code: -99), [])]
    + [(.send, nil, Query.info1.bytes), (.receive, .overflow, []), closing] + opening

  private static func ask(_ query: Query, _ answer: [UInt8]) -> [Step] {
    [(.send, nil, query.bytes), (.receive, nil, answer)]
  }

  /// The steps one after the other, each taking 2 ms.
  private static func timed(_ steps: [Step]) -> [RecordedTransfer] {
    steps.enumerated().map { index, step in
      RecordedTransfer(
        kind: step.kind, began: Int64(index) * 3_000_000,
        ended: Int64(index) * 3_000_000 + 2_000_000,
        fault: step.fault, payload: step.payload)
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { fatalError("cannot write \(path)") }
    precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0)
  }
}
