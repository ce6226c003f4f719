import Fixtures
import FoundationEssentials
import Glibc
import Testing

/// A daemon with all its files in a folder.
struct ServingDaemon {
  let folder: TemporaryFolder
  var device = "twin"
  /// What it is started with beside its files.
  var more: [String] = []
  /// What the shell that becomes it does first.
  var shell = "true"

  var socket: String { folder.file("s") }
  var words: [String] {
    [
      "serve", "--device", device, "--db", folder.file("roast.db"), "--listen", "unix:" + socket,
      "--ready-file", folder.file("ready"),
    ] + more
  }

  /// Starts it, asks it, and ends it.
  func asking<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
    let daemon = try Program(
      "/bin/sh", ["-c", shell + #"; exec "$0" "$@""#, Built.roastPath] + words,
      environment: Built.plainly)
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while !isReady, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    let answer: Answer
    do {
      try #require(isReady, "it does not serve")
      answer = try await ask()
    } catch {
      daemon.send(SIGKILL)
      throw error
    }
    daemon.send(SIGTERM)
    let run = await daemon.outcome()
    #expect(run.end == .exit(0), "\(run.stderr)")
    return answer
  }

  private var isReady: Bool { access(folder.file("ready"), F_OK) == 0 }
}
