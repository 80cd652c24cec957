-- revision: 1 at first, one more at each write; every write names the one it follows.
-- purge_at: milliseconds since 1970, from when on the row may be deleted. It ends no session.
CREATE TABLE IF NOT EXISTS "curfew_sessions" (
  id       TEXT    NOT NULL PRIMARY KEY,
  subject  TEXT    NOT NULL,
  record   TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  purge_at INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS "curfew_sessions_subject" ON "curfew_sessions" (subject);

CREATE INDEX IF NOT EXISTS "curfew_sessions_purge_at" ON "curfew_sessions" (purge_at);
