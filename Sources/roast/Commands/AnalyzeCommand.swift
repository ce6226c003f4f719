import Analysis
import Roaster

/// `roast analyze`: what there is to say about a roast.
enum AnalyzeCommand {
  static let definition = CommandDefinition(
    name: "analyze",
    summary: "Say what went well and what did not in a roast, with advice",
    discussion: [
      "A roast is named by its number, or is 'last' or 'current', and the daemon is asked; or it is "
        + "a file: what 'roast roasts export' writes as CSV or JSON, or any table with the columns "
        + "t_s and bt_c (and ibts_c, power, fan, drum, state, event where there are such).",
      "Findings are no refusal: the exit code is 0 whatever they are. Energy is reckoned from the "
        + "heater's levels and the watts on the plate, which nobody measured: compare roasts with "
        + "it, bill nobody.",
    ],
    operands: [
      OperandDefinition(
        name: "ROAST", meaning: "a number, last, current or a file; default last",
        isRequired: false)
    ],
    options: OptionDefinition.asking + [.unit],
    examples: [
      ("roast analyze", "the last roast"),
      ("roast analyze 12 --json", "one roast, for a program"),
      ("roast analyze last.csv", "a table that was exported"),
    ],
    variables: DaemonPlace.socketVariables,
    files: DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let unit = try arguments.unit(of: "analyze")
    let name = arguments.operands.first ?? "last"
    let report =
      ["last", "current"].contains(name) || Int64(name) != nil
      ? AnalysisReport(try document(name, arguments))
      : AnalysisReport(file: name, try curve(name))
    return Console.answer(report.json, as: arguments, text: report.text(in: unit))
  }

  private static func document(
    _ roast: String, _ arguments: Arguments
  ) throws(Complaint) -> JSON {
    try DaemonClient(arguments).document("GET", "/v1/roasts/" + DaemonClient.encoded(roast))
  }

  private static func curve(_ path: String) throws(Complaint) -> RoastCurve {
    guard path.hasSuffix(".csv") || path.hasSuffix(".json") else {
      throw .usage(
        "'\(path)' is no roast: expected a number, last, current or a .csv or .json file",
        definition)
    }
    let bytes = try FileBytes.read(path)
    return path.hasSuffix(".csv") ? try table(bytes, path) : try export(bytes, path)
  }

  private static func table(_ bytes: [UInt8], _ path: String) throws(Complaint) -> RoastCurve {
    do throws(CurveCSV.Fault) {
      return try CurveCSV.curve(reading: String(decoding: bytes, as: UTF8.self))
    } catch { throw noCurve(path, error.text) }
  }

  private static func export(_ bytes: [UInt8], _ path: String) throws(Complaint) -> RoastCurve {
    let json: JSON
    do throws(JSON.Fault) { json = try JSON(reading: bytes) } catch {
      throw noCurve(path, "it is no JSON, from byte \(error.offset) on")
    }
    let curve = json["curve"] ?? json
    guard curve["seconds"]?.arrayValue != nil else {
      throw noCurve(path, "it has no member 'seconds'")
    }
    return RoastCurve(json: curve)
  }

  private static func noCurve(_ path: String, _ problem: String) -> Complaint {
    Complaint(
      code: "bad_curve", happened: "\(path) holds no roast: \(problem)",
      next: "'roast roasts export' writes files that can be read.")
  }
}

extension CurveCSV.Fault {
  fileprivate var text: String {
    switch self {
    case .noColumn(let name): "there is no column '\(name)'"
    case .noNumber(let line, let column): "line \(line) has no number in '\(column)'"
    case .badSize(let rows): "it has \(rows) rows"
    }
  }
}
