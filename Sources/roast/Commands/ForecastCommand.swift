import Analysis
import Roaster
import Shadow
import Simulator

/// `roast forecast`: what comes of a roast under a schedule, as the shadow sees it.
enum ForecastCommand {
  static let definition = CommandDefinition(
    name: "forecast",
    summary: "What comes of a roast, and how sure that is",
    discussion: [
      "The shadow follows the readings of a file up to a second of the roast and goes on by the file's "
        + "levels to the drop, with bands that hold nine readings in ten. Without --observe-until it "
        + "knows the levels alone.",
      "Specs/physics.md says how well that follows real roasts, and what it cannot know.",
    ],
    options: [
      OptionDefinition(
        name: "schedule", value: "FILE.csv",
        meaning: "columns t_s,power,fan,drum; bt_c,ibts_c where it was roasted"),
      OptionDefinition(
        name: "observe-until", value: "S",
        meaning: "read bt_c,ibts_c up to this second, and nothing of them after it"),
      OptionDefinition(name: "grams", value: "G", meaning: "batch, default 400"),
      OptionDefinition(
        name: "charge-ibts", value: "C", meaning: "IBTS at charge, default what was read, else 230"),
      OptionDefinition(
        name: "charge-bt", value: "C", meaning: "BT at charge, default what was read, else 156"),
      OptionDefinition(name: "room", value: "C", meaning: "room temperature, default 22"),
      OptionDefinition(
        name: "machine", value: "m1|m2", meaning: "whose parameters; also note-m1, note-m2",
        suggestions: ["note-m1", "note-m2"]),
      OptionDefinition(
        name: "kappa", value: "K", meaning: "the bean's heat factor as far as known, default 1"),
      OptionDefinition(
        name: "drop-at", value: "S", meaning: "default its DROP event, else its last row"),
      OptionDefinition(
        name: "drop-bt", value: "C", meaning: "say when BT comes to this, the last levels held"),
      OptionDefinition(
        name: "development", value: "RATIO",
        meaning: "say when to drop for this share of time after first crack, 0.1 to 0.5"),
      OptionDefinition(
        name: "out", value: "FILE.csv", meaning: "a row a second from the charge to the drop"),
      OptionDefinition(name: "plot", value: "FILE.svg", meaning: "the curve and its bands, drawn"),
      .unit, .json,
    ],
    examples: [
      (
        "roast forecast --schedule roast.csv --observe-until 150",
        "the rest of a roast from its first minutes"
      ),
      (
        "roast forecast --schedule plan.csv --drop-at 520 --out plan-forecast.csv",
        "what these levels would do, and how sure that is"
      ),
      (
        "roast forecast --schedule roast.csv --observe-until 300 --drop-bt 205 --development 0.18",
        "when to drop"
      ),
    ],
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let unit = try arguments.unit(of: "forecast")
    let options = try ForecastOptions(arguments)
    let (table, plot) = try files(arguments)
    let forecast: RoastForecast
    do throws(PhysicsError) {
      forecast = try RoastForecast(
        options.start, samples: options.samples, schedule: options.schedule,
        dropSeconds: options.dropSeconds)
    } catch {
      throw Complaint(
        code: "bad_schedule", happened: "the physics refused: \(error)",
        next: "Check --grams and --kappa.", exit: .usage)
    }
    table?.append(Array(forecast.csv.utf8))
    plot?.append(Array(forecast.chart(unit: unit).utf8))
    for file in [table, plot].compactMap({ $0 }) {
      if let failure = file.failure {
        throw Complaint(
          code: "file_not_writable", happened: "writing \(file.path) failed: \(failure)",
          next: "Free space on the disk and try again.")
      }
    }
    Console.out(
      arguments.wantsJSON
        ? forecast.json(for: options.wishes).text + "\n"
        : forecast.text(in: unit, for: options.wishes))
    return .done
  }

  /// Created before the work, so that a path that cannot be written costs none.
  private static func files(_ arguments: Arguments) throws(Complaint) -> (
    table: OutputFile?, plot: OutputFile?
  ) {
    let table = try arguments.value("out").map { path throws(Complaint) in
      guard path.hasSuffix(".csv") else {
        throw .badValue(path, option: "out", expected: "a .csv file", "forecast")
      }
      return try OutputFile(path, mayReplace: true)
    }
    let plot = try arguments.value("plot").map { path throws(Complaint) in
      try OutputFile(path, mayReplace: true)
    }
    return (table, plot)
  }
}
