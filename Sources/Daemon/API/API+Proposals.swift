import Driver
import Governor
import Roaster
import Store

// MARK: - Proposals

extension API {
  private static let draft = [
    "kind", "level", "steps", "because", "expires_seconds", "key", "words", "dry_run",
  ]
  private static let when = ["after_seconds", "roast_seconds", "bean_celsius", "ibts_celsius"]

  func propose(_ request: HTTPRequest, _ caller: Caller) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: Self.draft)
    let isDry = try body.flag("dry_run") ?? false
    let draft = Desk.Draft(
      steps: try steps(body), reason: try because(body),
      expiresAfter: try body.number("expires_seconds", in: 1...3600),
      key: try body.text("key", most: 64), words: try words(body))
    return ask(isDry ? .dryRun(draft) : .propose(draft), caller, status: isDry ? 200 : 201)
  }

  /// One command in the body itself, or several in `steps`.
  private func steps(_ body: RequestBody) throws(APIError) -> [Proposal.Step] {
    guard body.has("steps") else {
      return [Proposal.Step(try command(body))]
    }
    guard !body.has("kind"), !body.has("level") else {
      throw .badBody("both a command and steps are given", hint: "Give kind and level, or steps.")
    }
    var steps: [Proposal.Step] = []
    for part in try body.objects("steps", allowing: ["kind", "level", "when"], most: 50) {
      let condition = try part.object("when", allowing: Self.when)
      steps.append(
        Proposal.Step(try command(part), when: try condition.map(self.condition) ?? .atOnce))
    }
    return steps
  }

  private func command(_ body: RequestBody) throws(APIError) -> Command {
    let kinds = Command.Kind.allCases.map(\.rawValue)
    guard let word = try body.choice("kind", of: kinds), let kind = Command.Kind(rawValue: word)
    else { throw .badMember("kind", expected: "one of: \(kinds.joined(separator: ", "))") }
    let level = try body.number("level", in: 0...12)
    if let level, level != level.rounded() {
      throw .badMember("level", expected: "a whole number")
    }
    guard let command = Command(kind, level: level.map { Int($0) }) else {
      throw .badMember("level", expected: Self.levels(of: kind))
    }
    return command
  }

  private static func levels(of kind: Command.Kind) -> String {
    switch kind {
    case .heater: "0 to 9"
    case .fan: "1 to 12"
    case .drum: "1 to 9"
    default: "none: \(kind.rawValue) has no level"
    }
  }

  private func condition(_ body: RequestBody) throws(APIError) -> Proposal.Condition {
    let conditions: [Proposal.Condition?] = [
      try body.number("after_seconds", in: 0...3600).map { .after(seconds: $0) },
      try body.number("roast_seconds", in: 0...3600).map { .roast(seconds: $0) },
      try body.number("bean_celsius", in: 0...350).map { .bean(Celsius($0)) },
      try body.number("ibts_celsius", in: 0...400).map { .infrared(Celsius($0)) },
    ]
    let given = conditions.compactMap(\.self)
    guard given.count == 1 else {
      throw .badMember("when", expected: "exactly one of: \(Self.when.joined(separator: ", "))")
    }
    return given[0]
  }

  func decide(
    _ name: String, _ decision: String, _ request: HTTPRequest, _ caller: Caller
  ) throws(APIError) -> Answer {
    guard let id = Int64(name) else { throw .noSuchProposal(name) }
    let takesWords = decision == "approve" || decision == "adopt"
    let names = takesWords ? ["because", "words"] : ["because"]
    let body = try RequestBody(request, allowing: request.body.isEmpty ? [] : names)
    let reason = try body.text("because", most: 500)
    let wish: Desk.Request =
      switch decision {
      case "approve": .approve(id, words: try words(body), reason: reason)
      case "adopt": .adopt(id, words: try words(body), reason: reason)
      case "reject": .reject(id, reason: reason)
      case "veto": .veto(id, reason: reason)
      case "abort": .cancel(id, reason: reason)
      default:
        throw .notFound(
          "a proposal takes no '\(decision.prefix(20))'",
          hint: "It takes: approve, adopt, reject, veto, abort.")
      }
    return ask(wish, caller)
  }

  /// What a person says beside yes.
  private func words(_ body: RequestBody) throws(APIError) -> Set<PersonsWord> {
    var words: Set<PersonsWord> = []
    for text in try body.texts("words", most: 2) {
      guard let word = PersonsWord(rawValue: text) else {
        throw .badMember("words", expected: "some of: beans_are_in, door_is_open")
      }
      words.insert(word)
    }
    return words
  }

  /// Nobody moves a hot machine without saying why.
  func because(_ body: RequestBody) throws(APIError) -> String {
    guard let reason = try body.text("because", most: 500), !reason.allSatisfy(\.isWhitespace)
    else { throw .badMember("because", expected: "the reason, in a few words") }
    return reason
  }

  func proposals(_ parameters: Parameters) throws(APIError) -> HTTPResponse {
    let states = ProposalState.allCases.map(\.rawValue)
    let status = try parameters.choice("status", of: states + ["open"])
    let filter = ProposalFilter(
      limit: Int(try parameters.integer("limit", in: 1...200) ?? 50),
      before: try parameters.integer("before", in: 1...Int64.max),
      state: status.flatMap(ProposalState.init(rawValue:)),
      actorKind: try parameters.choice("actor", of: Actor.Kind.allCases.map(\.rawValue))
        .flatMap(Actor.Kind.init(rawValue:)),
      kind: try parameters.choice("kind", of: Command.Kind.allCases.map(\.rawValue)))
    let found =
      status == "open"
      ? Self.among(live.now.desk.proposals, filter)
      : try reading { () throws(StoreFault) in try archive.proposals(filter) }
        .map { present($0.json) }
    return .json(.object([("proposals", .array(found))]))
  }

  /// Those of the open proposals that are asked for, the newest first as in the store.
  static func among(_ open: [JSON], _ filter: ProposalFilter) -> [JSON] {
    let fitting = open.filter { one in
      let steps = one["steps"]?.arrayValue ?? []
      let kind = steps.count == 1 ? steps[0]["kind"]?.stringValue : "sequence"
      return (filter.actorKind?.rawValue ?? one["actor"]?["kind"]?.stringValue)
        == one["actor"]?["kind"]?.stringValue && (filter.kind ?? kind) == kind
        && (one["id"]?.integerValue ?? 0) < (filter.before ?? .max)
    }
    return Array(fitting.reversed().prefix(filter.limit))
  }

  /// A stored proposal, with what only the present knows of one that is open.
  private func present(_ stored: JSON) -> JSON {
    guard let now = live.now.desk.proposals.first(where: { $0["id"] == stored["id"] }) else {
      return stored
    }
    return .object((stored.members ?? []).map { ($0.key, now[$0.key] ?? $0.value) })
  }

  func proposal(_ name: String) throws(APIError) -> HTTPResponse {
    guard let id = Int64(name),
      let found = try reading({ () throws(StoreFault) in try archive.proposal(id) })
    else {
      throw .noSuchProposal(name)
    }
    let history = JSON.array(found.transitions.map(\.json))
    let members = present(found.proposal.json).members ?? []
    return .json(.object(members + [("transitions", history)]))
  }
}

extension APIError {
  static func noSuchProposal(_ name: String) -> APIError {
    .notFound(
      "there is no proposal '\(name.prefix(40))'", hint: "'roast proposals' lists them.")
  }
}
