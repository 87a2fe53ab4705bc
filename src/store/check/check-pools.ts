// Pools of addresses and of numbers: names and ids that name one thing, numbers that are taken once and lie in their
// pool, and deletions of pools that are really gone.
import { DEFAULT_VRF_ID, type Deletion, type Network, type NumberPool } from '../../ledger/index.js'
import type { Database } from '../open.js'
import { readDeletions } from '../tables/deletion-rows.js'
import { readNetworks } from '../tables/noun-rows.js'
import { readNumberPools } from '../tables/number-rows.js'
import type { Findings } from './findings.js'

export function checkPools(db: Database, findings: Findings): void {
  const networks = readNetworks(db)
  const numberPools = readNumberPools(db)
  const deletions = readDeletions(db)
  checkAddressPools(networks, findings)
  checkBlocks(db, findings)
  checkNames('number pools', numberPools, findings)
  checkDeletions(deletions, { networks, numberPools }, findings)
  const deletedPools = deletions.flatMap(deletion =>
    deletion.kind === 'number-pool' ? [deletion.pool] : [],
  )
  checkNumbers(db, [...numberPools, ...deletedPools], findings)
}

function checkAddressPools(networks: readonly Network[], findings: Findings): void {
  const pools = networks.flatMap(({ pool }) => (pool === null ? [] : [pool]))
  checkNames('pools', pools, findings)
  checkTwice(
    pools.map(({ id }) => id),
    id => findings.add('pools', `Two pools have the id ${id}.`),
  )
  for (const { id, vrfId, pool } of networks) {
    if (pool === null || vrfId === DEFAULT_VRF_ID) continue
    findings.add('pools', `Network ${id} has a pool and lies in VRF ${vrfId}.`)
  }
}

function checkBlocks(db: Database, findings: Findings): void {
  const twice = db.prepare<[], number>(
    `SELECT block_id FROM (SELECT block_id FROM claims WHERE block_id IS NOT NULL
       UNION ALL SELECT block_id FROM past_allocations WHERE block_id IS NOT NULL)
     GROUP BY block_id HAVING count(*) > 1`,
  )
  for (const id of twice.pluck().iterate()) {
    findings.add('pools', `Two blocks have the number ${id}.`)
  }
  const without = db.prepare<[], number>(
    `SELECT claims.id FROM claims JOIN networks ON networks.id = claims.network_id
     WHERE claims.kind = 2 AND claims.status = 0 AND claims.block_id IS NULL
       AND networks.pool_id IS NOT NULL`,
  )
  for (const id of without.pluck().iterate()) {
    findings.add('pools', `Allocation ${id} is a block of a pool and has no number of its own.`)
  }
  const others = db.prepare<[], number>(
    `SELECT id FROM claims WHERE kind <> 2 AND block_id IS NOT NULL
     UNION ALL SELECT id FROM past_allocations WHERE kind <> 2 AND block_id IS NOT NULL`,
  )
  for (const id of others.pluck().iterate()) {
    findings.add('pools', `Allocation ${id} has the number of a block and is none.`)
  }
}

function checkDeletions(
  deletions: readonly Deletion[],
  live: { readonly networks: readonly Network[]; readonly numberPools: readonly NumberPool[] },
  findings: Findings,
): void {
  const networkIds = new Set(live.networks.map(({ id }) => id))
  const poolIds = new Set(live.numberPools.map(({ id }) => id))
  for (const deletion of deletions) {
    const [what, id, isThere] =
      deletion.kind === 'network'
        ? ['Network', deletion.networkId, networkIds.has(deletion.networkId)]
        : ['Number pool', deletion.pool.id, poolIds.has(deletion.pool.id)]
    if (isThere) findings.add('pools', `${what} ${id} is there, and its deletion is under way.`)
  }
}

/** @param pools those that were deleted and still have numbers, too. */
function checkNumbers(db: Database, pools: readonly NumberPool[], findings: Findings): void {
  const known = pools.map(pool => [pool.id, spaceOf(pool), pool.rangeStart, pool.rangeEnd])
  const wrong = db.prepare<[string], NumberFact>(
    `WITH pools AS MATERIALIZED (
       SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS space,
              json_extract(value, '$[2]') AS range_start, json_extract(value, '$[3]') AS range_end
       FROM json_each(?)),
     numbers AS (
       SELECT number_claims.id, pool_id, number_claims.value AS number, space,
              number_claims.value BETWEEN range_start AND range_end AS inside,
              lag(number_claims.id) OVER (
                PARTITION BY space, number_claims.value ORDER BY number_claims.id) AS other
       FROM number_claims LEFT JOIN pools ON pools.id = pool_id)
     SELECT id, pool_id AS poolId, number, space, inside, other FROM numbers
     WHERE space IS NULL OR inside = 0 OR other IS NOT NULL ORDER BY id`,
  )
  for (const fact of wrong.iterate(JSON.stringify(known))) addNumber(fact, findings)
}

/** `space` null: there is no such pool. `other`: who has the same number. */
type NumberFact = {
  readonly id: number
  readonly poolId: number
  readonly number: number
  readonly space: string | null
  readonly inside: number | null
  readonly other: number | null
}

function addNumber({ id, poolId, number, space, inside, other }: NumberFact, findings: Findings) {
  const named = `Number ${id} (${number} of number pool ${poolId})`
  if (space === null) findings.add('placement', `${named} lies in no pool.`)
  else if (other !== null) findings.add('overlap', `${named} is taken by number ${other} too.`)
  if (inside === 0) findings.add('placement', `${named} lies outside its pool.`)
}

function spaceOf({ kind, format, administrator }: NumberPool): string {
  return JSON.stringify([kind, format, administrator])
}

function checkNames(
  what: string,
  pools: readonly { readonly name: string }[],
  findings: Findings,
): void {
  checkTwice(
    pools.map(({ name }) => name),
    name => findings.add('pools', `Two ${what} have the name ${JSON.stringify(name)}.`),
  )
}

/** Calls `found` with each value that comes again. */
function checkTwice<T>(values: readonly T[], found: (value: T) => void): void {
  const seen = new Set<T>()
  for (const value of values) {
    if (seen.has(value)) found(value)
    seen.add(value)
  }
}
