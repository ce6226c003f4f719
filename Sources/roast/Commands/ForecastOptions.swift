import Governor
import Roaster
import Shadow
import Simulator

/// For which drops the moment is looked for.
struct DropWishes {
  var bean: Celsius?
  var developmentRatio: Double?
  /// When the beans cracked, if that was seen.
  var crackedAt: Double?
}

/// What `roast forecast` was asked to forecast.
struct ForecastOptions {
  /// So long before the charge its temperatures are still those of the charge, s.
  private static let beforeCharge = 1.5

  let schedule: Schedule
  let start: Estimator.Start
  let dropSeconds: Double
  let wishes: DropWishes
  /// What was read up to the moment of the forecast, and nothing later.
  let samples: [Rehearsal.Sample]

  init(_ arguments: Arguments) throws(Complaint) {
    guard let path = arguments.value("schedule") else {
      throw Complaint(
        code: "usage", happened: "forecast needs --schedule FILE.csv",
        next: "'roast forecast --help' says more.", exit: .usage)
    }
    let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
    do throws(Schedule.Refusal) {
      schedule = try Schedule(csv: text)
    } catch {
      throw Complaint(
        code: "bad_schedule", happened: "\(path), line \(error.line): \(error.problem)",
        next: "Columns t_s,power,fan,drum; bt_c,ibts_c where it was roasted; t_s 0 is the charge.",
        exit: .usage)
    }
    func number(_ option: String, _ range: ClosedRange<Double>) throws(Complaint) -> Double? {
      try arguments.number(option, in: range, of: "forecast")
    }
    let until = try number("observe-until", 0...7200)
    samples =
      try until.map { until throws(Complaint) in
        try ForecastOptions.samples(text, path, until: until)
      } ?? []
    dropSeconds =
      try number("drop-at", 1...7199) ?? schedule.dropSeconds
      ?? max(1, schedule.rows.last?.seconds ?? 1)
    wishes = DropWishes(
      bean: try number("drop-bt", 100...250).map(Celsius.init),
      developmentRatio: try number("development", 0.1...0.5),
      crackedAt: ForecastOptions.firstCrack(text, until: until))
    let read = Estimator.Start(
      past: samples, machine: try arguments.machine(of: "forecast") ?? .m1,
      grams: try number("grams", Batch.grams) ?? 400,
      roomCelsius: try number("room", -10...50) ?? 22)
    var start = read
    start.drumCelsius =
      try number("charge-ibts", 20...400) ?? (samples.isEmpty ? 230 : read.drumCelsius)
    start.probeCelsius =
      try number("charge-bt", 20...350) ?? (samples.isEmpty ? 156 : read.probeCelsius)
    start.beanFactor = try number("kappa", 0.5...2) ?? 1
    self.start = start
  }

  /// When the file says that the beans cracked, as far as it was read.
  private static func firstCrack(_ text: String, until: Double?) -> Double? {
    guard let until, let table = Table(csv: text) else { return nil }
    return (0..<table.count).first { table.text("event", row: $0) == "FC" }
      .flatMap { table.number("t_s", row: $0) }.flatMap { $0 <= until ? $0 : nil }
  }

  /// The rows of a file that were read: from the charge to a second of the roast.
  private static func samples(_ text: String, _ path: String, until: Double) throws(Complaint)
    -> [Rehearsal.Sample]
  {
    guard let table = Table(csv: text) else { return [] }
    var samples: [Rehearsal.Sample] = []
    for row in 0..<table.count {
      guard let seconds = table.number("t_s", row: row) else { continue }
      guard seconds >= -beforeCharge, seconds <= until else { continue }
      func reading(_ column: String) throws(Complaint) -> Celsius? {
        guard let cell = table.text(column, row: row)?.filter({ !$0.isWhitespace }), !cell.isEmpty
        else { return nil }
        guard let value = Double(cell), (-100.0...700).contains(value) else {
          throw Complaint(
            code: "bad_schedule",
            happened: "\(path), at \(seconds) s: \(column) is '\(cell)'; expected a number from "
              + "-100 to 700",
            next: "Leave a cell blank where nothing was read.", exit: .usage)
        }
        return Celsius(value)
      }
      func level(_ column: String) -> Int { Int((table.number(column, row: row) ?? 0).rounded()) }
      samples.append(
        Rehearsal.Sample(
          seconds: seconds, bean: try reading("bt_c"), infrared: try reading("ibts_c"),
          heater: level("power"), fan: level("fan"), drum: level("drum")))
    }
    guard samples.contains(where: { $0.bean != nil || $0.infrared != nil }) || until == 0 else {
      throw Complaint(
        code: "nothing_observed",
        happened: "\(path) has no bt_c or ibts_c up to \(fixed(until, 0)) s",
        next: "Leave --observe-until out, or name a file with readings.", exit: .usage)
    }
    return samples
  }
}
