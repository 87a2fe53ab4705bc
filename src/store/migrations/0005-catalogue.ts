// Schema 5: the catalogue of tags and custom fields, and the settings. Codes: entity_type 0 ip, 1 subnet; field_type 0 text,
// 1 number, 2 date, 3 boolean, 4 select.

export const catalogue0005 = `
ALTER TABLE state ADD COLUMN last_tag_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_custom_field_id INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tags (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  color TEXT,
  description TEXT,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

-- field_options: JSON list of texts, of a select.
CREATE TABLE custom_fields (
  id INTEGER PRIMARY KEY,
  entity_type INTEGER NOT NULL,
  field_name TEXT NOT NULL,
  field_type INTEGER NOT NULL,
  is_required INTEGER NOT NULL,
  field_options TEXT,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

-- One row, from the first change on.
CREATE TABLE settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  smtp_host TEXT,
  smtp_port INTEGER NOT NULL,
  smtp_user TEXT,
  smtp_password TEXT,
  smtp_password_revision INTEGER,
  smtp_from TEXT,
  alert_email TEXT,
  backup_retention_days INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
`
