// The finder's own file. All of it can be made anew from the state, so whatever is wrong with it, it is thrown away.
import { closeSync, existsSync, openSync, rmSync } from 'node:fs'
import { APPLICATION_ID, type Database, openDatabase } from '../open.js'

/** Counts up with whatever changes what is in the file, or how: a file of another number is thrown away. */
const FINDER_VERSION = 3
const CACHE_BYTES = 16 << 20
const CHECKPOINT_PAGES = 4000
const MEMORY = ':memory:'
const FILE_MODE = 0o600

const REGION_DAY_COLUMNS = `
  region_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  regions_created INTEGER NOT NULL,
  regions_retired INTEGER NOT NULL,
  hosts_allocated INTEGER NOT NULL,
  hosts_released INTEGER NOT NULL,
  addresses_allocated INTEGER NOT NULL,
  addresses_released INTEGER NOT NULL`

/**
 * Absent hostnames and MACs are X'': a blob is behind every text in SQLite's order, and contains none. Of IPv4 the
 * address is in the id and `first` is NULL, so that (first, id) is address order, IPv4 first.
 */
const TABLES = `
CREATE TABLE progress (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  cluster TEXT NOT NULL,
  phase INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  rows_from INTEGER NOT NULL,
  pruned_to INTEGER NOT NULL
) STRICT;

-- kind 0 allocation or hold, 1 reservation, 2 gateway; ref: its id, a gateway's network. status 0 allocated, 1 reserved.
CREATE TABLE occupants (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  ref INTEGER NOT NULL,
  network_id INTEGER NOT NULL,
  status INTEGER NOT NULL,
  first BLOB,
  hostname ANY NOT NULL,
  description TEXT NOT NULL,
  mac ANY NOT NULL,
  taken_ms INTEGER NOT NULL,
  -- 1: a live address or run, which is a host where there is a region.
  host INTEGER,
  -- Codes, each between two spaces.
  facts TEXT NOT NULL
) STRICT;
-- kind 0 device type, 1 owner, both in small letters; 2 tag.
CREATE TABLE facts (
  code INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;
-- Which occupants have a fact. A list of ids for each is a tenth of rows of an index, and lists are intersected eight times as fast.
CREATE VIRTUAL TABLE facts_of USING fts5(
  facts, content='', contentless_delete=1, tokenize='ascii', detail=none);
-- A bit for each 10.X.Y.0/24 that is a region, by X * 256 + Y.
CREATE TABLE regions (id INTEGER PRIMARY KEY CHECK (id = 1), bits BLOB NOT NULL) STRICT;
-- Occupants of more than one address, by the logarithm of how many.
CREATE TABLE spans (
  id INTEGER PRIMARY KEY,
  class INTEGER NOT NULL,
  first BLOB NOT NULL,
  last BLOB NOT NULL
) STRICT;
CREATE INDEX spans_by_first ON spans (class, first, last);
-- status 0, 1; network 0: all.
CREATE TABLE counts (
  network_id INTEGER NOT NULL,
  status INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (network_id, status)
) STRICT, WITHOUT ROWID;
-- Networks that are no more, while occupants of theirs are still in the tables.
CREATE TABLE gone (network_id INTEGER PRIMARY KEY) STRICT;
-- Where a word's letters stand is looked up in the row: without positions the index is half as large, and twice as fast.
CREATE VIRTUAL TABLE words USING fts5(
  text, content='', contentless_delete=1, tokenize='trigram', detail=none);
-- Which three letters there are in it.
CREATE VIRTUAL TABLE word_terms USING fts5vocab(words, 'row');

CREATE TABLE names (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE audit (
  position INTEGER PRIMARY KEY,
  user_id INTEGER,
  action INTEGER NOT NULL,
  entity INTEGER NOT NULL,
  time_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_user ON audit (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_action ON audit (action);
CREATE INDEX audit_by_entity ON audit (entity);
CREATE INDEX audit_by_time ON audit (time_ms);
-- Which addresses a Change was about.
CREATE TABLE places (
  class INTEGER NOT NULL,
  first BLOB NOT NULL,
  position INTEGER NOT NULL,
  last BLOB NOT NULL,
  PRIMARY KEY (class, first, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_by_position ON places (position);
CREATE TABLE days (
  day INTEGER NOT NULL,
  network_id INTEGER NOT NULL,
  allocated INTEGER NOT NULL,
  released INTEGER NOT NULL,
  PRIMARY KEY (day, network_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX days_by_network ON days (network_id, day);
-- What began and ended in each region on each day, and the same summed up by X.
CREATE TABLE region_days (${REGION_DAY_COLUMNS}, PRIMARY KEY (region_id, day)) STRICT, WITHOUT ROWID;
CREATE INDEX region_days_by_day ON region_days (day);
CREATE TABLE x_days (${REGION_DAY_COLUMNS.replace('region_id', 'x')}, PRIMARY KEY (day, x)) STRICT, WITHOUT ROWID;
`

/** Made once the rows are there: sorting a million of them is faster than finding a place for each. */
export const OCCUPANT_INDEXES: readonly string[] = [
  'CREATE UNIQUE INDEX occupants_by_ref ON occupants (kind, ref)',
  'CREATE INDEX occupants_by_network ON occupants (network_id, status, first)',
  'CREATE INDEX occupants_by_status ON occupants (status, first)',
  'CREATE INDEX occupants_by_first ON occupants (first) WHERE first IS NOT NULL',
  'CREATE INDEX occupants_by_hostname ON occupants (hostname)',
  'CREATE INDEX occupants_by_mac ON occupants (mac)',
  'CREATE INDEX occupants_by_time ON occupants (taken_ms)',
  // All that is asked of a host, in address order: a row of occupants is several times as long.
  'CREATE INDEX occupants_hosts ON occupants (id, taken_ms, hostname, facts) WHERE host = 1',
]

/** Opens what an earlier life left, or makes an empty one. @param path null: in memory */
export function openFinderDatabase(path: string | null): Database {
  if (path === null) return prepare(open(MEMORY))
  try {
    const db = open(path)
    if (db.pragma('user_version', { simple: true }) === FINDER_VERSION) return db
    db.close()
  } catch {
    // Damaged, or no database of ours: it is derived, and made anew.
  }
  removeFinderFile(path)
  return prepare(open(path))
}

export function removeFinderFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(path + suffix)) rmSync(path + suffix, { force: true })
  }
}

/** Nobody else reads it, so checkpoints are this connection's, and large sorts may go to a file. */
function open(path: string): Database {
  // Host names are for nobody else on the machine; what SQLite puts beside the file has the file's mode.
  if (path !== MEMORY && !existsSync(path)) closeSync(openSync(path, 'w', FILE_MODE))
  const db = openDatabase(path, { mode: 'create', cacheBytes: CACHE_BYTES })
  db.pragma('temp_store = FILE')
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  return db
}

function prepare(db: Database): Database {
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.exec(TABLES)
  db.pragma(`user_version = ${FINDER_VERSION}`)
  return db
}
