import Roaster
import Store

extension Service {
  /// Does what somebody asked for; the answer goes out when the store has it.
  mutating func fulfil(_ request: RequestDesk.Request) {
    var done = RequestDesk.Done()
    var effects: [Chronicle.Effect] = []
    var key: String?
    do throws(APIError) {
      switch request.wish {
      case .keep(let entries): effects = entries.map { .keep($0) }
      case .setBatch(let batch): effects = chronicle.setBatch(batch)
      case .mark(let roast, let mark):
        if let known = mark.key, let earlier = answered[known] {
          done.events = earlier
          done.isRepeated = true
        } else {
          (effects, done.events) = try self.mark(mark, of: roast)
          key = mark.key
        }
      case .unmark(let roast, let landmark, let author):
        (effects, done.events) = try unmark(landmark, of: roast, author: author)
      case .amend(let roast, let news, let figures, let author):
        (effects, done.events) = chronicle.amend(roast, news, figures: figures, author: author)
      case .release(let minutes): release(minutes: minutes)
      case .attach: attach()
      case .vacuum:
        // It may take minutes; nobody waits for its end.
        parts.journal.append([.vacuum(parts.retention())])
      }
    } catch { return request.reply(.failure(error)) }
    done.link = chronicle.link.json(at: transport.now)
    if let key { answered[key] = done.events }
    let answer = done
    perform(effects) { result in
      switch result {
      case .success: request.reply(.success(answer))
      case .failure(let fault): request.reply(.failure(APIError(fault, kept: true)))
      }
    }
  }

  private mutating func mark(
    _ mark: PersonsMark, of roast: Int64
  ) throws(APIError) -> ([Chronicle.Effect], [JSON]) {
    guard roast == chronicle.currentRoast else { throw .roastMovedOn }
    do throws(MarkFault) {
      return try chronicle.mark(mark.landmark, mark.time, author: mark.author)
    } catch { throw APIError(error) }
  }

  private mutating func unmark(
    _ landmark: Landmark, of roast: Int64, author: String
  ) throws(APIError) -> ([Chronicle.Effect], [JSON]) {
    guard roast == chronicle.currentRoast else { throw .roastMovedOn }
    guard chronicle.isMarked(landmark) else { throw .noSuchMark(landmark.name) }
    return chronicle.unmark(landmark, author: author)
  }
}

extension APIError {
  /// The next batch began between the question and the answer.
  fileprivate static var roastMovedOn: APIError {
    APIError(
      status: 409, code: "roast_moved_on", message: "the next batch has just begun",
      hint: "Send it again.")
  }
}

/// The marks that came with a key, and what was answered: the same tap sent twice is one mark.
struct RepeatedMarks {
  private var answers: [String: [JSON]] = [:]
  private var order: [String] = []
  private static let most = 1000

  subscript(key: String) -> [JSON]? {
    get { answers[key] }
    set {
      if answers[key] == nil { order.append(key) }
      answers[key] = newValue
      if order.count > Self.most { answers[order.removeFirst()] = nil }
    }
  }
}
