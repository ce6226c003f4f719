import FoundationEssentials
import Glibc
import Synchronization

@testable import Simulator

/// A temporary folder with a socket path, and servers that run there on threads of their own.
final class ServedRoom: Sendable {
  let folder: String
  let path: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/served-" + UUID().uuidString
    path = folder + "/twin"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A server that runs until it is stopped or forgotten.
  final class Running: Sendable {
    let server: TwinServer
    private let hasEnded = Mutex(false)

    init(_ server: TwinServer) {
      self.server = server
      start()
    }

    deinit { server.stop() }

    private func start() {
      let server = server
      let ended = { @Sendable [weak self] () -> Void in self?.hasEnded.withLock { $0 = true } }
      OwnThread.start {
        server.run()
        ended()
      }
    }

    func stop() async {
      server.stop()
      while !hasEnded.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(1)) }
    }
  }

  func serve(
    _ setup: Bullet.Setup = Bullet.Setup(isNoisy: false), speed: Double
  ) throws -> Running {
    try serve(Workshop(setup), speed: speed)
  }

  func serve(
    _ workshop: Workshop, speed: Double,
    time: @escaping RealTime.Source = { RealTime.nanoseconds }
  ) throws -> Running {
    Running(try TwinServer(workshop: workshop, path: path, speed: speed, time: time))
  }

  /// Stops the server as a kill would: its socket stays behind, dead.
  func kill(_ running: Running) async {
    _ = rename(path, path + ".dead")
    await running.stop()
    _ = rename(path + ".dead", path)
  }

  /// Somebody who writes what he likes to the socket.
  final class Stranger: Sendable {
    let descriptor: Descriptor

    /// Waits for his turn where a crowd is at the door.
    init(path: String) throws {
      var connected: Descriptor?
      for _ in 0..<2000 where connected == nil {
        do throws(UnixSocket.Failure) {
          connected = try UnixSocket.connect(to: path)
        } catch {
          guard error.code == EAGAIN else { throw error }
          usleep(500)
        }
      }
      guard let connected else { throw UnixSocket.Failure(code: EAGAIN) }
      descriptor = connected
    }

    /// Whether all was taken.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
      var rest = bytes
      for _ in 0..<1000 where !rest.isEmpty {
        guard let taken = descriptor.write(rest) else { return false }
        rest.removeFirst(taken)
        if taken == 0 { usleep(500) }
      }
      return rest.isEmpty
    }

    /// What comes until so many lines are there, or the other side ends, or half a minute passes;
    /// without the stamps.
    func lines(_ count: Int) -> [String] {
      var bytes: [UInt8] = []
      let deadline = RealTime.nanoseconds + 600_000_000_000
      reading: while RealTime.nanoseconds < deadline, bytes.count(where: { $0 == 10 }) < count {
        switch descriptor.read(atMost: 65_536) {
        case .bytes(let more): bytes += more
        case .nothing: usleep(500)
        case .ended: break reading
        }
      }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
        String(line.split(separator: " ", maxSplits: 2).last ?? "")
      }
    }

    func asked(_ text: String) -> String {
      write(Array((text + "\n").utf8))
      return lines(1).first ?? "nothing"
    }
  }

  /// Something that listens, and answers the first line of each client with the next of these.
  func impostor(saying answers: [[UInt8]]) throws {
    let listener = try UnixSocket.listen(at: path)
    OwnThread.start {
      for answer in answers {
        let deadline = RealTime.nanoseconds + 600_000_000_000
        var client: Descriptor?
        while client == nil, RealTime.nanoseconds < deadline {
          client = try? UnixSocket.accept(from: listener)
          if client == nil { usleep(500) }
        }
        while client?.read(atMost: 4096) == .nothing, RealTime.nanoseconds < deadline {
          usleep(500)
        }
        _ = client?.write(answer)
      }
    }
  }

  func stranger() throws -> Stranger { try Stranger(path: path) }
}

/// A clock that stands still while nobody looks at it for longer than 0.7 ms: on a computer that is
/// busy elsewhere, time does not run away from those who are to keep it.
final class PatientClock: Sendable {
  private let hands = Mutex((real: RealTime.nanoseconds, shown: Int64(0)))

  func now() -> Int64 {
    hands.withLock { hands in
      let real = RealTime.nanoseconds
      hands.shown += min(real - hands.real, 700_000)
      hands.real = real
      return hands.shown
    }
  }
}

/// A clock that somebody sets.
final class HandClock: Sendable {
  private let nanoseconds = Mutex(Int64(0))

  func set(seconds: Double) { nanoseconds.withLock { $0 = Int64(seconds * 1e9) } }

  func now() -> Int64 { nanoseconds.withLock { $0 } }
}

/// Runs tasks on one thread of its own, so that a test that keeps time does not wait for others.
final class ThreadExecutor: TaskExecutor {
  private let bell = Bell()
  private let jobs = Mutex<(queue: [UnownedJob], isEnding: Bool)>(([], false))

  private init() {}

  static func start() -> ThreadExecutor {
    let executor = ThreadExecutor()
    OwnThread.start { executor.run() }
    return executor
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.queue.append(job) }
    bell.ring()
  }

  func end() {
    jobs.withLock { $0.isEnding = true }
    bell.ring()
  }

  private func run() {
    while true {
      let (job, isEnding) = jobs.withLock { jobs in
        (jobs.queue.isEmpty ? nil : jobs.queue.removeFirst(), jobs.isEnding)
      }
      if let job {
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else if isEnding {
        return
      } else {
        var entries = [pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0)]
        RealTime.wait(for: &entries, nanoseconds: 1_000_000_000)
        bell.silence()
      }
    }
  }
}
