import Testing

@testable import Daemon

struct InboxTests {
  @Test func `nothing is lost, and what one puts in comes out in its order`() async {
    let inbox = Inbox<(writer: Int, number: Int)>()
    let (writers, most) = (4, 2000)
    for writer in 0..<writers {
      Task { for number in 0..<most { inbox.put((writer, number)) } }
    }
    var heard = [Int](repeating: 0, count: writers)
    while heard.contains(where: { $0 < most }) {
      for (writer, number) in await inbox.take() {
        #expect(number == heard[writer])
        heard[writer] += 1
      }
    }
    #expect(heard == [Int](repeating: most, count: writers))
  }

  @Test func `what was not taken is let go of when it is closed, and what comes later too`() {
    final class Letter: Sendable {}
    let inbox = Inbox<Letter>()
    weak var (early, late): (Letter?, Letter?)
    do {
      let letters = (Letter(), Letter())
      (early, late) = letters
      inbox.put(letters.0)
      inbox.close()
      inbox.put(letters.1)
    }
    #expect(early == nil && late == nil)
  }
}
