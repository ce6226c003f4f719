import Roaster
import Store

// MARK: - Details

extension API {
  private static let details = ["title", "beans", "grams_in", "grams_out", "notes"]
  private static let grams = 1.0...5000.0

  func edit(_ name: String, _ request: HTTPRequest) throws(APIError) -> Answer {
    let roast = try stored(name)
    let body = try RequestBody(request, allowing: Self.details)
    var edit = RoastEdit()
    if body.has("title") { edit.title = .set(try body.text("title")) }
    if body.has("beans") { edit.beans = .set(try body.text("beans")) }
    if body.has("grams_in") { edit.gramsIn = .set(try body.number("grams_in", in: Self.grams)) }
    if body.has("grams_out") { edit.gramsOut = .set(try body.number("grams_out", in: Self.grams)) }
    if body.has("notes") { edit.notes = .set(try body.text("notes", most: 4000, lines: true)) }
    let archive = archive
    return desk.later(.keep([.roastChanged(id: roast.row.id, edit)])) { _ in
      // Read again: what is stored is what is answered.
      .json(((try? archive.roast(roast.row.id)) ?? roast).json)
    }
  }

  func setBatch(_ request: HTTPRequest) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["title", "beans", "grams_in", "notes"])
    let batch = BatchDetails(
      title: try body.text("title"), beans: try body.text("beans"),
      gramsIn: try body.number("grams_in", in: Self.grams),
      notes: try body.text("notes", most: 4000, lines: true))
    return desk.later(.setBatch(batch)) { _ in .json(batch.json) }
  }
}

// MARK: - Marks

extension API {
  private static let marks = ["event", "at", "seconds_ago", "roast_seconds", "key"]

  func mark(
    _ name: String, _ request: HTTPRequest, _ caller: Caller
  ) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: Self.marks)
    guard let word = try body.choice("event", of: Landmark.allCases.map(\.name)),
      let landmark = Landmark.allCases.first(where: { $0.name == word })
    else { throw .badMember("event", expected: "first_crack or another landmark") }
    let mark = PersonsMark(
      landmark: landmark, time: try markTime(body), author: caller.name,
      key: try body.text("key", most: 64))
    guard let roast = roastOnRecord(name) else { return revise(name, .mark(mark)) }
    let taken = desk.later(.mark(roast: roast, mark)) { answer in
      .json(.object([("events", .array(answer.events))]), status: answer.isRepeated ? 200 : 201)
    }
    // The loop knows the taps of this life of the daemon, the store those of earlier ones.
    guard mark.key != nil, roast < facts.firstRoast else { return taken }
    return worked(.changing) { () throws(APIError) in
      try answerOfThen(.mark(mark), of: roast) ?? taken
    }
  }

  /// What was answered when the same tap came before, if the store knows it.
  private func answerOfThen(
    _ change: Revision.Change, of roast: Int64
  ) throws(APIError) -> Answer? {
    guard let tap = change.tap(of: roast) else { return nil }
    let events = try reading { () throws(StoreFault) in
      try archive.events(ofRoast: roast, key: tap.key, author: tap.author)
    }
    // What a mark does to other landmarks is told of with it.
    let isThere = events.contains {
      $0.event.kind.name == tap.landmark.name && $0.event.source == .marked
    }
    return isThere ? .now(.json(.object([("events", .array(events.map(\.json)))]))) : nil
  }

  private func markTime(_ body: RequestBody) throws(APIError) -> Chronicle.MarkTime {
    let times: [Chronicle.MarkTime?] = [
      try body.time("at").map { .at($0) },
      try body.number("seconds_ago", in: 0...86400).map { .secondsAgo($0) },
      try body.number("roast_seconds", in: 0...86400).map { .roastSeconds($0) },
    ]
    let given = times.compactMap(\.self)
    guard given.count <= 1 else {
      throw .badBody("more than one time is given", hint: "Give at, seconds_ago or roast_seconds.")
    }
    return given.first ?? .secondsAgo(0)
  }

  func unmark(_ name: String, _ event: String, _ caller: Caller) throws(APIError) -> Answer {
    guard let landmark = Landmark.allCases.first(where: { $0.name == event }) else {
      throw .noSuchMark(event)
    }
    guard let roast = roastOnRecord(name) else {
      return revise(name, .unmark(landmark, author: caller.name))
    }
    return desk.later(.unmark(roast: roast, landmark, author: caller.name)) { answer in
      .json(.object([("events", .array(answer.events))]))
    }
  }

  /// The roast on record, if it is what the path names; its changes wait for no disk and no worker.
  private func roastOnRecord(_ name: String) -> Int64? {
    guard let current = live.now.currentRoast else { return nil }
    return ["current", "last"].contains(name) || Int64(name) == current ? current : nil
  }

  /// A roast that is over is heard again from the store, with the change.
  private func revise(_ name: String, _ change: Revision.Change) -> Answer {
    worked(.changing) { () throws(APIError) in
      let roast = try stored(name)
      if let answer = try answerOfThen(change, of: roast.row.id) { return answer }
      let revision = try Revision(of: roast, change, in: archive)
      return desk.later(.amend(roast: roast.row.id, revision)) { answer in
        .json(
          .object([("events", .array(answer.events))]),
          status: change.isMark && !answer.isRepeated ? 201 : 200)
      }
    }
  }
}

extension APIError {
  static func noSuchMark(_ name: String) -> APIError {
    APIError(
      status: 404, code: "no_such_mark", message: "there is no mark '\(name.prefix(40))'",
      hint: "Only what a person has marked can be taken back.")
  }
}
