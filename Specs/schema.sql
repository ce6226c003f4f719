-- What the migrations of Sources/Store leave: made by `ROAST_REFRESH=1 swift test`.

CREATE TABLE migrations (
  version INTEGER PRIMARY KEY,
  checksum TEXT NOT NULL,
  applied_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  began_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  version TEXT NOT NULL
) STRICT;

CREATE TABLE roasts (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  -- The machine's count of batches in that run.
  batch INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('roasting', 'ended', 'interrupted')),
  began_ms INTEGER NOT NULL,
  -- On a clock that starts with boot_id; nothing is measured between two boots.
  began_ns INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  ended_ms INTEGER,
  ended_ns INTEGER,
  first_telemetry_id INTEGER,
  last_telemetry_id INTEGER,
  device TEXT NOT NULL,
  is_simulated INTEGER NOT NULL CHECK (is_simulated IN (0, 1)),
  serial TEXT,
  firmware INTEGER,
  title TEXT,
  beans TEXT,
  grams_in REAL,
  grams_out REAL,
  notes TEXT,
  -- Worked out of the curve whenever that changes, for lists.
  duration_seconds REAL,
  first_crack_seconds REAL,
  development_ratio REAL,
  drop_bean_celsius REAL
) STRICT;

CREATE INDEX roasts_by_telemetry ON roasts (first_telemetry_id, last_telemetry_id);

CREATE TABLE telemetry (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  monotonic_ns INTEGER NOT NULL,
  state_code INTEGER,
  bean_celsius REAL,
  ibts_celsius REAL,
  rate_of_rise_celsius_per_minute REAL,
  heater_level INTEGER,
  fan_level INTEGER,
  drum_level INTEGER,
  clock_seconds INTEGER,
  bean_ror_celsius_per_minute REAL,
  exhaust_celsius REAL,
  ir_celsius REAL,
  pcb_celsius REAL,
  fan_rpm INTEGER,
  mains_volts INTEGER,
  coil_fan_1_percent INTEGER,
  coil_fan_2_percent INTEGER,
  preheat_target_celsius REAL,
  -- Why values are NULL, a bit a field: not a number | implausible << 16 | placeholder << 32.
  suspicion INTEGER NOT NULL
) STRICT;

CREATE INDEX telemetry_by_time ON telemetry (at_ms);

CREATE TABLE frames (
  telemetry_id INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL CHECK (length(bytes) = 128)
) STRICT;

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  roast_id INTEGER,
  batch INTEGER NOT NULL,
  kind TEXT NOT NULL,
  category TEXT NOT NULL,
  change TEXT NOT NULL,
  source TEXT NOT NULL,
  -- Who marked it.
  author TEXT,
  at_ms INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  announced_ms INTEGER NOT NULL,
  announced_ns INTEGER NOT NULL,
  roast_seconds REAL,
  bean_celsius REAL,
  ibts_celsius REAL,
  gap_seconds REAL,
  -- What only some kinds have to say: the control or the sensor, what it was and what it
  -- became (levels, codes of states, degrees, seconds of the clock), within how long.
  anomaly TEXT,
  subject TEXT,
  from_value REAL,
  to_value REAL,
  within_seconds REAL,
  origin TEXT,
  is_doubled INTEGER,
  -- What its author names the wish by that it came of.
  key TEXT
) STRICT;

CREATE INDEX events_by_roast ON events (roast_id);

CREATE INDEX events_by_batch ON events (run_id, batch);

CREATE VIEW anomalies AS
  SELECT id, run_id, roast_id, anomaly, subject, at_ms, from_value, to_value, within_seconds
  FROM events WHERE category = 'anomaly';

CREATE TABLE links (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  monotonic_ns INTEGER NOT NULL,
  state TEXT NOT NULL,
  serial TEXT,
  firmware INTEGER,
  failure TEXT
) STRICT;

CREATE TABLE losses (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  roast_id INTEGER,
  kind TEXT NOT NULL CHECK (kind IN ('dropped', 'refused', 'away')),
  from_ms INTEGER,
  to_ms INTEGER,
  points INTEGER,
  others INTEGER,
  reason TEXT
) STRICT;

CREATE INDEX losses_by_roast ON losses (roast_id);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE tokens (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('token', 'session')),
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  csrf TEXT,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  used_ms INTEGER,
  revoked_ms INTEGER
) STRICT;

CREATE TABLE proposals (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  roast_id INTEGER,
  batch INTEGER NOT NULL,
  made_ms INTEGER NOT NULL,
  made_ns INTEGER NOT NULL,
  expires_ns INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  credential_id INTEGER,
  -- The level of autonomy at which it was made: 'L1' to 'L5'.
  level TEXT NOT NULL,
  -- That of its one command, or 'sequence'.
  kind TEXT NOT NULL,
  -- JSON, as are verdict, forecast, approver and readback.
  steps TEXT NOT NULL,
  step_count INTEGER NOT NULL,
  reason TEXT NOT NULL,
  key TEXT,
  -- What was said last; the transitions tell the rest.
  verdict TEXT NOT NULL,
  forecast TEXT,
  approver TEXT,
  outcome TEXT,
  readback TEXT,
  -- Why it ended, in words.
  ending TEXT,
  state TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  since_ns INTEGER NOT NULL,
  approved_ns INTEGER
) STRICT;

CREATE INDEX proposals_by_roast ON proposals (roast_id);

CREATE INDEX proposals_by_state ON proposals (state);

CREATE INDEX proposals_by_time ON proposals (made_ms);

CREATE INDEX proposals_by_key ON proposals (key) WHERE key IS NOT NULL;

CREATE TABLE transitions (
  id INTEGER PRIMARY KEY,
  proposal_id INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  credential_id INTEGER,
  -- JSON.
  detail TEXT NOT NULL
) STRICT;

CREATE INDEX transitions_by_proposal ON transitions (proposal_id);

CREATE TABLE findings (
  proposal_id INTEGER NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY (proposal_id, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  roast_id INTEGER,
  proposal_id INTEGER,
  at_ms INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  credential_id INTEGER,
  action TEXT NOT NULL,
  -- JSON.
  detail TEXT NOT NULL,
  -- Whether it could not be written before what it tells of was done.
  is_late INTEGER NOT NULL CHECK (is_late IN (0, 1)),
  previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_by_proposal ON audit (proposal_id);

CREATE INDEX audit_by_action ON audit (action, at_ms);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;

CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id OR hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;

CREATE TABLE analyses (
  roast_id INTEGER PRIMARY KEY,
  -- Of the analysis: what another one found is worked out again.
  version INTEGER NOT NULL,
  -- JSON: what the curve says. Of commands the proposals tell.
  findings TEXT NOT NULL
) STRICT;

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
