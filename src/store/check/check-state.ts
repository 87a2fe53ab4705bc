// `ipam check`: everything that can be verified in the state of a stopped node, without changing it.
import type { Sequence } from '../../ledger/index.js'
import { currentState } from '../layout.js'
import { SCHEMA_VERSION, schemaOf } from '../migrations/index.js'
import { type Database, openDatabase } from '../open.js'
import { hashState } from '../scan/state-hash.js'
import { numberOf, revisionOf } from '../tables/change-line.js'
import { readState, type State } from '../tables/state-row.js'
import { checkChain } from './check-chain.js'
import { checkClaims } from './check-claims.js'
import { checkColumns, checkSense } from './check-columns.js'
import { checkHistory } from './check-history.js'
import { checkPools } from './check-pools.js'
import { checkReservations } from './check-reservations.js'
import { type CheckFinding, Findings } from './findings.js'

const CACHE_BYTES = 64 << 20

export type CheckReport = {
  readonly ok: boolean
  /** At most the first hundred. */
  readonly findings: readonly CheckFinding[]
  /** How much was looked at. */
  readonly verified: {
    readonly changes: number
    readonly vrfs: number
    readonly networks: number
    readonly allocations: number
    readonly liveClaims: number
    readonly numberPools: number
    /** Claims on numbers, past ones too. */
    readonly numbers: number
    /** Those that are over too. */
    readonly reservations: number
    readonly alerts: number
    readonly countries: number
    readonly comments: number
  }
  readonly databasePath: string
  /** null when the file is too damaged to say. */
  readonly appliedIndex: number | null
  readonly appliedTerm: number | null
  /** null also before the cluster's first entry. */
  readonly clusterUuid: string | null
  /** To be compared with other nodes at the same applied index. */
  readonly stateHash: string | null
  readonly chainHead: {
    readonly revision: number
    readonly n: number
    readonly hash: string
  } | null
}

/**
 * Opens the state read-only; a write-ahead log that a crash left is read with it.
 * @param directory the node's data directory; no daemon may run on it.
 * @throws a full sentence when it holds no state, or one of a newer program.
 */
export function checkState(directory: string): CheckReport {
  const path = currentState(directory)
  if (path === null) throw new Error(`${directory} holds no state: no daemon has run on it yet.`)
  return checkStateFile(path)
}

/** The same of a state anywhere. @throws a full sentence on one of a newer program, or an older one */
export function checkStateFile(path: string): CheckReport {
  const findings = new Findings()
  let db: Database
  try {
    db = openDatabase(path, { mode: 'read', cacheBytes: CACHE_BYTES })
  } catch (error) {
    findings.add('file', `The file cannot be opened: ${(error as Error).message}.`)
    return unreadable(path, findings)
  }
  try {
    const schema = schemaOf(db)
    if (schema < SCHEMA_VERSION) {
      throw new Error(`${path} has the older schema ${schema}: start the daemon once, then check.`)
    }
    // One transaction, so that everything is seen at one applied index.
    db.exec('BEGIN')
    const isReadable = checkIntegrity(db, findings) && checkColumns(db, findings)
    return isReadable ? checkContent(db, findings) : unreadable(path, findings)
  } finally {
    db.close()
  }
}

function checkIntegrity(db: Database, findings: Findings): boolean {
  try {
    const lines = db.pragma('integrity_check') as { readonly integrity_check: string }[]
    for (const { integrity_check: line } of lines) {
      if (line !== 'ok') findings.add('file', `SQLite's integrity check says: ${line}.`)
    }
  } catch (error) {
    findings.add('file', `The file cannot be read: ${(error as Error).message}.`)
  }
  return findings.list.length === 0
}

function checkContent(db: Database, findings: Findings): CheckReport {
  const state = readState(db)
  const changes = checkChain(db, state, findings)
  checkHistory(db, state.anchorPosition > 0, findings)
  const liveClaims = checkClaims(db, findings)
  checkPools(db, findings)
  checkReservations(db, findings)
  checkSense(db, findings)
  const counts = countRows(db)
  checkCounters(db, state, findings)
  checkRowCounts(db, state, findings)
  const { headPosition, headHash } = state
  return {
    ok: findings.list.length === 0,
    findings: findings.list,
    verified: { changes, ...counts, liveClaims },
    databasePath: db.name,
    appliedIndex: state.appliedIndex,
    appliedTerm: state.appliedTerm,
    clusterUuid: state.cluster?.clusterUuid ?? null,
    stateHash: hashNow(db),
    chainHead: {
      revision: revisionOf(headPosition),
      n: numberOf(headPosition),
      hash: Buffer.from(headHash).toString('hex'),
    },
  }
}

function countRows(db: Database): Omit<CheckReport['verified'], 'changes' | 'liveClaims'> {
  return {
    vrfs: countOf(db, 'vrfs'),
    networks: countOf(db, 'networks'),
    allocations: countOf(db, 'claims') + countOf(db, 'past_allocations'),
    numberPools: countOf(db, 'number_pools'),
    numbers: countOf(db, 'number_claims') + countOf(db, 'past_numbers'),
    reservations: countOf(db, 'reservations') + countOf(db, 'past_reservations'),
    alerts: countOf(db, 'alerts'),
    countries: countOf(db, 'countries'),
    comments: countOf(db, 'comments'),
  }
}

function countOf(db: Database, table: string): number {
  return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
}

type Column = readonly [table: string, column: string]

/** Where the numbers that a sequence gave are found. */
const given: Readonly<Record<Sequence, readonly Column[]>> = {
  vrf: [['vrfs', 'id']],
  network: [['networks', 'id']],
  allocation: [
    ['claims', 'id'],
    ['past_allocations', 'id'],
  ],
  pool: [['networks', 'pool_id']],
  block: [
    ['claims', 'block_id'],
    ['past_allocations', 'block_id'],
  ],
  'number-pool': [['number_pools', 'id']],
  number: [
    ['number_claims', 'id'],
    ['past_numbers', 'id'],
  ],
  user: [['users', 'id']],
  'api-token': [['api_tokens', 'id']],
  tag: [['tags', 'id']],
  'custom-field': [['custom_fields', 'id']],
  reservation: [
    ['reservations', 'id'],
    ['past_reservations', 'id'],
  ],
  alert: [['alerts', 'id']],
  country: [['countries', 'id']],
  comment: [['comments', 'id']],
  share: [['shares', 'id']],
  filter: [['saved_filters', 'id']],
  notification: [['notifications', 'id']],
  rule: [['notification_rules', 'id']],
  webhook: [['webhooks', 'id']],
  delivery: [['delivery_attempts', 'id']],
  job: [['jobs', 'id']],
}

/** A number that is given again would name two things. */
function checkCounters(db: Database, { sequences, appliedIndex }: State, findings: Findings): void {
  const highest = ([table, column]: Column) =>
    (db.prepare(`SELECT max(${column}) FROM ${table}`).pluck().get() as number | null) ?? 0
  for (const [sequence, columns] of Object.entries(given)) {
    const last = Math.max(...columns.map(highest))
    const standsAt = sequences[sequence as Sequence]
    if (last > standsAt) {
      findings.add(
        'counters',
        `The highest ${sequence} has id ${last}, and the sequence stands at ${standsAt}.`,
      )
    }
    const named = columns.filter(([table, column]) => column === 'id' && hasRevision(db, table))
    const revision = Math.max(0, ...named.map(([table]) => highest([table, 'revision'])))
    if (revision > appliedIndex) {
      findings.add(
        'counters',
        `A ${sequence} has revision ${revision}, beyond the applied index ${appliedIndex}.`,
      )
    }
  }
}

/** What is written once and never changed has none. */
function hasRevision(db: Database, table: string): boolean {
  const columns = db.pragma(`table_info(${table})`) as { readonly name: string }[]
  return columns.some(({ name }) => name === 'revision')
}

/** A count that is wrong would prune too much, or never. */
function checkRowCounts(db: Database, state: State, findings: Findings): void {
  const { changeCount, idempotencyCount } = state
  for (const [table, kept] of [
    ['changes', changeCount],
    ['idempotency', idempotencyCount],
  ] as const) {
    const found = countOf(db, table)
    if (found === kept) continue
    findings.add('counters', `Table ${table} has ${found} rows, and the state counts ${kept}.`)
  }
}

function hashNow(db: Database): string {
  const hashing = hashState(db)
  for (;;) {
    const step = hashing.next()
    if (step.done) return step.value.hash
  }
}

function unreadable(databasePath: string, { list }: Findings): CheckReport {
  const none = { reservations: 0, alerts: 0, countries: 0, comments: 0 }
  const rows = { vrfs: 0, networks: 0, allocations: 0, numberPools: 0, numbers: 0, ...none }
  const verified = { changes: 0, ...rows, liveClaims: 0 }
  const applied = { appliedIndex: null, appliedTerm: null, clusterUuid: null }
  const nothing = { ...applied, stateHash: null, chainHead: null }
  return { ok: false, findings: list, verified, databasePath, ...nothing }
}
