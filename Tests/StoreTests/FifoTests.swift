import Testing

@testable import Store

struct FifoTests {
  @Test func `what comes in leaves in its order, whatever is put back`() {
    var fifo = Fifo<Int>()
    var (next, expected) = (0, 0)
    for round in 0..<200 {
      for _ in 0..<(round % 7) {
        fifo.append(next)
        next += 1
      }
      let taken = (0..<(round % 5)).compactMap { _ in fifo.removeFirst() }
      if round % 3 == 0 {
        fifo.putBack(taken)
      } else {
        #expect(taken == Array(expected..<(expected + taken.count)))
        expected += taken.count
      }
      #expect(fifo.count == next - expected && Array(fifo.elements) == Array(expected..<next))
    }
  }

  @Test func `a long queue gives its room back as it drains`() {
    var fifo = Fifo<Int>()
    for number in 0..<10_000 { fifo.append(number) }
    while fifo.count > 50 { fifo.removeFirst() }
    #expect(fifo.storage.capacity < 256)
    #expect(Array(fifo.elements) == Array(9950..<10_000))
    while fifo.removeFirst() != nil {}
    #expect(fifo.storage.capacity == 0)
  }
}
