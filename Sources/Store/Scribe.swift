import Analysis
import Roaster

/// Writes entries, each batch in one transaction. It belongs to the journal's thread.
final class Scribe {
  let connection: Connection
  let run: Int64
  private let telemetry: Statement
  private let frame: Statement
  private let event: Statement
  private let link: Statement
  private let begin: Statement
  private let commit: Statement
  private var isFull: Bool?
  /// The last telemetry of the roast that goes on, to be told to its row with the batch.
  private var roasting: (roast: Int64, first: Int64, last: Int64)?
  /// Where the audit goes on; nil until that was read.
  var chain: Chain?

  /// A preheating is kept with its roast from so long before the beginning on: what a curve shows.
  static let leadNanoseconds: Int64 = 1800 * 1_000_000_000
  /// As many points as that can be.
  static let leadPoints: Int64 = 20_000

  init(_ connection: Connection, run: Int64) throws(StoreFault) {
    self.connection = connection
    self.run = run
    telemetry = try connection.prepare(TelemetryRow.insert)
    frame = try connection.prepare("INSERT INTO frames VALUES (?1, ?2)")
    event = try connection.prepare(EventRow.insert)
    link = try connection.prepare("INSERT INTO links VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)")
    begin = try connection.prepare("BEGIN IMMEDIATE")
    commit = try connection.prepare("COMMIT")
  }

  /// A row that could not be written for what it holds.
  struct Refusal: Error {
    let fault: StoreFault
    /// Which entry of the batch, if it was one.
    let index: Int?
  }

  /// Writes a batch, all or nothing. A durable one is on the disk when this returns.
  func write(_ batch: Backlog.Batch) throws(Refusal) {
    var index: Int?
    do {
      try synchronise(fully: batch.durables > 0)
      try begin.run()
      for position in batch.slots.indices {
        index = position
        try write(batch.slots[position].entry)
      }
      index = nil
      for loss in batch.losses { try write(loss) }
      try tellRoast()
      try tellHead()
      try commit.run()
    } catch {
      roasting = nil
      chain = nil
      connection.rollBack()
      throw Refusal(fault: error, index: index)
    }
  }

  private func synchronise(fully: Bool) throws(StoreFault) {
    guard isFull != fully else { return }
    try connection.execute("PRAGMA synchronous = \(fully ? "FULL" : "NORMAL")")
    isFull = fully
  }

  private func write(_ entry: Entry) throws(StoreFault) {
    switch entry {
    case .telemetry(let id, let point, let roast, let rateOfRise):
      try write(id, point, roast, rateOfRise)
    case .event(let id, let told, let roast, let author, let key):
      EventRow.bind(id, told, roast: roast, author: author, key: key, run: run, to: event)
      try event.run()
    case .link(let row): try write(row)
    case .roastBegan(let row): try begin(row)
    case .roastChanged(let id, let edit): try change(id, edit)
    case .roastEnded(let id, let at, let status): try end(id, at, status)
    case .roastFigures(let id, let figures): try put(figures, of: id)
    case .roastFindings(let id, let findings): try put(findings, of: id)
    case .evaluation(let row): try write(row)
    case .gap(let roast, let from, let to):
      try write(Loss(kind: .away, roast: roast, from: from, to: to))
    case .nextBatch(let details): try set(Self.nextBatchKey, to: details.json.text)
    case .setting(let key, let value): try set(key, to: value)
    case .tokenAdded(let row): try add(row)
    case .tokenRevoked(let id, let at): try stamp("revoked_ms", at, token: id)
    case .tokenUsed(let id, let at): try stamp("used_ms", at, token: id)
    case .desk(let record): try write(record)
    case .vacuum: break
    }
  }

  private func write(
    _ id: Int64, _ point: Telemetry, _ roast: Int64?, _ rateOfRise: CelsiusPerMinute?
  ) throws(StoreFault) {
    TelemetryRow.bind(id, point, rateOfRise, run: run, to: telemetry)
    try telemetry.run()
    frame.bind(1, id)
    point.frame.withUnsafeBytes { frame.bind(2, bytes: $0) }
    try frame.run()
    guard let roast else { return }
    if let known = roasting, known.roast == roast {
      roasting = (roast, known.first, id)
    } else {
      try tellRoast()
      roasting = (roast, id, id)
    }
  }

  /// Where the next batch's details are among the settings.
  static let nextBatchKey = "next_batch"
}

// MARK: - Roasts

extension Scribe {
  /// Puts a roast's row there, gives it what its batch told before, and the telemetry of its
  /// preheating: that of this run, since the batch began or for half an hour.
  func begin(_ row: RoastRow) throws(StoreFault) {
    try insert(row)
    let adopt = try connection.statement(
      "UPDATE events SET roast_id = ?1 WHERE run_id = ?2 AND batch = ?3 AND roast_id IS NULL")
    adopt.bind(1, row.id)
    adopt.bind(2, run)
    adopt.bind(3, row.batch)
    try adopt.run()
    let adoptProposals = try connection.statement(
      "UPDATE proposals SET roast_id = ?1 WHERE run_id = ?2 AND batch = ?3 AND roast_id IS NULL")
    adoptProposals.bind(1, row.id)
    adoptProposals.bind(2, run)
    adoptProposals.bind(3, row.batch)
    try adoptProposals.run()
    let lead = try connection.statement(
      """
      UPDATE roasts SET (first_telemetry_id, last_telemetry_id) = (
        SELECT min(id), max(id) FROM (
          SELECT id, run_id, monotonic_ns FROM telemetry ORDER BY id DESC LIMIT ?2)
        WHERE run_id = ?3 AND monotonic_ns >= max(?4, coalesce(
            (SELECT min(announced_ns) FROM events WHERE run_id = ?3 AND batch = ?5), ?4))
          AND id > coalesce((
            SELECT max(last_telemetry_id) FROM roasts WHERE last_telemetry_id < \(Ids.end)), 0))
      WHERE id = ?1
      """)
    lead.bind(1, row.id)
    lead.bind(2, Self.leadPoints)
    lead.bind(3, run)
    lead.bind(4, row.began.monotonic.nanoseconds - Self.leadNanoseconds)
    lead.bind(5, row.batch)
    try lead.run()
  }

  func insert(_ row: RoastRow) throws(StoreFault) {
    let insert = try connection.statement(
      """
      INSERT INTO roasts (id, run_id, batch, status, began_ms, began_ns, boot_id, device,
        is_simulated, serial, firmware, title, beans, grams_in, notes)
      VALUES (?1, ?2, ?3, 'roasting', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
      """)
    insert.bind(1, row.id)
    insert.bind(2, run)
    insert.bind(3, row.batch)
    insert.bind(4, row.began.wall.milliseconds)
    insert.bind(5, row.began.monotonic.nanoseconds)
    insert.bind(6, row.boot)
    insert.bind(7, row.device)
    insert.bind(8, row.isSimulated)
    insert.bind(9, row.serial)
    insert.bind(10, row.firmware)
    insert.bind(11, row.details.title)
    insert.bind(12, row.details.beans)
    insert.bind(13, row.details.gramsIn)
    insert.bind(14, row.details.notes)
    try insert.run()
  }

  /// Tells the roast's row how far its telemetry reaches.
  private func tellRoast() throws(StoreFault) {
    guard let roasting else { return }
    let update = try connection.statement(
      """
      UPDATE roasts SET first_telemetry_id = coalesce(first_telemetry_id, ?2),
        last_telemetry_id = max(coalesce(last_telemetry_id, 0), ?3) WHERE id = ?1
      """)
    update.bind(1, roasting.roast)
    update.bind(2, roasting.first)
    update.bind(3, roasting.last)
    try update.run()
    self.roasting = nil
  }

  func change(_ id: Int64, _ edit: RoastEdit) throws(StoreFault) {
    let update = try connection.statement(
      """
      UPDATE roasts SET title = iif(?2, ?3, title), beans = iif(?4, ?5, beans),
        grams_in = iif(?6, ?7, grams_in), grams_out = iif(?8, ?9, grams_out),
        notes = iif(?10, ?11, notes) WHERE id = ?1
      """)
    update.bind(1, id)
    update.bind(2, edit.title.isChange)
    update.bind(3, edit.title.value)
    update.bind(4, edit.beans.isChange)
    update.bind(5, edit.beans.value)
    update.bind(6, edit.gramsIn.isChange)
    update.bind(7, edit.gramsIn.value)
    update.bind(8, edit.gramsOut.isChange)
    update.bind(9, edit.gramsOut.value)
    update.bind(10, edit.notes.isChange)
    update.bind(11, edit.notes.value)
    try update.run()
  }

  func end(_ id: Int64, _ at: Moment, _ status: RoastStatus) throws(StoreFault) {
    let update = try connection.statement(
      "UPDATE roasts SET status = ?2, ended_ms = ?3, ended_ns = ?4 WHERE id = ?1")
    update.bind(1, id)
    update.bind(2, status.rawValue)
    update.bind(3, at.wall.milliseconds)
    update.bind(4, at.monotonic.nanoseconds)
    try update.run()
  }

  func put(_ figures: RoastFigures, of id: Int64) throws(StoreFault) {
    let update = try connection.statement(
      """
      UPDATE roasts SET duration_seconds = ?2, first_crack_seconds = ?3, development_ratio = ?4,
        drop_bean_celsius = ?5 WHERE id = ?1
      """)
    update.bind(1, id)
    update.bind(2, figures.durationSeconds)
    update.bind(3, figures.firstCrackSeconds)
    update.bind(4, figures.developmentRatio)
    update.bind(5, figures.dropBean?.degrees)
    try update.run()
  }

  func put(_ findings: RoastFindings, of id: Int64) throws(StoreFault) {
    let put = try connection.statement("INSERT OR REPLACE INTO analyses VALUES (?1, ?2, ?3)")
    put.bind(1, id)
    put.bind(2, Int64(RoastFindings.version))
    put.bind(3, findings.json.text)
    try put.run()
  }
}

// MARK: - Everything else

extension Scribe {
  private func write(_ row: LinkRow) throws(StoreFault) {
    link.bind(1, run)
    link.bind(2, row.at.wall.milliseconds)
    link.bind(3, row.at.monotonic.nanoseconds)
    link.bind(4, row.state)
    link.bind(5, row.serial)
    link.bind(6, row.firmware)
    link.bind(7, row.failure)
    try link.run()
  }

  private func write(_ loss: Loss) throws(StoreFault) {
    let insert = try connection.statement(
      "INSERT INTO losses VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
    let isCounted = loss.kind != .away
    insert.bind(1, run)
    insert.bind(2, loss.roast)
    insert.bind(3, loss.kind.rawValue)
    insert.bind(4, loss.from?.milliseconds)
    insert.bind(5, loss.to?.milliseconds)
    insert.bind(6, isCounted ? loss.points : nil)
    insert.bind(7, isCounted ? loss.others : nil)
    insert.bind(8, loss.reason)
    try insert.run()
  }

  func set(_ key: String, to value: String?) throws(StoreFault) {
    let statement = try connection.statement(
      value == nil
        ? "DELETE FROM settings WHERE key = ?1"
        : "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")
    statement.bind(1, key)
    if let value { statement.bind(2, value) }
    try statement.run()
  }

  func add(_ row: TokenRow) throws(StoreFault) {
    let insert = try connection.statement(
      "INSERT INTO tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
    insert.bind(1, row.id)
    insert.bind(2, row.kind.rawValue)
    insert.bind(3, row.name)
    insert.bind(4, row.role)
    insert.bind(5, row.hash)
    insert.bind(6, row.csrf)
    insert.bind(7, row.created.milliseconds)
    insert.bind(8, row.expires?.milliseconds)
    insert.bind(9, row.used?.milliseconds)
    insert.bind(10, row.revoked?.milliseconds)
    try insert.run()
  }

  private func stamp(_ column: String, _ at: WallTime, token id: Int64) throws(StoreFault) {
    let update = try connection.statement("UPDATE tokens SET \(column) = ?2 WHERE id = ?1")
    update.bind(1, id)
    update.bind(2, at.milliseconds)
    try update.run()
  }
}
