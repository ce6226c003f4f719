import Fixtures
import Glibc
import Testing

@testable import roast

/// What the service manager is told, heard on a real socket.
struct ServiceNotifierTests {
  /// A service manager's socket; what it hears within a second.
  private final class Manager {
    let descriptor: Int32

    init(_ name: [UInt8]) throws {
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var patience = timeval(tv_sec: 1, tv_usec: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
      let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
      }
      try #require(bound == 0, "errno \(errno)")
    }

    deinit { close(descriptor) }

    func hear() -> String? {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
  }

  private static var monotonicMicroseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
  }

  private func oneTelling(_ socket: String?) -> ServiceNotifier? {
    ServiceNotifier(socket: socket, watchdogMicroseconds: nil, watchdogProcess: nil)
  }

  @Test func `every state reaches the manager, each in a message of its own`() throws {
    let folder = try TemporaryFolder()
    let manager = try Manager(Array(folder.file("notify").utf8))
    let notifier = try #require(oneTelling(folder.file("notify")))
    #expect(notifier.ready())
    #expect(manager.hear() == "READY=1")
    #expect(notifier.status("the roaster is absent\nWATCHDOG=trigger"))
    #expect(manager.hear() == "STATUS=the roaster is absent WATCHDOG=trigger")
    #expect(notifier.watchdog())
    #expect(manager.hear() == "WATCHDOG=1")
    #expect(notifier.stopping())
    #expect(manager.hear() == "STOPPING=1")
  }

  @Test func `reloading carries the moment, by the monotonic clock`() throws {
    let folder = try TemporaryFolder()
    let manager = try Manager(Array(folder.file("notify").utf8))
    let before = Self.monotonicMicroseconds
    #expect(try #require(oneTelling(folder.file("notify"))).reloading())
    let lines = try #require(manager.hear()).split(separator: "\n")
    #expect(lines.first == "RELOADING=1" && lines.count == 2)
    let moment = try #require(Int64(lines[1].dropFirst("MONOTONIC_USEC=".count)))
    #expect((before...Self.monotonicMicroseconds).contains(moment))
  }

  @Test func `an abstract name is reached`() throws {
    let name = "roast-test-\(getpid())-\(Self.monotonicMicroseconds)"
    let manager = try Manager([0] + Array(name.utf8))
    #expect(try #require(oneTelling("@" + name)).ready())
    #expect(manager.hear() == "READY=1")
  }

  @Test func `a manager that is gone, or does not read, holds nothing up`() throws {
    let folder = try TemporaryFolder()
    let notifier = try #require(oneTelling(folder.file("notify")))
    #expect(!notifier.ready())
    let manager = try Manager(Array(folder.file("notify").utf8))
    let started = ContinuousClock.now
    let accepted = (0..<10_000).prefix { _ in notifier.watchdog() }.count
    #expect((1..<10_000).contains(accepted))
    #expect(ContinuousClock.now - started < .seconds(10))
    #expect(manager.hear() == "WATCHDOG=1")
  }

  @Test(arguments: [
    nil, "", "/", "@", "relative", "vsock:2:1234", String(repeating: "/a", count: 54),
  ])
  func `an address that is none is no manager`(_ socket: String?) {
    #expect(oneTelling(socket) == nil)
  }

  @Test(
    arguments: [
      ("10000000", nil, 5.0), ("10000000", "\(getpid())", 5), ("1", nil, 0.0000005),
      ("10000000", "1", nil), ("10000000", "x", nil), ("0", nil, nil), ("-5", nil, nil),
      ("soon", nil, nil), (nil, nil, nil),
    ] as [(String?, String?, Double?)])
  func `a sign of life is due at half the manager's patience`(
    _ microseconds: String?, _ process: String?, _ seconds: Double?
  ) throws {
    let notifier = try #require(
      ServiceNotifier(
        socket: "/run/x", watchdogMicroseconds: microseconds, watchdogProcess: process))
    #expect(notifier.watchdogInterval == seconds.map { .seconds($0) })
  }
}
