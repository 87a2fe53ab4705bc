// SHA-256 over everything that is replicated, at one applied index: equal index, equal hash (LEDGER.md, invariant 4).
import { createHash } from 'node:crypto'
import { encodeOutcomes } from '../codec/outcome-codec.js'
import { pack } from '../codec/packed.js'
import type { Database } from '../open.js'
import { ALLOCATION_COLUMNS } from '../tables/allocation-row.js'
import { NETWORK_COLUMNS, VRF_COLUMNS } from '../tables/noun-rows.js'
import { readSessions } from '../tables/session-rows.js'
import { readState } from '../tables/state-row.js'

const PAGE_ROWS = 500

export type StateHash = { readonly appliedIndex: number; readonly hash: string }

/** In this order, by key. Part of the hash's meaning: nodes compare hashes only between equal schema versions. */
const tables: readonly { readonly name: string; readonly columns: string; readonly key: string }[] =
  [
    { name: 'vrfs', columns: VRF_COLUMNS, key: 'id' },
    { name: 'networks', columns: NETWORK_COLUMNS, key: 'id' },
    { name: 'claims', columns: ALLOCATION_COLUMNS, key: 'id' },
    { name: 'past_allocations', columns: ALLOCATION_COLUMNS, key: 'id' },
    { name: 'changes', columns: 'position, line, hash', key: 'position' },
    {
      name: 'idempotency',
      columns: 'scope_hash, request_hash, time_ms, outcome',
      key: 'scope_hash',
    },
  ]

/**
 * Runs in the caller's read transaction, and yields after every page. Outcomes are hashed by session and sequence and
 * not by row: how they are packed depends on how a node's batches fell.
 */
export function* hashState(db: Database): Generator<void, StateHash, void> {
  const sha = createHash('sha256')
  const state = readState(db)
  sha.update(pack(Object.values(state)))
  for (const { name, columns, key } of tables) {
    sha.update(name)
    const select = db
      .prepare<[number | string, number], [number | string, ...unknown[]]>(
        `SELECT ${columns} FROM ${name} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`,
      )
      .raw()
    let after: number | string = key === 'scope_hash' ? '' : -1
    for (;;) {
      const page = select.all(after, PAGE_ROWS) as unknown as [number | string, ...unknown[]][]
      const end = page.at(-1)
      if (end === undefined) break
      sha.update(pack(page))
      after = end[0]
      yield
    }
  }
  for (const { nodeId, start, awaitedFrom, outcomes } of readSessions(db)) {
    sha.update(pack([nodeId, start, awaitedFrom]))
    sha.update(encodeOutcomes([...outcomes]))
  }
  return { appliedIndex: state.appliedIndex, hash: sha.digest('hex') }
}
