import FoundationEssentials
import Glibc

/// What the build made for the tests to run.
public enum Built {
  /// The program under test, from the same build as the tests.
  public static let roastPath: String = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? 0
      }
    }
    let parts = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self).split(separator: "/")
    return "/" + (parts.dropLast() + ["roast"]).joined(separator: "/")
  }()

  /// The fake roaster that `make emulator` builds.
  public static let emulatorPath = Fixtures.root + "/.build/emulator/bullet-emulator"

  /// Debian's umockdev puts it there; the path is searched for those who have it elsewhere.
  public static let umockdevWrapperPath: String = {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    let places = folders.map { String($0) + "/umockdev-wrapper" }
    return places.first(where: { access($0, X_OK) == 0 }) ?? "/usr/bin/umockdev-wrapper"
  }()

  /// An environment in which `roast` speaks as the fixtures say, whatever the tester prefers
  /// and whether or not a daemon runs here.
  public static let plainly: [String: String?] = [
    "ROAST_UNIT": nil, "LC_ALL": "C", "LC_MEASUREMENT": nil, "LANG": nil,
    "NO_COLOR": nil, "TERM": "xterm-256color", "ROAST_SOCKET": "/nowhere/roast.sock",
    "ROAST_TOKEN": nil, "ROAST_CONFIG": nil, "ROAST_DB": nil,
  ]

  /// What "at once" is for the program; under a sanitizer everything takes its time.
  public static let atOnceSeconds: Double =
    ProcessInfo.processInfo.environment["ASAN_OPTIONS"] == nil ? 1.5 : 15

  /// Runs `roast` to its end.
  public static func roast(
    _ words: [String], environment changes: [String: String?] = [:], input: [UInt8] = [],
    limitSeconds: Double = 60
  ) async throws -> Program.Outcome {
    try await Program.run(
      roastPath, words, environment: plainly.merging(changes) { $1 }, input: input,
      limitSeconds: limitSeconds)
  }

  /// Runs a line of shell in which `$ROAST` is the program.
  public static func shell(
    _ line: String, environment changes: [String: String?] = [:], limitSeconds: Double = 60
  ) async throws -> Program.Outcome {
    try await Program.run(
      "/bin/sh", ["-c", line],
      environment: plainly.merging(changes) { $1 }.merging(["ROAST": roastPath]) { $1 },
      limitSeconds: limitSeconds)
  }
}
