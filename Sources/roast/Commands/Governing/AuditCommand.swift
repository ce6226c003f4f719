import Roaster
import Store

/// `roast audit`: what was commanded and done, and whether nobody has changed the record of it.
enum AuditCommand {
  static let definition = CommandDefinition(
    name: "audit",
    summary: "Verify, list and export the record of every command and byte",
    discussion: [
      "It reads the database itself, so it must run as the user of the daemon, or as root. Each row "
        + "carries the hash of the one before; 'verify' finds the first row that does not follow."
    ],
    operands: [
      OperandDefinition(
        name: "ACTION", meaning: "what to do, default verify", isRequired: false,
        choices: ["verify", "list", "export"])
    ],
    options: [
      OptionDefinition(name: "proposal", value: "ID", meaning: "list, export: of that proposal"),
      OptionDefinition(name: "limit", value: "N", meaning: "list: the last so many, default 50"),
      OptionDefinition(name: "out", value: "FILE", meaning: "export: to a new file"),
    ] + DatabasePlace.options,
    examples: [
      ("roast audit verify", "exit code 1 if a row was changed, added or taken away"),
      ("roast audit export --out audit.jsonl", "a line of JSON a row"),
    ],
    variables: DaemonPlace.socketVariables + DaemonPlace.databaseVariables,
    files: DaemonPlace.databaseFiles + DaemonPlace.socketFiles,
    run: { (arguments) async throws(Complaint) in try run(arguments) })

  private static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
    let place = try DatabasePlace(arguments)
    try place.require()
    let proposal = try arguments.number(
      "proposal", in: 1...1e15, expected: "a number of 'roast proposals'", of: "audit"
    ).map { Int64($0) }
    let limit = try arguments.number(
      "limit", in: 1...1000, expected: "a whole number from 1 to 1000", of: "audit")
    let archive = Archive(path: place.path)
    defer { archive.close() }
    switch arguments.operands.first ?? "verify" {
    case "list":
      let filter = AuditFilter(limit: Int(limit ?? 50), proposal: proposal)
      let rows = try reading { () throws(StoreFault) in try archive.audit(filter) }
      return Console.answer(
        .object([("rows", .array(rows.map(\.json)))]), as: arguments, text: table(rows))
    case "export": return try export(archive, proposal, to: arguments.value("out"))
    default:
      let check = try reading { () throws(StoreFault) in try archive.verifyAudit() }
      let written = Console.answer(check.json, as: arguments, text: check.text + "\n")
      return written == .done && check.brokenRow != nil ? .failed : written
    }
  }

  private static func reading<Value>(
    _ body: () throws(StoreFault) -> Value
  ) throws(Complaint) -> Value {
    do throws(StoreFault) { return try body() } catch { throw Complaint(error) }
  }

  /// All of it, the oldest first, a page at a time.
  private static func export(
    _ archive: Archive, _ proposal: Int64?, to name: String?
  ) throws(Complaint) -> ExitCode {
    var file: OutputFile?
    if let name, name != "-" { file = try OutputFile(name, mayReplace: false) }
    var last: Int64 = 0
    while true {
      let filter = AuditFilter(limit: 1000, after: last, proposal: proposal)
      let rows = try reading { () throws(StoreFault) in try archive.audit(filter) }
      guard let end = rows.last else { break }
      last = end.id
      let lines = Array(rows.map { $0.json.text + "\n" }.joined().utf8)
      if let file {
        file.append(lines)
      } else if !Console.write(lines, to: 1) {
        return Console.readerLeft ? .done : .failed
      }
    }
    guard let failure = file?.failure else { return .done }
    throw Complaint(
      code: "file_not_writable", happened: "cannot write \(name ?? "-"): \(failure)",
      next: "Free some room, or name a file elsewhere.")
  }

  private static func table(_ rows: [AuditRow]) -> String {
    var table = TextTable(["ROW", "TIME", "WHO", "WHAT", "PROPOSAL", "DETAIL"])
    for row in rows {
      table.add([
        "\(row.id)", row.wall.localText, row.actorName.printable, row.action,
        row.proposal.map { "\($0)" } ?? "", String(row.detail.printable.prefix(80)),
      ])
    }
    return table.isEmpty ? "Nothing was commanded yet.\n" : table.text
  }
}
