import Glibc
import Roaster
import Store

/// `roast backup`: copies the database while it is in use.
enum BackupCommand {
  static let definition = CommandDefinition(
    name: "backup",
    summary: "Copy the database to a file, also while the daemon writes to it",
    discussion: [
      "The copy is of one moment, and checked before it gets its name. It reads the database itself, "
        + "so it must run as the user of the daemon, or as root."
    ],
    operands: [OperandDefinition(name: "FILE", meaning: "the copy to make")],
    options: [OptionDefinition(name: "replace", meaning: "also when FILE is there already")]
      + DatabasePlace.options,
    examples: [("roast backup /media/stick/roast.db", "the roasts of all time on a stick")],
    variables: DaemonPlace.socketVariables + DaemonPlace.databaseVariables,
    files: DaemonPlace.databaseFiles + DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let file = arguments.operands[0]
    let place = try DatabasePlace(arguments)
    try place.require()
    guard arguments.has("replace") || access(file, F_OK) != 0 else {
      throw Complaint(
        code: "file_exists", happened: "\(file) exists and is not overwritten",
        next: "Name another file, or give --replace.")
    }
    do throws(StoreFault) { try Backup.make(from: place.path, to: file) } catch {
      throw Complaint(error)
    }
    var facts = stat()
    let size = stat(file, &facts) == 0 ? Int(facts.st_size) : nil
    return Console.answer(
      .object([
        ("database", .string(place.path)), ("file", .string(file)), ("bytes", JSON(size)),
      ]), as: arguments,
      text: "Copied \(place.path) to \(file)" + (size.map { ", \($0) bytes" } ?? "") + ".\n")
  }
}
