// The pool of route targets or distinguishers that a path names, and its values as a list.
import type { NumberClaim, NumberKind, NumberPool } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import type { InnerListSource } from '../../lists.js'
import { poolNameOf, poolNotFound } from '../../pool-names.js'
import { presentValue } from './presenters.js'

export const RTRD_POOLS = '/api/v1/rtrd-pools'
export const RTRD_TAG = 'RT/RD pools'
/** Number pools of other kinds have no place in document 003: here their names name nothing. */
export const RTRD_KINDS: readonly NumberKind[] = ['rt', 'rd']

/** @throws Refused */
export function findRtrdPool(call: Call): NumberPool {
  const name = poolNameOf(call, 'number')
  const pool = call.app.store.reads.numberPool(name)
  if (pool === null || !RTRD_KINDS.includes(pool.kind)) throw poolNotFound('number', name)
  return pool
}

/**
 * The name in the path of a write. What this node has not heard of may be of any kind, so it is looked for as of now; a
 * name that is unknown even then is the ledger's to refuse, as it may remember the request by its Idempotency-Key.
 * @throws Refused when the name is that of a pool of another kind
 */
export async function rtrdNameToWrite(call: Call): Promise<string> {
  const name = poolNameOf(call, 'number')
  const { reads } = call.app.store
  if (reads.numberPool(name) === null) {
    call.readContext = { ...call.readContext, timeoutMs: call.timeoutMs }
    await call.awaitRead()
  }
  const pool = reads.numberPool(name)
  if (pool !== null && !RTRD_KINDS.includes(pool.kind)) throw poolNotFound('number', name)
  return name
}

export function valuesOf(call: Call, pool: NumberPool): Omit<InnerListSource<NumberClaim>, 'head'> {
  const { reads, scans } = call.app.store
  return {
    count: () => reads.numberFigures(pool.id)?.allocated ?? 0,
    page: page => reads.numberPage(pool.id, page),
    scan: signal => scans.numbers(pool.id, signal),
    idOf: claim => claim.id,
    render: claim => presentValue(claim, pool),
  }
}
