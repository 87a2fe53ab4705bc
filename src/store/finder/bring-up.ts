// Brings the finder's tables up to the state, a slice at a time: made from its rows first, then by following its Changes.
// Rows are always looked up as they are now, so it does not matter how often, or in which order, a Change is met.
import type { Change, Network } from '../../ledger/index.js'
import type { Database } from '../open.js'
import { changeOf } from '../tables/change-line.js'
import { AddressTable } from './address-table.js'
import { Chain, type ChainEnds } from './chain.js'
import { ChangeTable } from './change-table.js'
import { OCCUPANT_INDEXES } from './finder-database.js'
import {
  type IndexedOccupant,
  KIND_ALLOCATION,
  KIND_GATEWAY,
  KIND_RESERVATION,
} from './occupant.js'
import type { OccupantRows } from './occupant-rows.js'
import { PHASES, type Phase, type Progress, ProgressRow } from './progress.js'
import { RegionBits, regionKeyOf } from './region-bits.js'

/** A slice reads the state for so long: a transaction that stays open keeps the write-ahead log from being begun anew. */
const SLICE_MS = 40
const PAGE_ROWS = 500
/** Changes of one slice: what they touched is looked up after the slice's time. */
const SLICE_CHANGES = 1000
const PRUNED_ROWS = 2000
const GONE_ROWS = 500
const PERCENT_MAX = 99
/** What part of the work each phase is, in percent, roughly. */
const SHARES: Readonly<Record<Phase, number>> = {
  claims: 25,
  reservations: 1,
  networks: 1,
  words: 29,
  indexes: 4,
  changes: 40,
}

export type Standing = { readonly isCurrent: boolean; readonly percent: number }

export type BringUpSources = { readonly state: Database; readonly rows: OccupantRows }

export class BringUp {
  readonly #db: Database
  readonly #rows: OccupantRows
  readonly #chain: Chain
  readonly #addresses: AddressTable
  readonly #changes: ChangeTable
  readonly #regions: RegionBits
  readonly #row: ProgressRow
  readonly #gone: { readonly add: (id: number) => void; readonly list: () => readonly number[] }
  #progress: Progress | null

  constructor(db: Database, { state, rows }: BringUpSources) {
    this.#db = db
    this.#rows = rows
    this.#chain = new Chain(state)
    this.#addresses = new AddressTable(db)
    this.#changes = new ChangeTable(db, rows)
    this.#regions = new RegionBits(db)
    this.#row = new ProgressRow(db)
    this.#progress = this.#row.read()
    const add = db.prepare<[number]>('INSERT OR IGNORE INTO gone VALUES (?)')
    const list = db.prepare<[], number>('SELECT network_id FROM gone').pluck()
    this.#gone = { add: id => add.run(id), list: () => list.all() as unknown as number[] }
  }

  /** Networks that are no more, some of whose occupants are still in the tables. */
  gone(): readonly number[] {
    return this.#gone.list()
  }

  /** Whether the tables are of this state as it was, so that they can follow it: if not, they are to be made anew. */
  fits(): boolean {
    const at = this.#progress
    if (at === null) return true
    const ends = this.#chain.ends()
    return at.cluster === ends.cluster && this.#chain.has(at.position, at.hash, ends)
  }

  /** Whether they stand at the last Change of the state as this transaction sees it. */
  standing(): Standing {
    const ends = this.#chain.ends()
    const isCurrent =
      this.#progress?.phase === 'changes' && this.#progress.position === ends.headPosition
    return { isCurrent, percent: this.#percent(ends) }
  }

  /** One slice, inside a transaction on the state. */
  advance(): void {
    this.#db.transaction(() => {
      const progress = this.#progress ?? this.#begin()
      this.#move(this.#advanced(progress))
    })()
  }

  /** What can wait while questions are answered. @returns whether there is more of it */
  tidy(): boolean {
    const at = this.#progress
    if (at?.phase !== 'changes') return false
    return this.#db.transaction(() => {
      const wasForgotten = this.#prune(at)
      return this.#clearGone() || !wasForgotten
    })()
  }

  #begin(): Progress {
    const { cluster, anchorPosition, anchorHash, headPosition } = this.#chain.ends()
    return {
      cluster,
      phase: PHASES[0],
      cursor: 0,
      position: anchorPosition,
      hash: anchorHash,
      rowsFrom: headPosition,
      prunedTo: anchorPosition,
    }
  }

  #advanced(at: Progress): Progress {
    switch (at.phase) {
      case 'claims':
        return this.#paged(at, after => this.#addAll(this.#rows.claims(after, PAGE_ROWS)))
      case 'reservations':
        return this.#paged(at, after => this.#addAll(this.#rows.reservations(after, PAGE_ROWS)))
      case 'networks':
        return this.#paged(at, after => this.#addNetworks(after))
      case 'words':
        return this.#paged(at, after => this.#addresses.addWords(after, PAGE_ROWS))
      case 'indexes':
        return this.#paged(at, after => this.#addIndex(after))
      case 'changes':
        return this.#follow(at)
    }
  }

  #move(progress: Progress): void {
    this.#row.write(progress)
    this.#progress = progress
  }

  /** @param add adds what comes after an id. @returns the last id; null at the end */
  #paged(at: Progress, add: (afterId: number) => number | null): Progress {
    const until = performance.now() + SLICE_MS
    let { cursor } = at
    do {
      const last = add(cursor)
      if (last === null) return { ...at, phase: nextPhase(at.phase), cursor: 0 }
      cursor = last
    } while (performance.now() < until)
    return { ...at, cursor }
  }

  #addAll(occupants: readonly IndexedOccupant[]): number | null {
    for (const occupant of occupants) this.#addresses.add(occupant)
    return occupants.at(-1)?.ref ?? null
  }

  #addNetworks(afterId: number): number | null {
    const networks = this.#rows.networks(afterId, PAGE_ROWS)
    this.#regions.write(new Map(networks.flatMap(regionIn)))
    for (const network of networks) {
      const gateway = this.#rows.gateway(network)
      if (gateway !== null) this.#addresses.add(gateway)
    }
    return networks.at(-1)?.id ?? null
  }

  #addIndex(after: number): number | null {
    const index = OCCUPANT_INDEXES[after]
    if (index === undefined) return null
    this.#db.exec(index)
    return after + 1
  }

  #follow(at: Progress): Progress {
    const until = performance.now() + SLICE_MS
    const touched = new Touched(at.rowsFrom)
    let { position, hash } = at
    let count = 0
    for (const row of this.#chain.after(at.position)) {
      const change = changeOf(row.line)
      this.#changes.add(change)
      touched.add(row.position, change)
      position = row.position
      hash = row.hash
      if (++count === SLICE_CHANGES || performance.now() > until) break
    }
    this.#refresh(touched)
    return { ...at, position, hash }
  }

  #refresh({ allocations, reservations, networks, deleted, regionKeys }: Touched): void {
    for (const id of reservations) {
      this.#addresses.replace(KIND_RESERVATION, id, this.#rows.reservation(id))
    }
    const claims = [...allocations].map(id => ({ id, claim: this.#rows.claim(id) }))
    for (const { claim } of claims) if (claim !== null) networks.add(claim.networkId)
    // The index of words takes rows of rising ids together; after a smaller one it begins another piece.
    claims.sort((a, b) => compare(a.claim?.first ?? -1n, b.claim?.first ?? -1n))
    for (const { id, claim } of claims) this.#addresses.replace(KIND_ALLOCATION, id, claim)
    for (const id of networks) {
      const network = this.#rows.network(id)
      const gateway = network === null ? null : this.#rows.gateway(network)
      this.#addresses.replace(KIND_GATEWAY, id, gateway)
    }
    for (const id of deleted) this.#gone.add(id)
    // A CIDR is one network after the other: where one of them is a region now, there is one.
    const regions = new Map([...regionKeys.values()].map(key => [key, false]))
    const now = [...regionKeys.keys()].map(id => this.#rows.network(id))
    for (const network of now) {
      for (const [key] of network === null ? [] : regionIn(network)) regions.set(key, true)
    }
    this.#regions.write(regions)
  }

  /** @returns whether nothing is left that history has forgotten */
  #prune(at: Progress): boolean {
    const { anchorPosition } = this.#chain.ends()
    if (anchorPosition === at.prunedTo) return true
    if (!this.#changes.prune(anchorPosition, PRUNED_ROWS)) return false
    const oldestMs = this.#chain.oldestMs(anchorPosition)
    if (oldestMs !== null) this.#changes.pruneDays(oldestMs)
    this.#move({ ...at, prunedTo: anchorPosition })
    return true
  }

  /** @returns whether there is more */
  #clearGone(): boolean {
    const [id] = this.#gone.list()
    if (id === undefined) return false
    if (this.#addresses.removeOf(id, GONE_ROWS)) {
      this.#db.prepare('DELETE FROM gone WHERE network_id = ?').run(id)
    }
    return true
  }

  #percent({ anchorPosition, headPosition, lastAllocationId }: ChainEnds): number {
    const at = this.#progress
    if (at === null) return 0
    let percent = 0
    for (const phase of PHASES) {
      if (phase === at.phase) break
      percent += SHARES[phase]
    }
    if (at.phase === 'claims') percent += SHARES.claims * part(at.cursor, lastAllocationId)
    if (at.phase === 'changes') {
      percent += SHARES.changes * part(at.position - anchorPosition, headPosition - anchorPosition)
    }
    return Math.min(PERCENT_MAX, Math.floor(percent))
  }
}

/** What the Changes of a slice were about, of those after the one up to which rows were read. */
class Touched {
  readonly allocations = new Set<number>()
  readonly reservations = new Set<number>()
  readonly networks = new Set<number>()
  readonly deleted = new Set<number>()
  /** Networks that are where a region may be. */
  readonly regionKeys = new Map<number, number>()
  readonly #rowsFrom: number

  constructor(rowsFrom: number) {
    this.#rowsFrom = rowsFrom
  }

  add(position: number, { action, entity, entityId, before, after }: Change): void {
    if (position <= this.#rowsFrom) return
    if (entity === 'network') {
      this.networks.add(entityId)
      const key = regionKeyOf(after ?? before)
      if (key !== null) this.regionKeys.set(entityId, key)
    }
    if (entity === 'reservation') this.reservations.add(entityId)
    if (action === 'network.deleted') this.deleted.add(entityId)
    if (entity !== 'allocation') return
    this.allocations.add(entityId)
    // What ended, or moved away, may have stood at the gateway of the network it was in.
    if (typeof before?.network_id === 'number') this.networks.add(before.network_id)
  }
}

/** The region that a network is, as a line of `RegionBits`. */
function regionIn({ first, region }: Network): [number, true][] {
  if (region === null) return []
  return [[(Number(first) >>> 8) & 0xffff, true]]
}

function nextPhase(phase: Phase): Phase {
  return PHASES[PHASES.indexOf(phase) + 1] ?? phase
}

function part(done: number, all: number): number {
  return all <= 0 ? 0 : Math.min(1, done / all)
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
