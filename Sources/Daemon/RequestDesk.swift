import Driver
import Governor
import Roaster
import Store

/// What only the loop can do, handed to it from the threads that serve requests.
struct RequestDesk: Sendable {
  let hand: @Sendable (Request) -> Void

  typealias Outcome = Result<Done, APIError>
  typealias Reply = @Sendable (Outcome) -> Void

  struct Request: Sendable {
    let wish: Wish
    let reply: Reply
  }

  enum Wish: Sendable {
    case keep([Entry])
    case setBatch(BatchDetails)
    case mark(roast: Int64, PersonsMark)
    case unmark(roast: Int64, Landmark, author: String)
    case amend(roast: Int64, Revision)
    case release(minutes: Double?)
    case attach
    case vacuum
    case command(Desk.Request, Actor)
    case pilotSays(PilotReport, Actor)
    case stopPilot
  }

  /// What the loop did; it is in the store by then.
  struct Done: Sendable {
    var events: [JSON] = []
    var isRepeated = false
    var link = JSON.null
    var command = JSON.null
  }

  /// An answer that comes when the loop has done it and the store has it.
  func later(
    _ wish: Wish, _ response: @escaping @Sendable (Done) -> HTTPResponse
  ) -> Answer {
    let hand = hand
    return .later { respond in
      hand(
        Request(wish: wish) { result in
          switch result {
          case .success(let done): respond(response(done))
          case .failure(let error): respond(error.response)
          }
        })
    }
  }
}
