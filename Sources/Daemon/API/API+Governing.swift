import Driver
import Governor
import Roaster
import Store

// MARK: - Stopping

extension API {
  /// Whatever else a body says or fails to say, the heat goes: what cannot be read is passed over.
  func abort(_ request: HTTPRequest, _ caller: Caller) -> Answer {
    let body = try? JSON(reading: request.body)
    let reason = body?["because"]?.stringValue.map {
      String(
        $0.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
      )
      .prefix(500)
    }
    return ask(
      .abort(reason: reason.map(String.init), fire: body?["fire"]?.boolValue ?? false), caller)
  }

  /// Whether it must not wait behind its client's other requests.
  public static func isUrgent(_ request: HTTPRequest) -> Bool {
    request.method == Endpoint.abort.method && request.path == Endpoint.abort.template
  }

  func reset(_ request: HTTPRequest, _ caller: Caller) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["because"])
    return ask(.reset(reason: try because(body)), caller)
  }

  func acknowledge(_ name: String, _ caller: Caller) throws(APIError) -> Answer {
    guard let id = Int64(name) else {
      throw .notFound("there is no alarm '\(name.prefix(20))'", hint: "'roast alarms' lists them.")
    }
    return ask(.acknowledge(alarm: id), caller)
  }
}

// MARK: - Who steers

extension API {
  func setAutonomy(_ request: HTTPRequest, _ caller: Caller) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["level", "because", "override_seconds"])
    let names = Autonomy.allCases.map(\.name)
    guard let name = try body.choice("level", of: names), let level = Autonomy(name: name) else {
      throw .badMember("level", expected: "one of: \(names.joined(separator: ", "))")
    }
    let reason = try because(body)
    let seconds = try body.number("override_seconds", in: 60...28_800)
    let exception = seconds.map { Desk.Override(reason: reason, seconds: $0) }
    guard level.isUnattended else {
      return ask(
        .setLevel(level, reason: reason, readiness: nil, override: exception), caller)
    }
    return worked(.changing) { () throws(APIError) in
      ask(
        .setLevel(
          level, reason: reason, readiness: try readiness(for: level), override: exception),
        caller)
    }
  }

  func readiness(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let levels: [Autonomy] = [.veto, .audit]
    let asked = try parameters.choice("level", of: levels.map(\.name)).flatMap(Autonomy.init(name:))
    var found: [JSON] = []
    for level in asked.map({ [$0] }) ?? levels { found.append(try readiness(for: level).json) }
    return .json(.object([("levels", .array(found))]))
  }

  private func readiness(for level: Autonomy) throws(APIError) -> Readiness {
    let below: Autonomy = level == .audit ? .veto : .approve
    let record = try reading { () throws(StoreFault) in
      try archive.readiness(at: below, on: facts.machine, now: facts.now().wall)
    }
    return Readiness(of: record, for: level)
  }
}

// MARK: - The first commands

extension API {
  func commission(_ request: HTTPRequest, _ caller: Caller) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["action"])
    let names = Desk.CommissioningWord.allCases.map(\.rawValue)
    guard let name = try body.choice("action", of: names),
      let word = Desk.CommissioningWord(rawValue: name)
    else { throw .badMember("action", expected: "one of: \(names.joined(separator: ", "))") }
    return ask(.commission(word), caller)
  }
}

// MARK: - What was done

extension API {
  func audit(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let filter = AuditFilter(
      limit: Int(try parameters.integer("limit", in: 1...1000) ?? 100),
      before: try parameters.integer("before", in: 1...Int64.max),
      after: try parameters.integer("after", in: 0...Int64.max),
      proposal: try parameters.integer("proposal", in: 1...Int64.max))
    return .json(
      .object([
        (
          "rows",
          .array(try reading { () throws(StoreFault) in try archive.audit(filter) }.map(\.json))
        )
      ]))
  }

  func auditVerification() throws(APIError) -> HTTPResponse {
    .json(try reading { () throws(StoreFault) in try archive.verifyAudit() }.json)
  }

  func commandStatistics(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let to = try parameters.time("to") ?? facts.now().wall
    let from =
      try parameters.time("from") ?? WallTime(milliseconds: to.milliseconds - 7 * 86_400_000)
    guard from < to else {
      throw .badParameter("from", "is not before 'to'", hint: "Give an earlier one.")
    }
    return .json(
      try reading { () throws(StoreFault) in
        try archive.commandStatistics(from: from, to: to)
      }.json)
  }
}

// MARK: - Asking the desk

extension API {
  /// Asks for something in the caller's own name, whatever the request says of itself.
  func ask(_ request: Desk.Request, _ caller: Caller, status: Int = 200) -> Answer {
    desk.later(.command(request, caller.actor)) { answer in
      .json(answer.command, status: answer.isRepeated ? 200 : status)
    }
  }
}

extension Caller {
  /// Who the governor takes them for.
  var actor: Actor {
    Actor(role.includes(.operator) ? .person : .agent, name: name, credential: tokenID)
  }
}

extension APIError {
  /// The desk did not do it.
  init(_ refusal: DeskRefusal) {
    switch refusal {
    case .noSuchProposal(let id): self = .noSuchProposal("\(id)")
    case .notOpen(let id, let state):
      self.init(
        status: 409, code: "not_open", message: "proposal \(id) is \(state.rawValue) already",
        hint: "Propose it anew.")
    case .notForYou(let why):
      self.init(
        status: 403, code: "not_for_you", message: why,
        hint: "Docs/Safety.md tells who may do what.")
    case .keyReused(let key):
      self.init(
        status: 409, code: "key_reused",
        message: "the key '\(key.prefix(40))' stands for another proposal of yours",
        hint: "Use a new key for a new wish.")
    case .tooMany:
      self.init(
        status: 429, code: "too_many_proposals",
        message: "too many proposals are open, or were made in the last minute",
        hint: "Wait until some have ended.", headers: [("Retry-After", "5")])
    case .invalid(let why):
      self.init(
        status: 400, code: "bad_body", message: why, hint: "Specs/governor.md tells what may be.")
    case .verdict(let verdict, let proposal):
      self.init(
        status: 422, code: "refused", message: verdict.text,
        hint: "'roast proposals show' tells each rule that spoke.",
        facts: [("verdict", verdict.json), ("proposal", proposal ?? .null)])
    case .notReady(let readiness):
      self.init(
        status: 409, code: "not_ready", message: "the record has not earned that level yet",
        hint: "'roast autonomy readiness' tells why; an override takes a reason and an end.",
        facts: [("readiness", readiness)])
    case .noSuchAlarm(let id):
      self = .notFound("there is no alarm \(id)", hint: "'roast alarms' lists them.")
    case .notNow(let why):
      self.init(
        status: 409, code: "not_now", message: why,
        hint: "GET /v1/commission tells how it stands and what to do.")
    case .latched(let what):
      self.init(
        status: 409, code: "latched", message: what,
        hint: "'roast autonomy reset' takes it away, once the machine has been looked at.")
    }
  }
}
