// Schema 4: users, their tokens, the keys that sign access tokens, and what is remembered of failed logins. Codes: role
// 0 admin, 1 manager, 2 user; theme 0 light, 1 dark.

export const identity0004 = `
ALTER TABLE state ADD COLUMN last_user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_api_token_id INTEGER NOT NULL DEFAULT 0;

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL,
  email TEXT NOT NULL,
  role INTEGER NOT NULL,
  theme INTEGER NOT NULL,
  is_active INTEGER NOT NULL,
  password_hash TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  last_login_ms INTEGER,
  failed_logins INTEGER NOT NULL,
  locked_until_ms INTEGER,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

-- addresses: JSON list of CIDRs.
CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  description TEXT,
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  addresses TEXT NOT NULL,
  expires_ms INTEGER,
  created_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
  id TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  retires_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE revocations (
  token_id TEXT PRIMARY KEY,
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE login_failures (
  key TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
