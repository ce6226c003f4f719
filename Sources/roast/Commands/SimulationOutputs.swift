import Glibc
import Roaster
import Simulator

/// Where a simulation goes: files that are created before it begins, so that a path that cannot be
/// written costs no simulation.
struct SimulationOutputs {
  /// The recording, if one was asked for.
  let recording: OutputFile?
  private let rows: OutputFile?
  private let plot: OutputFile?

  init(_ arguments: Arguments) throws(Complaint) {
    recording = try arguments.value("record").map { path throws(Complaint) in
      try OutputFile(path, mayReplace: false)
    }
    rows = try arguments.value("out").map { path throws(Complaint) in
      guard path.hasSuffix(".csv") || path.hasSuffix(".json") else {
        throw .badValue(path, option: "out", expected: "a .csv or .json file", "simulate")
      }
      return try OutputFile(path, mayReplace: true)
    }
    plot = try arguments.value("plot").map { path throws(Complaint) in
      try OutputFile(path, mayReplace: true)
    }
  }

  /// Writes everything that was asked for, and the summary.
  func write(
    _ simulation: Simulation, _ options: SimulationOptions, _ arguments: Arguments
  ) throws(Complaint) -> ExitCode {
    let unit = try arguments.unit(of: "simulate")
    if let rows {
      let isTable = rows.path.hasSuffix(".csv")
      rows.append(Array((isTable ? simulation.csv : simulation.rowsJSON.text + "\n").utf8))
    }
    if let plot {
      guard let chart = simulation.chart(unit: unit) else {
        throw Complaint(
          code: "nothing_to_plot", happened: "there was no roast to draw",
          next: "Choose a scenario in which the roast begins.")
      }
      plot.append(Array(chart.utf8))
    }
    for file in [recording, rows, plot].compactMap({ $0 }) {
      if let failure = file.failure {
        throw Complaint(
          code: "file_not_writable", happened: "writing \(file.path) failed: \(failure)",
          next: "Free space on the disk and try again.")
      }
    }
    let isNoisy = options.isNoisy ?? (arguments.value("schedule") == nil)
    Console.out(
      arguments.wantsJSON
        ? simulation.json(seed: options.seed, isNoisy: isNoisy).text + "\n"
        : simulation.text(in: unit))
    return .done
  }
}
