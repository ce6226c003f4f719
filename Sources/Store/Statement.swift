import CSQLite

/// A statement, prepared once. One thread uses it at a time.
///
/// What goes wrong while binding is told by the next step: a row is bound without a test a value.
final class Statement {
  private let pointer: OpaquePointer
  private let sql: String
  private var bindFailure: Int32 = SQLITE_OK

  init(_ sql: String, on database: OpaquePointer) throws(StoreFault) {
    var pointer: OpaquePointer?
    let code = sqlite3_prepare_v3(
      database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
    guard code == SQLITE_OK, let pointer else {
      throw .sqlite(SQLiteFailure(code: code, on: database, sql: sql))
    }
    self.pointer = pointer
    self.sql = sql
  }

  deinit { sqlite3_finalize(pointer) }

  // MARK: Binding, from 1

  func bind(_ index: Int32, _ value: Int64?) {
    if let value {
      note(sqlite3_bind_int64(pointer, index, value))
    } else {
      note(sqlite3_bind_null(pointer, index))
    }
  }

  func bind(_ index: Int32, _ value: Int?) { bind(index, value.map(Int64.init)) }

  func bind(_ index: Int32, _ value: Bool?) { bind(index, value.map { $0 ? Int64(1) : 0 }) }

  func bind(_ index: Int32, _ value: Double?) {
    if let value {
      note(sqlite3_bind_double(pointer, index, value))
    } else {
      note(sqlite3_bind_null(pointer, index))
    }
  }

  func bind(_ index: Int32, _ value: String?) {
    guard let value else { return note(sqlite3_bind_null(pointer, index)) }
    let count = Int32(value.utf8.count)
    value.withCString { note(csqlite_bind_text(pointer, index, $0, count)) }
  }

  func bind(_ index: Int32, _ value: [UInt8]?) {
    guard let value else { return note(sqlite3_bind_null(pointer, index)) }
    value.withUnsafeBytes { bind(index, bytes: $0) }
  }

  func bind(_ index: Int32, bytes: UnsafeRawBufferPointer) {
    if bytes.isEmpty {
      note(sqlite3_bind_zeroblob(pointer, index, 0))
    } else {
      note(csqlite_bind_blob(pointer, index, bytes.baseAddress, Int32(bytes.count)))
    }
  }

  private func note(_ code: Int32) {
    if code != SQLITE_OK, bindFailure == SQLITE_OK { bindFailure = code }
  }

  // MARK: Running

  /// Runs it to its end, ready for the next time.
  func run() throws(StoreFault) {
    while try step() {}
  }

  /// Goes to the next row; false when there is none, and then it is ready for the next time.
  func step() throws(StoreFault) -> Bool {
    let code = bindFailure == SQLITE_OK ? sqlite3_step(pointer) : bindFailure
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE {
      sqlite3_reset(pointer)
      return false
    }
    bindFailure = SQLITE_OK
    let failure = SQLiteFailure(code: code, on: sqlite3_db_handle(pointer), sql: sql)
    sqlite3_reset(pointer)
    throw .sqlite(failure)
  }

  /// Gives up the rows that are left.
  func reset() { sqlite3_reset(pointer) }

  // MARK: Columns, from 0

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

  func int(_ column: Int32) -> Int? { isNull(column) ? nil : Int(integer(column)) }

  func int64(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func double(_ column: Int32) -> Double? {
    isNull(column) ? nil : sqlite3_column_double(pointer, column)
  }

  func text(_ column: Int32) -> String? {
    guard let text = sqlite3_column_text(pointer, column) else { return nil }
    let count = Int(sqlite3_column_bytes(pointer, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// Lends the bytes of a column.
  func withBytes<Answer>(
    _ column: Int32, _ body: (UnsafeRawBufferPointer) -> Answer
  ) -> Answer {
    let bytes = sqlite3_column_blob(pointer, column)
    let count = Int(sqlite3_column_bytes(pointer, column))
    return body(UnsafeRawBufferPointer(start: bytes, count: count))
  }

  func bytes(_ column: Int32) -> [UInt8]? {
    isNull(column) ? nil : withBytes(column) { Array($0) }
  }
}

extension SQLiteFailure {
  /// What a connection says of its last call.
  init(code: Int32, on database: OpaquePointer?, sql: String) {
    let isLast = database.map { sqlite3_extended_errcode($0) == code } ?? false
    let words = isLast ? database.flatMap { sqlite3_errmsg($0) } : sqlite3_errstr(code)
    self.init(code: code, message: words.map { String(cString: $0) } ?? "", sql: sql)
  }
}
