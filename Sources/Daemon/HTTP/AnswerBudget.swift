import Synchronization

/// How many bytes of large answers may be on their way out: of all clients, and of one. What a
/// client does not fetch stays in memory until it is cut off.
final class AnswerBudget: Sendable {
  /// Answers up to so many bytes are given to everybody: the connections are limited.
  static let small = 16_384

  private let most: Int
  private let mostOfOne: Int
  private let taken = Mutex(Taken())

  private struct Taken {
    var all = 0
    var byClient: [Client: Int] = [:]
  }

  init(limits: Limits) {
    most = limits.answerBytes
    mostOfOne = limits.answerBytesPerClient
  }

  /// So many bytes, for as long as it is held.
  final class Share: Sendable {
    private let budget: AnswerBudget
    private let client: Client
    private let bytes: Int

    fileprivate init(_ budget: AnswerBudget, _ client: Client, _ bytes: Int) {
      (self.budget, self.client, self.bytes) = (budget, client, bytes)
    }

    deinit { budget.giveBack(bytes, of: client) }
  }

  /// Nil when that is too much beside what is under way. One answer alone is never too large.
  func share(of bytes: Int, for client: Client) -> Share? {
    let isThere = taken.withLock { taken in
      let own = taken.byClient[client, default: 0]
      guard taken.all == 0 || taken.all + bytes <= most, own == 0 || own + bytes <= mostOfOne
      else { return false }
      taken.all += bytes
      taken.byClient[client] = own + bytes
      return true
    }
    return isThere ? Share(self, client, bytes) : nil
  }

  private func giveBack(_ bytes: Int, of client: Client) {
    taken.withLock { taken in
      taken.all -= bytes
      let left = taken.byClient[client, default: 0] - bytes
      taken.byClient[client] = left > 0 ? left : nil
    }
  }
}
