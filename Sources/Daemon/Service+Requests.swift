import Roaster
import Store

extension Service {
  /// Does what somebody asked for; the answer goes out when the store has it.
  mutating func fulfil(_ request: RequestDesk.Request) {
    do throws(APIError) {
      switch request.wish {
      case .keep(let entries):
        for case .roastChanged(let roast, let edit) in entries { chronicle.note(edit, of: roast) }
        keep(entries.map { .keep($0) }, [], request.reply)
      case .setBatch(let batch): keep(chronicle.setBatch(batch), [], request.reply)
      case .mark(let roast, let mark): try take(mark, of: roast, request.reply)
      case .unmark(let roast, let landmark, let author):
        let (effects, events) = try unmark(landmark, of: roast, author: author)
        keep(effects, events, request.reply)
      case .amend(let roast, let revision): amend(roast, revision, request.reply)
      case .release(let minutes): release(minutes: minutes, request.reply)
      case .attach: attach(request.reply)
      case .command(let wish, let actor): command(wish, actor, request.reply)
      case .pilotSays(let report, let actor): hear(report, from: actor, request.reply)
      case .stopPilot: stopPilot(request.reply)
      case .vacuum:
        // It may take minutes; nobody waits for its end.
        parts.journal.append([.vacuum(parts.retention())])
        request.reply(.success(RequestDesk.Done()))
      }
    } catch { request.reply(.failure(error)) }
  }

  private mutating func keep(
    _ effects: [Chronicle.Effect], _ events: [JSON], isRepeated: Bool = false,
    _ reply: @escaping RequestDesk.Reply
  ) {
    perform(effects) { result in
      switch result {
      case .success: reply(.success(RequestDesk.Done(events: events, isRepeated: isRepeated)))
      case .failure(let fault): reply(.failure(APIError(fault, kept: true)))
      }
    }
  }
}

// MARK: - Marks

extension Service {
  private mutating func take(
    _ mark: PersonsMark, of roast: Int64, _ reply: @escaping RequestDesk.Reply
  ) throws(APIError) {
    if let tap = mark.tap(of: roast), let earlier = taps[tap] {
      return repeatAnswer(earlier, reply)
    }
    try checkCurrent(roast)
    let (effects, events): ([Chronicle.Effect], [JSON])
    do throws(MarkFault) {
      (effects, events) = try chronicle.mark(
        mark.landmark, mark.time, author: mark.author, key: mark.key)
    } catch { throw APIError(error) }
    remember(mark.tap(of: roast), events)
    keep(effects, events, forgetting(mark.tap(of: roast), reply))
  }

  private mutating func unmark(
    _ landmark: Landmark, of roast: Int64, author: String
  ) throws(APIError) -> ([Chronicle.Effect], [JSON]) {
    try checkCurrent(roast)
    guard chronicle.isMarked(landmark) else { throw .noSuchMark(landmark.name) }
    return chronicle.unmark(landmark, author: author)
  }

  private mutating func amend(
    _ roast: Int64, _ revision: Revision, _ reply: @escaping RequestDesk.Reply
  ) {
    if let tap = revision.change.tap(of: roast), let earlier = taps[tap] {
      return repeatAnswer(earlier, reply)
    }
    let (effects, events) = chronicle.amend(
      roast, revision.news, kept: revision.kept, author: revision.change.author,
      key: revision.change.key)
    remember(revision.change.tap(of: roast), events)
    keep(effects, events, forgetting(revision.change.tap(of: roast), reply))
  }

  private func checkCurrent(_ roast: Int64) throws(APIError) {
    if chronicle.unfinished != nil { throw .notHeardYet }
    guard roast == chronicle.currentRoast else { throw .roastMovedOn }
  }

  /// The same tap sent again: the answer of then, once the store has what came of it.
  private mutating func repeatAnswer(_ events: [JSON], _ reply: @escaping RequestDesk.Reply) {
    keep([], events, isRepeated: true, reply)
  }

  private mutating func remember(_ tap: Tap?, _ events: [JSON]) {
    if let tap { taps[tap] = events }
  }

  /// A mark that the store will never have is one that was never made.
  private func forgetting(
    _ tap: Tap?, _ reply: @escaping RequestDesk.Reply
  ) -> RequestDesk.Reply {
    let feed = feed
    return { result in
      if let tap, case .failure(let error) = result, !error.isKept { feed.put(.forget(tap)) }
      reply(result)
    }
  }
}

extension APIError {
  /// The next batch began between the question and the answer.
  fileprivate static var roastMovedOn: APIError {
    APIError(
      status: 409, code: "roast_moved_on", message: "the next batch has just begun",
      hint: "Send it again.")
  }

  /// Whether the roast that was left open goes on is not known before the roaster is heard.
  fileprivate static var notHeardYet: APIError {
    APIError(
      status: 503, code: "not_heard_yet",
      message: "the roaster has not been heard since the daemon was started",
      hint: "Send it again, with the time of the mark.", headers: [("Retry-After", "1")])
  }
}
