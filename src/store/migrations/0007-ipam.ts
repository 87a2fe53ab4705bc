// Schema 7: regions, reservations of CIDRs, and what the surface of document 001 keeps besides. Codes: status of a region 0 Active,
// 1 Reserved; resource type 0 country, 1 region, 2 host; severity of a notification 0 info, 1 warning, 2 critical; operation of a
// job 0 add, 1 remove, 2 replace. `position`: (revision, n) of a Change as one number. JSON where a column's name is plural.

export const ipam0007 = `
-- A sequence of countries that has given no number: nobody has edited the table, and the default rows are there.
ALTER TABLE state ADD COLUMN last_country_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_comment_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_share_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_filter_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_notification_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_rule_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_webhook_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_delivery_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_job_id INTEGER NOT NULL DEFAULT 0;

-- The region facet; region_name is there in every one.
ALTER TABLE networks ADD COLUMN region_name TEXT;
ALTER TABLE networks ADD COLUMN region_owner TEXT;
ALTER TABLE networks ADD COLUMN region_status INTEGER;
ALTER TABLE networks ADD COLUMN region_created_by INTEGER;
ALTER TABLE networks ADD COLUMN region_created_by_name TEXT;
ALTER TABLE networks ADD COLUMN region_created_ms INTEGER;

-- prefix_length null: one address. network_id 0: no network contains it.
ALTER TABLE reservations ADD COLUMN prefix_length INTEGER;
ALTER TABLE past_reservations ADD COLUMN prefix_length INTEGER;
ALTER TABLE past_reservations ADD COLUMN made_network_id INTEGER;
ALTER TABLE past_reservations ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
CREATE INDEX reservations_of_ranges ON reservations (network_id, first) WHERE prefix_length IS NOT NULL;
CREATE INDEX reservations_by_uid ON reservations (uid);
CREATE INDEX past_reservations_by_uid ON past_reservations (uid);
CREATE INDEX reservations_by_holder ON reservations (holder_id, id);
CREATE INDEX past_reservations_by_holder ON past_reservations (holder_id, id) WHERE hidden = 0;

CREATE TABLE countries (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  continent TEXT NOT NULL,
  x_first INTEGER NOT NULL,
  x_last INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE comments (
  id INTEGER PRIMARY KEY,
  resource_type INTEGER NOT NULL,
  resource_id INTEGER NOT NULL,
  user_id INTEGER,
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX comments_by_resource ON comments (resource_type, resource_id, id);

CREATE TABLE shares (
  id INTEGER PRIMARY KEY,
  token TEXT NOT NULL,
  resource_type INTEGER NOT NULL,
  resource_id INTEGER NOT NULL,
  description TEXT,
  user_id INTEGER NOT NULL,
  username TEXT NOT NULL,
  view_count INTEGER NOT NULL,
  last_viewed_ms INTEGER,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX shares_by_token ON shares (token);
CREATE INDEX shares_by_user ON shares (user_id, id);
CREATE INDEX shares_by_expiry ON shares (expires_ms);

CREATE TABLE preferences (
  user_id INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE saved_filters (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  criteria TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX saved_filters_by_user ON saved_filters (user_id, id);

CREATE TABLE notifications (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  rule_id INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  message TEXT NOT NULL,
  resource_type INTEGER NOT NULL,
  resource_id INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  read_ms INTEGER,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX notifications_by_user ON notifications (user_id, id);
CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE read_ms IS NULL;
CREATE INDEX notifications_by_age ON notifications (created_ms);

CREATE TABLE notification_rules (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  threshold INTEGER NOT NULL,
  resource_type INTEGER,
  resource_ids TEXT NOT NULL,
  channels TEXT NOT NULL,
  severity INTEGER NOT NULL,
  active INTEGER NOT NULL,
  last_triggered_ms INTEGER,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX notification_rules_by_user ON notification_rules (user_id, id);
CREATE INDEX notification_rules_active ON notification_rules (id) WHERE active = 1;

CREATE TABLE crossings (
  rule_id INTEGER NOT NULL,
  resource_type INTEGER NOT NULL,
  resource_id INTEGER NOT NULL,
  PRIMARY KEY (rule_id, resource_type, resource_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  events TEXT NOT NULL,
  description TEXT,
  active INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  last_delivery_ms INTEGER,
  seen_revision INTEGER NOT NULL,
  seen_n INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_user ON webhooks (user_id, id);
CREATE INDEX webhooks_active ON webhooks (id) WHERE active = 1;

CREATE TABLE pending_deliveries (
  webhook_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  PRIMARY KEY (webhook_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery_attempts (
  id INTEGER PRIMARY KEY,
  webhook_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  event INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  status_code INTEGER,
  response_ms INTEGER,
  error TEXT,
  attempted_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_attempts_by_webhook ON delivery_attempts (webhook_id, attempted_ms);
CREATE INDEX delivery_attempts_by_age ON delivery_attempts (attempted_ms);

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  resource_type INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  tags TEXT NOT NULL,
  items TEXT NOT NULL,
  outcomes TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  completed_ms INTEGER,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_by_user ON jobs (user_id, id);
CREATE INDEX jobs_open ON jobs (user_id, id) WHERE completed_ms IS NULL;
CREATE INDEX jobs_open_by_id ON jobs (id) WHERE completed_ms IS NULL;
CREATE INDEX jobs_by_end ON jobs (completed_ms) WHERE completed_ms IS NOT NULL;
`
