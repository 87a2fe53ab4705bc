// Schema 3: pools of addresses and of numbers. Codes: strategy 0 first, 1 best, 2 last, 3 least_recently_released,
// 4 sparse; kind of numbers 0 rt, 1 rd, 2 vlan, 3 asn; kind of deletion 0 network, 1 number pool.

/** What live and past claims on numbers have in common. */
const numberColumns = `
  id INTEGER PRIMARY KEY,
  pool_id INTEGER NOT NULL,
  value INTEGER NOT NULL,
  description TEXT,
  owner TEXT,
  allocated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL`

export const pools0003 = `
ALTER TABLE state ADD COLUMN last_pool_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_block_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_number_pool_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_number_id INTEGER NOT NULL DEFAULT 0;

-- The pool facet; all of it null when the network has no pool.
ALTER TABLE networks ADD COLUMN pool_id INTEGER;
ALTER TABLE networks ADD COLUMN pool_name TEXT;
ALTER TABLE networks ADD COLUMN pool_description TEXT;
ALTER TABLE networks ADD COLUMN pool_strategy INTEGER;
ALTER TABLE networks ADD COLUMN pool_strategy_revision INTEGER;
ALTER TABLE networks ADD COLUMN pool_created_ms INTEGER;
CREATE INDEX networks_by_pool ON networks (pool_id) WHERE pool_id IS NOT NULL;

ALTER TABLE claims ADD COLUMN block_id INTEGER;
ALTER TABLE claims ADD COLUMN owner TEXT;
ALTER TABLE past_allocations ADD COLUMN block_id INTEGER;
ALTER TABLE past_allocations ADD COLUMN owner TEXT;
-- Only blocks are in it: an address costs it nothing. The id is in every index, last.
CREATE INDEX claims_by_block ON claims (network_id, block_id) WHERE kind = 2 AND status = 0;

CREATE TABLE number_pools (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  kind INTEGER NOT NULL,
  format INTEGER,
  administrator TEXT,
  range_start INTEGER NOT NULL,
  range_end INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX number_pools_by_kind ON number_pools (kind);

-- Numbers that are taken.
CREATE TABLE number_claims (${numberColumns}
) STRICT;
CREATE INDEX number_claims_by_value ON number_claims (pool_id, value);
CREATE INDEX number_claims_by_pool ON number_claims (pool_id);

-- Claims on numbers that are over.
CREATE TABLE past_numbers (${numberColumns},
  released_ms INTEGER NOT NULL
) STRICT;

-- Pools that were deleted with more claims than one command may end. number_pool: its fields as JSON, as its row is gone.
CREATE TABLE deletions (
  kind INTEGER NOT NULL,
  id INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  time_ms INTEGER NOT NULL,
  number_pool TEXT,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deletions_by_revision ON deletions (revision, kind, id);
`
