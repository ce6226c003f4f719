import Glibc
import Synchronization
import Testing

@testable import Daemon

struct LineWriterTests {
  /// A reader that does not read until it is let.
  private final class Reader: Sendable {
    let lines = Mutex<[String]>([])
    let gate = Doorbell()
    func take(_ line: String) {
      if lines.withLock({ $0.isEmpty }) { gate?.wait(milliseconds: 20_000) }
      lines.withLock { $0.append(line) }
    }
  }

  @Test func `whoever has a line written waits for no reader, and what is too much is counted`()
    throws
  {
    let reader = Reader()
    let writer = try #require(LineWriter { reader.take($0) })
    let started = ContinuousClock.now
    for number in 0..<5000 { writer.append("\(number)\n") }
    #expect(ContinuousClock.now - started < .seconds(5))
    writer.flush(milliseconds: 50)
    #expect(reader.lines.withLock { $0.isEmpty })
    reader.gate?.ring()
    writer.flush(milliseconds: 20_000)
    let lines = reader.lines.withLock { $0 }
    #expect(lines.first == "0\n")
    // Losses are told whenever there were some, once or twice here.
    let told = lines.filter { $0.contains("log_lines_lost") }
    let lost = told.compactMap { $0.split(separator: "=").last.flatMap { Int($0.dropLast()) } }
    #expect(!told.isEmpty && lost.count == told.count)
    #expect(lines.count - told.count + lost.reduce(0, +) == 5000)
  }
}
