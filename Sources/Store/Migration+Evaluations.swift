extension Migration {
  /// How pilots did in golden cases.
  static let evaluations = Migration(
    version: 3,
    sql: """
      CREATE TABLE evaluations (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        -- Who says so.
        author TEXT NOT NULL,
        pilot TEXT NOT NULL,
        -- Of cases, trials, seed and pilot: the same is the same sweep.
        fingerprint TEXT NOT NULL,
        passed INTEGER NOT NULL,
        -- JSON: name, expectation, passed, trials and trials_passed of each case.
        cases TEXT NOT NULL
      ) STRICT;
      """)
}
