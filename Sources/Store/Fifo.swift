/// First in, first out, at a steady price; a long queue gives its room back as it drains.
struct Fifo<Element: Sendable>: Sendable {
  private(set) var storage: [Element] = []
  private var head = 0

  var count: Int { storage.count - head }
  var isEmpty: Bool { count == 0 }
  var first: Element? { isEmpty ? nil : storage[head] }

  mutating func append(_ element: Element) { storage.append(element) }

  @discardableResult
  mutating func removeFirst() -> Element? {
    guard let first else { return nil }
    head += 1
    // What has left is let go of when it is half of all, and its room with it.
    if head == storage.count || (head > 64 && head * 2 > storage.count) {
      storage = Array(storage[head...])
      head = 0
    }
    return first
  }

  /// Puts elements back in front, in their order.
  mutating func putBack(_ elements: [Element]) {
    storage.replaceSubrange(0..<head, with: elements)
    head = 0
  }

  /// What a body reads of the first, which is not copied for that.
  func first<Value>(_ read: (borrowing Element) -> Value) -> Value? {
    isEmpty ? nil : read(storage[head])
  }

  /// All of them, first to last.
  var elements: ArraySlice<Element> { storage[head...] }
}
