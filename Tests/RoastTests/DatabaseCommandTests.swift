import Fixtures
import Roaster
import Store
import Testing

@testable import roast

/// `roast backup`, `restore` and `vacuum`.
struct DatabaseCommandTests {
  private let folder: TemporaryFolder
  private let database: String

  init() throws {
    folder = try TemporaryFolder()
    database = folder.file("roast.db")
    try Self.fill(database, title: "first")
  }

  /// A database with a setting that tells it from others.
  private static func fill(_ path: String, title: String) throws {
    let (journal, _) = try Journal.open(
      path: path, settings: Journal.Settings(version: "test"), now: WallTime(milliseconds: 1))
    journal.append([.setting(key: "test_title", value: JSON.string(title).text)])
    journal.close()
  }

  private func title(_ path: String) throws -> String? {
    let (journal, opening) = try Journal.open(
      path: path, settings: Journal.Settings(version: "test"), now: WallTime(milliseconds: 2))
    journal.close()
    return opening.settings["test_title"].flatMap { try? JSON(reading: Array($0.utf8)).stringValue }
  }

  /// With no daemon anywhere.
  private func roast(_ words: [String]) async throws -> Program.Outcome {
    try await Built.roast(words, environment: ["ROAST_SOCKET": folder.file("none.sock")])
  }

  @Test func `a backup is made, restored, and what was there is kept`() async throws {
    let copy = folder.file("copy.db")
    let backup = try await roast(["backup", copy, "--db", database, "--json"])
    #expect(backup.end == .exit(0))
    #expect(backup.stdout.hasPrefix(#"{"database":"\#(database)","file":"\#(copy)","bytes":"#))
    try Self.fill(database, title: "second")
    let restore = try await roast(["restore", copy, "--db", database, "--json"])
    #expect(restore.end == .exit(0))
    let answer = try JSON(reading: Array(restore.stdout.utf8.dropLast()))
    let kept = try #require(answer["kept"]?.stringValue)
    #expect(try title(database) == "first")
    #expect(try title(kept) == "second")
  }

  @Test func `a backup overwrites nothing unless it is told to`() async throws {
    let copy = try folder.put([1, 2, 3], as: "copy.db")
    let refused = try await roast(["backup", copy, "--db", database])
    #expect(refused.end == .exit(1) && refused.stderr.contains("is not overwritten"))
    #expect(folder.bytes("copy.db") == [1, 2, 3])
    let replaced = try await roast(["backup", copy, "--db", database, "--replace"])
    #expect(
      replaced.end == .exit(0) && replaced.stdout.hasPrefix("Copied \(database) to \(copy), "))
    #expect(try title(copy) == "first")
  }

  @Test func `what is no backup is not restored`() async throws {
    let other = try folder.put(Array("this is no database".utf8), as: "other")
    let before = folder.bytes("roast.db")
    for (file, code) in [(other, "database_"), (folder.file("none"), "file_not_readable")] {
      let run = try await roast(["restore", file, "--db", database, "--json"])
      #expect(run.end == .exit(1) && run.stderr.hasPrefix(#"{"code":"\#(code)"#), "\(run.stderr)")
    }
    #expect(folder.bytes("roast.db") == before)
  }

  @Test func `a database in use is not restored over`() async throws {
    let copy = folder.file("copy.db")
    _ = try await roast(["backup", copy, "--db", database])
    let (journal, _) = try Journal.open(
      path: database, settings: Journal.Settings(version: "test"), now: WallTime(milliseconds: 2))
    defer { journal.close() }
    let run = try await roast(["restore", copy, "--db", database])
    #expect(run.end == .exit(1) && run.stderr.contains("is written by another process"))
  }

  @Test func `without a daemon vacuum does it itself`() async throws {
    let run = try await roast(["vacuum", "--db", database, "--json"])
    #expect(run.end == .exit(0))
    #expect(run.stdout.hasPrefix(#"{"status":"done","database":"\#(database)","bytes":"#))
    #expect(try title(database) == "first")
    let none = try await roast(["vacuum", "--db", folder.file("none.db")])
    #expect(none.end == .exit(1) && none.stderr.contains("there is no database at"))
  }

  @Test func `with a daemon vacuum asks it, and backup takes the database that it names`()
    async throws
  {
    let database = database
    let daemon = try ScriptedDaemon { asked in
      asked.line == "GET /v1/status"
        ? .json(200, #"{"store":{"path":"\#(database)"}}"#) : DaemonDocuments.reply(to: asked)
    }
    let vacuum = try await Built.roast(["vacuum", "--socket", daemon.path])
    #expect(vacuum.end == .exit(0) && vacuum.stdout == "The daemon makes room.\n")
    #expect(daemon.asked.map(\.line) == ["POST /v1/vacuum"])
    let copy = folder.file("copy.db")
    let backup = try await Built.roast(["backup", copy, "--socket", daemon.path])
    #expect(backup.end == .exit(0))
    #expect(try title(copy) == "first")
  }
}
