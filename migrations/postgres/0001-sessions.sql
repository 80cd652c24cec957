-- revision: 1 at first, one more at each write; every write names the one it follows.
-- purge_at: milliseconds since 1970, from when on the row may be deleted. It ends no session.
-- The space left in each page lets a write that does not move purge_at stay in it, without touching an index.
CREATE TABLE IF NOT EXISTS "curfew_sessions" (
  id       text   COLLATE "C" NOT NULL PRIMARY KEY,
  subject  text   COLLATE "C" NOT NULL,
  record   text   NOT NULL,
  revision bigint NOT NULL,
  purge_at bigint NOT NULL
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX IF NOT EXISTS "curfew_sessions_subject" ON "curfew_sessions" (subject);

CREATE INDEX IF NOT EXISTS "curfew_sessions_purge_at" ON "curfew_sessions" (purge_at);
