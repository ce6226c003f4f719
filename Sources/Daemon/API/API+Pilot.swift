import Analysis
import Driver
import Governor
import Roaster
import Store

/// A pilot that the daemon is asked to start.
public struct PilotOrder: Sendable {
  /// What it is to follow, as its file would say it.
  public let target: JSON
  public let mode: String
  public let grams: Double?
  /// Its token, an agent's.
  public let token: String
}

/// What came of starting one.
public enum PilotLaunched: Sendable { case started, alreadyThere, failed }

extension API {
  private static let modes = ["advise", "steer"]
  /// No pilot waits for a batch and roasts it for longer.
  private static let pilotSeconds = 4.0 * 3600

  /// What a pilot says of itself and of the roast.
  func hearPilot(_ request: HTTPRequest, _ caller: Caller) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["mode", "target", "word", "ended"])
    guard let mode = try body.choice("mode", of: Self.modes),
      let target = try body.text("target", most: 200)
    else { throw .badMember("mode", expected: "advise or steer, and the name of the target") }
    var report = PilotReport(mode: mode, target: target)
    report.hasEnded = try body.flag("ended") ?? false
    if let word = try body.object("word", allowing: ["kind", "text", "urgent", "roast_seconds"]) {
      guard let kind = try word.choice("kind", of: ["propose", "advise", "ask", "hand_back"]),
        let text = try word.text("text", most: 500)
      else { throw .badMember("word", expected: "kind, text, urgent and roast_seconds") }
      report.word = PilotReport.Word(
        kind: kind, text: text, isUrgent: try word.flag("urgent") ?? false,
        roastSeconds: try word.number("roast_seconds", in: 0...36_000))
    }
    return desk.later(.pilotSays(report, caller.actor)) { .json(.object([("pilot", $0.command)])) }
  }

  func stopPilot() -> Answer {
    desk.later(.stopPilot) { .json(.object([("pilot", $0.command)])) }
  }

  /// Starts a pilot of the daemon's own, as a program beside it with an agent's token.
  func startPilot(_ request: HTTPRequest) throws(APIError) -> Answer {
    let body = try RequestBody(request, allowing: ["roast", "target", "mode", "grams"])
    guard let mode = try body.choice("mode", of: Self.modes) else {
      throw .badMember("mode", expected: "one of: \(Self.modes.joined(separator: ", "))")
    }
    let grams = try body.number("grams", in: 50...1200)
    let target = try target(body)
    guard !live.now.pilot.isFlying else { throw .pilotIsThere }
    guard let launch = facts.launchPilot else { throw .cannotLaunch }
    return worked(.changing) { () throws(APIError) in
      let json = try target()
      let (token, key) = door.access.addToken(
        name: "pilot", role: .agent, seconds: Self.pilotSeconds)
      let order = PilotOrder(target: json, mode: mode, grams: grams, token: token)
      return desk.later(.keep([.tokenAdded(TokenRow(key))])) { _ in
        let door = door
        let (desk, now) = (desk, facts.now)
        let revoke = { @Sendable () -> Void in
          _ = door.revoke(key.id)
          let entry = Entry.tokenRevoked(id: key.id, at: now().wall)
          desk.hand(RequestDesk.Request(wish: .keep([entry])) { _ in })
        }
        switch launch(order, revoke) {
        case .started:
          return .json(
            .object([("status", .string("starting")), ("target", json)]), status: 202)
        case .alreadyThere:
          revoke()
          return APIError.pilotIsThere.response
        case .failed:
          revoke()
          return APIError.cannotLaunch.response
        }
      }
    }
  }

  /// A target as it is given, or the course of a roast.
  private func target(
    _ body: RequestBody
  ) throws(APIError) -> @Sendable () throws(APIError) -> JSON {
    if let given = body.value("target") {
      do throws(TargetError) {
        let json = try Target(given, at: "target").json
        return { json }
      } catch {
        throw .badBody(
          "\(error.place) \(error.problem)", hint: "Specs/pilot.md describes a target.")
      }
    }
    guard let id = try body.number("roast", in: 1...9e15) else {
      throw .badMember("roast", expected: "the number of a roast to follow, or a target")
    }
    return { () throws(APIError) in
      let roast = try stored("\(Int64(id))")
      let name = roast.row.details.title ?? "roast \(roast.row.id)"
      guard let target = Target(following: try curve(of: roast), name: name) else {
        throw .badMember("roast", expected: "one that was seen from its charge to its drop")
      }
      return target.json
    }
  }
}

extension APIError {
  fileprivate static var pilotIsThere: APIError {
    APIError(
      status: 409, code: "pilot_is_there", message: "a pilot is at work already",
      hint: "Stop it first.")
  }

  fileprivate static var cannotLaunch: APIError {
    APIError(
      status: 503, code: "cannot_launch", message: "the daemon cannot start a pilot here",
      hint: "'roast pilot --target FILE|ROAST_ID' starts one.")
  }
}
