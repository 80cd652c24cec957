-- Texts are UTF-8 bytes: no collation takes two ids for one, no connection's character set changes them.
-- To read them: SELECT CONVERT(subject USING utf8mb4).
-- revision: 1 at first, one more at each write; every write names the one it follows.
-- purge_at: milliseconds since 1970, from when on the row may be deleted. It ends no session.
CREATE TABLE IF NOT EXISTS `curfew_sessions` (
  id       VARBINARY(255) NOT NULL PRIMARY KEY,
  subject  VARBINARY(255) NOT NULL,
  record   MEDIUMBLOB     NOT NULL,
  revision BIGINT         NOT NULL,
  purge_at BIGINT         NOT NULL,
  KEY `curfew_sessions_subject` (subject),
  KEY `curfew_sessions_purge_at` (purge_at)
) ENGINE = InnoDB;
