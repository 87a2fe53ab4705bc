// History against itself and against the rows: each Change begins where the last one of its entity ended, and the
// rows are what the newest Changes say.
import { formatAddress, formatCidr } from '../../ledger/index.js'
import type { Database } from '../open.js'
import { ALLOCATION_COLUMNS, type AllocationRaw, allocationOf } from '../tables/allocation-row.js'
import { readNetworks, readVrfs } from '../tables/noun-rows.js'
import { nameOf } from './check-chain.js'
import type { Findings } from './findings.js'

type Break = { readonly position: number; readonly entity: string; readonly id: number }
type Newest = {
  readonly position: number
  readonly entity: string
  readonly id: number
  readonly after: string | null
}
/** What a row and its image must have in common. */
type Facts = Readonly<Record<string, unknown>>

/** @param pruned whether the oldest Changes are gone, so that an entity's first kept one may have a past. */
export function checkHistory(db: Database, pruned: boolean, findings: Findings): void {
  checkContinuity(db, pruned, findings)
  checkRows(db, pruned, findings)
}

/** Of things with rows; the cluster's Changes are events. Images are compared as text: both were written by one function, field by field. */
function checkContinuity(db: Database, pruned: boolean, findings: Findings): void {
  const breaks = db.prepare<[number], Break>(
    `WITH lines AS MATERIALIZED (
       SELECT position, json_extract(line, '$[7]') AS entity, json_extract(line, '$[8]') AS id,
              json_extract(line, '$[9]') AS before, json_extract(line, '$[10]') AS after
       FROM changes WHERE json_valid(line) AND json_extract(line, '$[7]') <> 'cluster'),
     pairs AS (
       SELECT position, entity, id, before,
              lag(after) OVER entities AS previous, row_number() OVER entities AS nth
       FROM lines WINDOW entities AS (PARTITION BY entity, id ORDER BY position))
     SELECT position, entity, id FROM pairs
     WHERE (nth > 1 OR ? = 0) AND before IS NOT previous ORDER BY position`,
  )
  for (const { position, entity, id } of breaks.iterate(pruned ? 1 : 0)) {
    findings.add(
      'history',
      `Change ${nameOf(position)} of ${entity} ${id} does not begin where the one before it ended.`,
    )
  }
}

function checkRows(db: Database, pruned: boolean, findings: Findings): void {
  const rows = rowFacts(db)
  const kept = { vrf: 0, network: 0, allocation: 0 }
  const newest = db.prepare<[], Newest>(
    `SELECT max(position) AS position, json_extract(line, '$[7]') AS entity,
            json_extract(line, '$[8]') AS id, json_extract(line, '$[10]') AS after
     FROM changes WHERE json_valid(line) GROUP BY entity, id`,
  )
  for (const { position, entity, id, after } of newest.iterate()) {
    if (entity !== 'vrf' && entity !== 'network' && entity !== 'allocation') continue
    const facts = rows[entity](id)
    if (after !== null) kept[entity]++
    if (after === null && facts !== null) {
      findings.add(
        'history',
        `${entity} ${id} is there, and Change ${nameOf(position)} deleted it.`,
      )
    } else if (after !== null && facts === null) {
      findings.add('history', `${entity} ${id} is missing; Change ${nameOf(position)} left it.`)
    } else if (after !== null && facts !== null) {
      const image = JSON.parse(after) as Facts
      const field = Object.keys(facts).find(name => !sameValue(facts[name], image[name]))
      if (field !== undefined) {
        findings.add(
          'history',
          `${entity} ${id} has ${field} ${JSON.stringify(facts[field])}, and Change ${nameOf(position)} left ${JSON.stringify(image[field])}.`,
        )
      }
    }
  }
  if (pruned) return
  for (const entity of ['vrf', 'network', 'allocation'] as const) {
    const count = rows.count(entity)
    if (count > kept[entity]) {
      findings.add('history', `${count - kept[entity]} rows of kind ${entity} have no history.`)
    }
  }
}

function rowFacts(db: Database) {
  const vrfs = new Map(readVrfs(db).map(vrf => [vrf.id, vrf]))
  const networks = new Map(readNetworks(db).map(network => [network.id, network]))
  const select = ['claims', 'past_allocations'].map(table =>
    db
      .prepare<[number], AllocationRaw>(`SELECT ${ALLOCATION_COLUMNS} FROM ${table} WHERE id = ?`)
      .raw(),
  )
  const allocations = db
    .prepare<[], number>('SELECT (SELECT count(*) FROM claims) + count(*) FROM past_allocations')
    .pluck()
  return {
    vrf(id: number): Facts | null {
      const vrf = vrfs.get(id)
      if (vrf === undefined) return null
      const { name, description, revision } = vrf
      return { name, description, revision }
    },
    network(id: number): Facts | null {
      const network = networks.get(id)
      if (network === undefined) return null
      const { vrfId: vrf_id, description, tags, holdHours: hold_hours, revision } = network
      return { vrf_id, cidr: formatCidr(network), description, tags, hold_hours, revision }
    },
    allocation(id: number): Facts | null {
      const raw = select.map(statement => statement.get(id)).find(found => found !== undefined)
      return raw === undefined ? null : allocationFacts(raw as unknown as AllocationRaw)
    },
    count(entity: 'vrf' | 'network' | 'allocation'): number {
      if (entity === 'vrf') return vrfs.size
      return entity === 'network' ? networks.size : (allocations.get() ?? 0)
    },
  }
}

function allocationFacts(raw: AllocationRaw): Facts {
  const row = allocationOf(raw)
  const { family, first, last, kind, hostname, description, tags, status, revision } = row
  return {
    vrf_id: row.vrfId,
    network_id: row.networkId,
    ip: formatAddress(family, first),
    end_ip: kind === 'address' ? null : formatAddress(family, last),
    hostname,
    description,
    tags,
    status,
    revision,
  }
}

function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
