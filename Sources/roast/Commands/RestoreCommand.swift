import Glibc
import Roaster
import Store

/// `roast restore`: puts a backup in the place of the database.
enum RestoreCommand {
  static let definition = CommandDefinition(
    name: "restore",
    summary: "Put a backup in the place of the database",
    discussion: [
      "The backup is checked first. The daemon must not be running; the database that was there is "
        + "kept beside it, under another name."
    ],
    operands: [OperandDefinition(name: "FILE", meaning: "a copy that 'roast backup' made")],
    options: [DatabasePlace.option, .json],
    examples: [("roast restore /media/stick/roast.db", "after 'systemctl stop roast'")],
    variables: DaemonPlace.databaseVariables,
    files: DaemonPlace.databaseFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let file = arguments.operands[0]
    guard access(file, R_OK) == 0 else {
      throw Complaint(
        code: "file_not_readable",
        happened: "cannot read \(file): \(String(cString: strerror(errno)))",
        next: "Check the path and its permissions.")
    }
    let place = try DatabasePlace(arguments)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let kept: String?
    do throws(StoreFault) {
      kept = try Backup.restore(
        from: file, to: place.path, now: WallTime(milliseconds: Int64(now.tv_sec) * 1000))
    } catch { throw Complaint(error) }
    place.giveToOwner()
    return Console.answer(
      .object([
        ("database", .string(place.path)), ("file", .string(file)), ("kept", JSON(kept)),
      ]), as: arguments,
      text: "\(file) is now the database \(place.path).\n"
        + (kept.map { "What was there is kept as \($0).\n" } ?? ""))
  }
}
