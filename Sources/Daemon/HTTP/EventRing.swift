/// The newest messages of a stream, encoded and numbered. The oldest go when there is too much.
struct EventRing {
  /// The number that the next message gets.
  private(set) var next: Int64 = 1
  /// All bytes that were ever put in.
  private(set) var total: Int64 = 0

  private let run: String
  private let mostBytes: Int64
  private let mostMessages: Int
  /// A circle: message n lies at n % count of places.
  private var places: [Entry?]
  private var stored = 0

  private struct Entry {
    let bytes: [UInt8]
    /// `total` once it was put in.
    let end: Int64
  }

  init(run: String, bytes: Int, messages: Int) {
    self.run = run
    mostBytes = Int64(bytes)
    mostMessages = max(1, messages)
    places = [Entry?](repeating: nil, count: mostMessages)
  }

  /// The number of the oldest message that is still there.
  var first: Int64 { next - Int64(stored) }

  /// `total` before the oldest message that is still there.
  private var start: Int64 {
    message(first).map { $0.end - Int64($0.bytes.count) } ?? total
  }

  /// How the message before `number` is called, as a client gives it back.
  func id(before number: Int64) -> String { "\(run)-\(number - 1)" }

  /// The number that follows the message called so; nil when that is of another run, was never sent,
  /// or what follows it is gone.
  func number(after id: String) -> Int64? {
    guard let dash = id.lastIndex(of: "-"), id[..<dash] == run,
      let number = Int64(id[id.index(after: dash)...])
    else { return nil }
    return number >= first - 1 && number < next ? number + 1 : nil
  }

  /// What a message of that number holds, and `total` once it was put in.
  func message(_ number: Int64) -> (bytes: [UInt8], end: Int64)? {
    guard number >= first, number < next, let entry = places[place(number)] else { return nil }
    return (entry.bytes, entry.end)
  }

  mutating func append(_ message: EventStream.Message) {
    let bytes = Array("id: \(id(before: next + 1))\n".utf8) + message.bytes
    total += Int64(bytes.count)
    if stored == mostMessages { dropOldest() }
    places[place(next)] = Entry(bytes: bytes, end: total)
    next += 1
    stored += 1
    while stored > 1, total - start > mostBytes { dropOldest() }
  }

  private mutating func dropOldest() {
    places[place(first)] = nil
    stored -= 1
  }

  private func place(_ number: Int64) -> Int { Int(number % Int64(mostMessages)) }
}
