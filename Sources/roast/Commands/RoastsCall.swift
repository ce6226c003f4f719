import Roaster

/// One call of `roast roasts`.
struct RoastsCall {
  let arguments: Arguments
  let unit: TemperatureUnit

  /// The path of the roast that is named.
  private var path: String { Self.path(arguments.operands.dropFirst().first ?? "last") }

  private static func path(_ roast: String) -> String {
    "/v1/roasts/" + DaemonClient.encoded(roast)
  }

  // MARK: Reading

  func list() throws(Complaint) -> ExitCode {
    let limit = try arguments.number(
      "limit", in: 1...500, expected: "a whole number from 1 to 500", of: "roasts")
    let found = try DaemonClient(arguments).document(
      "GET", "/v1/roasts",
      query: [
        ("limit", limit.map { fixed($0, 0) }), ("before", arguments.value("before")),
        ("q", arguments.value("text")), ("beans", arguments.value("beans")),
        ("from", try time("from")), ("to", try time("to")),
      ])
    return Console.answer(found, as: arguments, text: RoastListText(found, unit: unit).text)
  }

  func show() throws(Complaint) -> ExitCode {
    let roast = try DaemonClient(arguments).document("GET", path)
    return Console.answer(
      roast, as: arguments,
      text: RoastText(roast, unit: unit, columns: Screen.isTerminal ? Screen.size.columns : 80).text
    )
  }

  func export() throws(Complaint) -> ExitCode {
    let format = arguments.value("format") ?? "csv"
    let client = try DaemonClient(arguments)
    let isChart = format == "svg"
    let bytes: [UInt8]
    do throws(DaemonFault) {
      bytes = try client.ask(
        "GET", path + "/export",
        query: [
          ("format", format), ("theme", arguments.value("theme")),
          ("with", arguments.value("with")),
          ("unit", isChart ? unit.rawValue : nil),
        ]
      ).body
    } catch { throw Complaint(error) }
    guard let name = arguments.value("out"), name != "-" else {
      return Console.write(bytes, to: 1) || Console.readerLeft ? .done : .failed
    }
    let file = try OutputFile(name, mayReplace: false)
    file.append(bytes)
    if let failure = file.failure {
      throw Complaint(
        code: "file_not_writable", happened: "cannot write \(name): \(failure)",
        next: "Free some room, or name a file elsewhere.")
    }
    return Console.answer(
      .object([
        ("file", .string(name)), ("format", .string(format)), ("bytes", JSON(bytes.count)),
      ]), as: arguments, text: "Wrote \(bytes.count) bytes to \(name).\n")
  }

  // MARK: Changing

  func edit() throws(Complaint) -> ExitCode {
    let changes = try details(["title", "beans", "grams-in", "grams-out", "notes"])
    guard !changes.isEmpty else {
      throw .usage("nothing to change is given", RoastsCommand.definition)
    }
    let roast = try DaemonClient(arguments).document("PATCH", path, body: .object(changes))
    return Console.answer(
      roast, as: arguments,
      text: "Roast \(roast.count("id").map { "\($0)" } ?? "?"): "
        + (BatchText(roast).line ?? "no details") + "\n")
  }

  func batch() throws(Complaint) -> ExitCode {
    let changes = try details(["title", "beans", "grams-in", "notes"])
    let client = try DaemonClient(arguments)
    var batch = try client.document("GET", "/v1/batch")
    if !changes.isEmpty {
      let kept = ["title", "beans", "grams_in", "notes"].map { key in
        (key, changes.first { $0.key == key }?.value ?? batch[key] ?? .null)
      }
      batch = try client.document("PUT", "/v1/batch", body: .object(kept))
    }
    return Console.answer(
      batch, as: arguments,
      text: "Next batch: \(BatchText(batch).line ?? "nothing entered")\n")
  }

  /// The details that are given; null where they are to be cleared.
  private func details(_ options: [String]) throws(Complaint) -> [(key: String, value: JSON)] {
    var details: [(key: String, value: JSON)] = []
    for option in options {
      guard let text = arguments.value(option) else { continue }
      let key = option == "grams-in" ? "grams_in" : option == "grams-out" ? "grams_out" : option
      if text.isEmpty {
        details.append((key, .null))
      } else if key.hasPrefix("grams") {
        let grams = try arguments.number(
          option, in: 1...5000, expected: "grams from 1 to 5000, or nothing to clear it",
          of: "roasts")
        details.append((key, JSON(grams)))
      } else {
        details.append((key, .string(text)))
      }
    }
    return details
  }

  func mark() throws(Complaint) -> ExitCode {
    let (path, event) = try place()
    let time = try markTime()
    let key = arguments.value("key").map { ("key", JSON.string($0)) }
    let answer = try DaemonClient(arguments).document(
      "POST", path + "/events",
      body: .object([("event", .string(event))] + [time, key].compactMap(\.self)))
    return Console.answer(answer, as: arguments, text: told(answer, none: "It was so already.\n"))
  }

  func unmark() throws(Complaint) -> ExitCode {
    let (path, event) = try place()
    let answer = try DaemonClient(arguments).document("DELETE", path + "/events/" + event)
    return Console.answer(answer, as: arguments, text: told(answer, none: "Nothing was changed.\n"))
  }

  /// The roast's path and the event. An event alone is of the roast on record now.
  private func place() throws(Complaint) -> (path: String, event: String) {
    let words = Array(arguments.operands.dropFirst())
    if words.count == 1, Landmark.allCases.contains(where: { $0.name == words[0] }) {
      return (Self.path("current"), words[0])
    }
    guard words.count == 2 else {
      throw .usage(
        words.isEmpty ? "ROAST is missing: which roast" : "EVENT is missing: what happened",
        RoastsCommand.definition)
    }
    return (path, words[1])
  }

  private func markTime() throws(Complaint) -> (key: String, value: JSON)? {
    let given = ["at", "seconds-ago", "roast-seconds"].filter { arguments.value($0) != nil }
    guard given.count <= 1 else {
      throw .usage("--\(given[0]) and --\(given[1]) are two times", RoastsCommand.definition)
    }
    if let text = try time("at") { return ("at", .string(text)) }
    if let ago = try arguments.number(
      "seconds-ago", in: 0...86_400, expected: "seconds from 0 to 86400", of: "roasts")
    {
      return ("seconds_ago", JSON(ago))
    }
    return try arguments.value("roast-seconds").map { text throws(Complaint) in
      ("roast_seconds", JSON(try Self.roastSeconds(text)))
    }
  }

  private func time(_ option: String) throws(Complaint) -> String? {
    guard let text = arguments.value(option) else { return nil }
    guard WallTime(text: text) != nil else {
      throw .badValue(
        text, option: option, expected: "a time as 2026-11-21T09:30:05Z", "roasts")
    }
    return text
  }

  /// `485` or `8:05`.
  private static func roastSeconds(_ text: String) throws(Complaint) -> Double {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let minutes = parts.count == 2 ? UInt16(parts[0]).map(Double.init) : 0
    guard parts.count <= 2, let minutes, let seconds = Double(parts[parts.count - 1]),
      (0...(parts.count == 2 ? 59.999 : 86_400)).contains(seconds)
    else {
      throw .badValue(
        text, option: "roast-seconds", expected: "seconds, or minutes as 8:05", "roasts")
    }
    return minutes * 60 + seconds
  }

  private func told(_ answer: JSON, none: String) -> String {
    let events = answer["events"]?.arrayValue?.compactMap(RoastEvent.init(json:)) ?? []
    return events.isEmpty ? none : events.map { $0.text(in: unit) + "\n" }.joined()
  }
}
