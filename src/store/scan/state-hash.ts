// SHA-256 over everything that is replicated, at one applied index: equal index, equal hash (LEDGER.md, invariant 4).
import { createHash } from 'node:crypto'
import { encodeOutcomes } from '../codec/outcome-codec.js'
import { pack } from '../codec/packed.js'
import type { Database } from '../open.js'
import { ALERT_COLUMNS } from '../tables/alert-rows.js'
import { ALLOCATION_COLUMNS } from '../tables/allocation-row.js'
import { CUSTOM_FIELD_COLUMNS, SETTINGS_COLUMNS, TAG_COLUMNS } from '../tables/catalogue-rows.js'
import { DELETION_COLUMNS } from '../tables/deletion-rows.js'
import {
  API_TOKEN_COLUMNS,
  LOGIN_FAILURES_COLUMNS,
  REVOCATION_COLUMNS,
  SIGNING_KEY_COLUMNS,
  USER_COLUMNS,
} from '../tables/identity-rows.js'
import { JOB_COLUMNS } from '../tables/job-rows.js'
import { NOTIFICATION_COLUMNS } from '../tables/notification-rows.js'
import { NETWORK_COLUMNS, VRF_COLUMNS } from '../tables/noun-rows.js'
import { NUMBER_COLUMNS, NUMBER_POOL_COLUMNS } from '../tables/number-rows.js'
import { FILTER_COLUMNS, PREFERENCES_COLUMNS } from '../tables/preference-rows.js'
import { COMMENT_COLUMNS, COUNTRY_COLUMNS } from '../tables/region-rows.js'
import { PAST_RESERVATION_COLUMNS, RESERVATION_COLUMNS } from '../tables/reservation-rows.js'
import { CROSSING_COLUMNS, RULE_COLUMNS } from '../tables/rule-rows.js'
import { readSessions } from '../tables/session-rows.js'
import { SHARE_COLUMNS } from '../tables/share-rows.js'
import { readState } from '../tables/state-row.js'
import {
  DELIVERY_ATTEMPT_COLUMNS,
  PENDING_DELIVERY_COLUMNS,
  WEBHOOK_COLUMNS,
} from '../tables/webhook-rows.js'

const PAGE_ROWS = 500

export type StateHash = { readonly appliedIndex: number; readonly hash: string }

/** `before`: a key below every row's, one value for each of the first columns. */
type Table = { readonly name: string; readonly columns: string; readonly before: Key }
type Key = readonly (number | string)[]

const BY_NUMBER: Key = [-1]
const BY_TEXT: Key = ['']

/** In this order, by key. Part of the hash's meaning: nodes compare hashes only between equal schema versions. */
const tables: readonly Table[] = [
  { name: 'vrfs', columns: VRF_COLUMNS, before: BY_NUMBER },
  { name: 'networks', columns: NETWORK_COLUMNS, before: BY_NUMBER },
  { name: 'claims', columns: ALLOCATION_COLUMNS, before: BY_NUMBER },
  { name: 'past_allocations', columns: ALLOCATION_COLUMNS, before: BY_NUMBER },
  { name: 'number_pools', columns: NUMBER_POOL_COLUMNS, before: BY_NUMBER },
  { name: 'number_claims', columns: NUMBER_COLUMNS, before: BY_NUMBER },
  { name: 'past_numbers', columns: `${NUMBER_COLUMNS}, released_ms`, before: BY_NUMBER },
  { name: 'deletions', columns: DELETION_COLUMNS, before: [-1, -1] },
  { name: 'users', columns: USER_COLUMNS, before: BY_NUMBER },
  { name: 'api_tokens', columns: API_TOKEN_COLUMNS, before: BY_NUMBER },
  { name: 'signing_keys', columns: SIGNING_KEY_COLUMNS, before: BY_TEXT },
  { name: 'revocations', columns: REVOCATION_COLUMNS, before: BY_TEXT },
  { name: 'login_failures', columns: LOGIN_FAILURES_COLUMNS, before: BY_TEXT },
  { name: 'tags', columns: TAG_COLUMNS, before: BY_NUMBER },
  { name: 'custom_fields', columns: CUSTOM_FIELD_COLUMNS, before: BY_NUMBER },
  { name: 'settings', columns: SETTINGS_COLUMNS, before: BY_NUMBER },
  { name: 'reservations', columns: RESERVATION_COLUMNS, before: BY_NUMBER },
  { name: 'past_reservations', columns: PAST_RESERVATION_COLUMNS, before: BY_NUMBER },
  { name: 'alerts', columns: ALERT_COLUMNS, before: BY_NUMBER },
  { name: 'shares', columns: SHARE_COLUMNS, before: BY_NUMBER },
  { name: 'preferences', columns: PREFERENCES_COLUMNS, before: BY_NUMBER },
  { name: 'saved_filters', columns: FILTER_COLUMNS, before: BY_NUMBER },
  { name: 'notifications', columns: NOTIFICATION_COLUMNS, before: BY_NUMBER },
  { name: 'notification_rules', columns: RULE_COLUMNS, before: BY_NUMBER },
  { name: 'crossings', columns: CROSSING_COLUMNS, before: [-1, -1, -1] },
  { name: 'webhooks', columns: WEBHOOK_COLUMNS, before: BY_NUMBER },
  { name: 'pending_deliveries', columns: PENDING_DELIVERY_COLUMNS, before: [-1, -1] },
  { name: 'delivery_attempts', columns: DELIVERY_ATTEMPT_COLUMNS, before: BY_NUMBER },
  { name: 'jobs', columns: JOB_COLUMNS, before: BY_NUMBER },
  { name: 'countries', columns: COUNTRY_COLUMNS, before: BY_NUMBER },
  { name: 'comments', columns: COMMENT_COLUMNS, before: BY_NUMBER },
  { name: 'changes', columns: 'position, line, hash', before: BY_NUMBER },
  { name: 'idempotency', columns: 'scope_hash, request_hash, time_ms, outcome', before: BY_TEXT },
]

/**
 * Runs in the caller's read transaction, and yields after every page. Outcomes are hashed by session and sequence and
 * not by row: how they are packed depends on how a node's batches fell.
 */
export function* hashState(db: Database): Generator<void, StateHash, void> {
  const sha = createHash('sha256')
  const state = readState(db)
  sha.update(pack(Object.values(state)))
  for (const table of tables) {
    sha.update(table.name)
    for (const page of pagesOf(db, table)) {
      sha.update(pack(page))
      yield
    }
  }
  for (const { nodeId, start, awaitedFrom, outcomes } of readSessions(db)) {
    sha.update(pack([nodeId, start, awaitedFrom]))
    sha.update(encodeOutcomes([...outcomes]))
  }
  return { appliedIndex: state.appliedIndex, hash: sha.digest('hex') }
}

function* pagesOf(db: Database, { name, columns, before }: Table): Generator<unknown[][]> {
  const key = columns.split(',').slice(0, before.length).join(',')
  const marks = before.map(() => '?').join(', ')
  const select = db
    .prepare<(number | string)[], unknown[]>(
      `SELECT ${columns} FROM ${name} WHERE (${key}) > (${marks}) ORDER BY ${key} LIMIT ?`,
    )
    .raw()
  let after = before
  for (;;) {
    const page = select.all(...after, PAGE_ROWS)
    const end = page.at(-1)
    if (end === undefined) return
    yield page
    after = end.slice(0, before.length) as Key
  }
}
