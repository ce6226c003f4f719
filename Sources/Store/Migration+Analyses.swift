extension Migration {
  /// What was found in roasts.
  static let analyses = Migration(
    version: 2,
    sql: """
      CREATE TABLE analyses (
        roast_id INTEGER PRIMARY KEY,
        -- Of the analysis: what another one found is worked out again.
        version INTEGER NOT NULL,
        -- JSON: what the curve says. Of commands the proposals tell.
        findings TEXT NOT NULL
      ) STRICT;
      """)
}
