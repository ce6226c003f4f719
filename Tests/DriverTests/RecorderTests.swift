import Driver
import Glibc
import Roaster
import Synchronization
import Testing

/// A recorder that is told of the roaster while bytes go on passing.
struct RecorderTests {
  /// A disk that takes a header only when more is on its way, and then slowly.
  private final class SlowDisk: Sendable {
    private let state = Mutex((bytes: [UInt8](), headerBegan: false, moreComes: false))

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var headerBegan: Bool { state.withLock { $0.headerBegan } }

    func expectMore() { state.withLock { $0.moreComes = true } }

    func append(_ bytes: [UInt8]) {
      if bytes.starts(with: Array("ROASTREC".utf8)) {
        state.withLock { $0.headerBegan = true }
        for _ in 0..<500 where !state.withLock({ $0.moreComes }) { usleep(10_000) }
        usleep(100_000)
      }
      state.withLock { $0.bytes += bytes }
    }
  }

  @Test func `whatever passes while the header is written comes after it`() async throws {
    let disk = SlowDisk()
    let recorder = Recorder(ScriptedRoaster(seconds: 10), origin: .synthetic, program: "tests") {
      disk.append($0)
    }
    let header = Task { recorder.identified(nil) }
    while !disk.headerBegan { await Task.yield() }
    disk.expectMore()
    await recorder.close()
    await header.value
    #expect(throws: Never.self) { try RecordingReader(disk.bytes) }
  }
}
