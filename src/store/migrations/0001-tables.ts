// Schema 1. Codes: kind 0 address, 1 run, 2 block; status 0 allocated, 1 released, 2 expired. Addresses are 16 bytes,
// big-endian, so that byte order is address order. Times are ms since 1970.
import { APPLICATION_ID } from '../open.js'

/** What claims and past allocations have in common. */
const allocationColumns = `
  id INTEGER PRIMARY KEY,
  network_id INTEGER NOT NULL,
  vrf_id INTEGER NOT NULL,
  family INTEGER NOT NULL,
  first BLOB NOT NULL,
  last BLOB NOT NULL,
  kind INTEGER NOT NULL,
  prefix_length INTEGER,
  hostname TEXT,
  description TEXT,
  tags TEXT NOT NULL,
  status INTEGER NOT NULL,
  allocated_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  released_ms INTEGER,
  held_until_ms INTEGER,
  revision INTEGER NOT NULL`

export const tables0001 = `
PRAGMA application_id = ${APPLICATION_ID};

-- One row, written once a batch. The anchor is the last Change that was pruned, the head the newest one.
CREATE TABLE state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  applied_index INTEGER NOT NULL,
  applied_term INTEGER NOT NULL,
  applied_time_ms INTEGER NOT NULL,
  membership TEXT,
  cluster TEXT,
  last_vrf_id INTEGER NOT NULL,
  last_network_id INTEGER NOT NULL,
  last_allocation_id INTEGER NOT NULL,
  anchor_position INTEGER NOT NULL,
  anchor_hash BLOB NOT NULL,
  head_position INTEGER NOT NULL,
  head_hash BLOB NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, 0, 0, NULL, NULL, 0, 0, 0, 0, zeroblob(32), 0, zeroblob(32));

CREATE TABLE vrfs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  created_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE networks (
  id INTEGER PRIMARY KEY,
  vrf_id INTEGER NOT NULL,
  family INTEGER NOT NULL,
  first BLOB NOT NULL,
  prefix_length INTEGER NOT NULL,
  description TEXT,
  tags TEXT NOT NULL,
  hold_hours INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX networks_by_vrf ON networks (vrf_id);

-- Allocations that are live or held back: what takes up space.
CREATE TABLE claims (${allocationColumns}
) STRICT;
CREATE INDEX claims_by_address ON claims (network_id, first, status);
CREATE INDEX claims_by_network ON claims (network_id, status);
CREATE INDEX claims_by_expiry ON claims (expires_ms) WHERE status = 0 AND expires_ms IS NOT NULL;
CREATE INDEX claims_by_hold ON claims (held_until_ms) WHERE held_until_ms IS NOT NULL;

-- Allocations that are over. Apart, so that they cost the tables and indexes of live ones nothing.
CREATE TABLE past_allocations (${allocationColumns}
) STRICT;
CREATE INDEX past_allocations_by_network ON past_allocations (network_id);

-- History. position = revision * 4096 + n; line = JSON; hash = SHA-256(hash of the row before it, line).
CREATE TABLE changes (
  position INTEGER PRIMARY KEY,
  line TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE sessions (
  node_id INTEGER PRIMARY KEY,
  start INTEGER NOT NULL,
  awaited_from INTEGER NOT NULL
) STRICT;

-- The outcomes of one session in one batch, packed into one row.
CREATE TABLE outcomes (
  node_id INTEGER NOT NULL,
  batch_index INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (node_id, batch_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  scope_hash TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  outcome BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_time ON idempotency (time_ms);
`
