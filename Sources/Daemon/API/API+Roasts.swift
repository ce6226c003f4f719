import Analysis
import Roaster
import Store

// MARK: - Finding roasts

extension API {
  /// The number that a path names a roast by: its own, `current` or `last`.
  func number(ofRoast name: String) throws(APIError) -> Int64 {
    switch name {
    case "current":
      guard let current = live.now.currentRoast else { throw .noSuchRoast(name) }
      return current
    case "last":
      let latest = try reading { () throws(StoreFault) in
        try archive.roasts(RoastFilter(limit: 1))
      }
      guard let last = latest.first else { throw .noSuchRoast(name) }
      return last.row.id
    default:
      guard let number = Int64(name), number > 0 else { throw .noSuchRoast(name) }
      return number
    }
  }

  /// A roast that is in the store. One that began this moment may not be there yet.
  func stored(_ name: String) throws(APIError) -> StoredRoast {
    let number = try number(ofRoast: name)
    guard let roast = try reading({ () throws(StoreFault) in try archive.roast(number) }) else {
      throw .noSuchRoast(name)
    }
    return roast
  }

  /// What the archive says, or the error that people see when it cannot be read.
  func reading<Value>(_ body: () throws(StoreFault) -> Value) throws(APIError) -> Value {
    do throws(StoreFault) { return try body() } catch {
      if error.isDamage { facts.examineStore() }
      throw APIError(error, kept: false)
    }
  }
}

// MARK: - Reading

extension API {
  func roasts(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let limit = try parameters.integer("limit", in: 1...500) ?? 50
    let filter = RoastFilter(
      limit: Int(limit), before: try parameters.integer("before", in: 1...Int64.max),
      text: parameters.text("q"), beans: parameters.text("beans"),
      from: try parameters.time("from"), to: try parameters.time("to"))
    let found = try reading { () throws(StoreFault) in try archive.roasts(filter) }
    let next = found.count == Int(limit) ? found.last.map { JSON.integer($0.row.id) } : nil
    return .json(
      .object([("roasts", .array(found.map(\.json))), ("next_before", next ?? .null)]))
  }

  func roast(_ name: String, _ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let unit = try parameters.unit()
    let roast = try stored(name)
    let curve = try curve(of: roast)
    let events = try reading { () throws(StoreFault) in try archive.events(of: roast.row.id) }
    let losses = try reading { () throws(StoreFault) in try archive.losses(of: roast.row.id) }
    let summary = RoastSummary(
      curve, gramsIn: roast.row.details.gramsIn, gramsOut: roast.gramsOut)
    return .json(
      .object(
        (roast.json.members ?? []) + [
          ("summary", summary.json), ("findings", try findings(of: roast, curve).json(in: unit)),
          ("events", .array(events.map(\.json))),
          ("losses", .array(losses.map(\.json))), ("curve", curve.json),
        ]))
  }

  /// As they were kept; worked out of the curve for a roast that goes on or was never looked at by
  /// this analysis, and in that case kept.
  private func findings(
    of roast: StoredRoast, _ curve: RoastCurve
  ) throws(APIError) -> RoastFindings {
    let commands = try reading { () throws(StoreFault) in try archive.commands(of: roast) }
    if roast.status == .roasting { return RoastFindings(curve).with(commands) }
    let known = try reading { () throws(StoreFault) in try archive.findings(of: roast.row.id) }
    if let known { return known.with(commands) }
    let findings = RoastFindings(curve)
    let entry = Entry.roastFindings(id: roast.row.id, findings)
    desk.hand(RequestDesk.Request(wish: .keep([entry])) { _ in })
    return findings.with(commands)
  }

  func curve(of roast: StoredRoast) throws(APIError) -> RoastCurve {
    let settings = CurveRecorder.Settings(leadSeconds: 60, tailSeconds: 120)
    let found = try reading { () throws(StoreFault) in
      try archive.curve(roast.row.id, settings: settings)
    }
    guard let found else { throw .noSuchRoast("\(roast.row.id)") }
    return found
  }

  func export(_ name: String, _ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let format = try parameters.choice("format", of: ["csv", "json", "svg"]) ?? "csv"
    let roast = try stored(name)
    let curve = try curve(of: roast)
    let file = "roast-\(roast.row.id).\(format)"
    switch format {
    case "csv": return Self.file(CurveCSV(curve).text, type: "text/csv; charset=utf-8", name: file)
    case "json": return Self.file(curve.json.text + "\n", type: "application/json", name: file)
    default:
      let drawing = try chart(of: roast, curve, parameters).svg
      return Self.file(drawing, type: "image/svg+xml", name: file)
    }
  }

  private static func file(_ text: String, type: String, name: String) -> HTTPResponse {
    .text(
      text, type: type,
      headers: [(name: "Content-Disposition", value: "attachment; filename=\"\(name)\"")])
  }

  private func chart(
    of roast: StoredRoast, _ curve: RoastCurve, _ parameters: Parameters
  ) throws(APIError) -> Chart {
    let unit = try parameters.unit()
    let theme = try parameters.choice("theme", of: ["light", "dark"])
    let other = try parameters.text("with").map { (name) throws(APIError) in try stored(name) }
    return Chart(
      curve, reference: try other.map { (roast) throws(APIError) in try self.curve(of: roast) },
      title: roast.title, subtitle: roast.row.began.wall.text,
      referenceTitle: other?.title ?? "", unit: unit,
      theme: theme == "light" ? .light : theme == "dark" ? .dark : .automatic)
  }
}

extension StoredRoast {
  /// What a person calls it.
  var title: String {
    row.details.title ?? "Roast \(row.id)" + (row.details.beans.map { ", \($0)" } ?? "")
  }

  /// The roast in a list.
  var json: JSON {
    .object([
      ("id", .integer(row.id)),
      ("status", .string(status.rawValue)),
      ("began", .string(row.began.wall.text)),
      ("ended", JSON(ended?.wall.text)),
      ("title", JSON(row.details.title)),
      ("beans", JSON(row.details.beans)),
      ("grams_in", JSON(row.details.gramsIn)),
      ("grams_out", JSON(gramsOut)),
      ("weight_loss_ratio", JSON(weightLossRatio.map { rounded($0, 10000) })),
      ("notes", JSON(row.details.notes)),
      ("device", .string(row.device)),
      ("simulated", .bool(row.isSimulated)),
      ("serial", JSON(row.serial)),
      ("duration_seconds", JSON(figures.durationSeconds.map { rounded($0, 10) })),
      ("first_crack_seconds", JSON(figures.firstCrackSeconds.map { rounded($0, 10) })),
      ("development_ratio", JSON(figures.developmentRatio.map { rounded($0, 10000) })),
      ("drop_bean_celsius", JSON(wire: figures.dropBean?.degrees)),
    ])
  }
}

extension Parameters {
  /// The scale that people are to read.
  fileprivate func unit() throws(APIError) -> TemperatureUnit {
    try choice("unit", of: TemperatureUnit.allCases.map(\.rawValue))
      .flatMap(TemperatureUnit.init(rawValue:)) ?? .celsius
  }
}

private func rounded(_ number: Double, _ parts: Double) -> Double {
  (number * parts).rounded() / parts
}
