// LedgerRows in plain Maps: the store's stand-in where a test needs no disk. Passes the same contract suite as SQLite.
import type {
  Allocation,
  Change,
  ClusterIdentity,
  Deletion,
  EndedClaim,
  IdempotencyRecord,
  LedgerImage,
  LedgerRows,
  Network,
  NumberClaim,
  NumberPool,
  Outcome,
  PruneSlice,
  Reservation,
  Sequence,
  SessionState,
  Vrf,
} from '../../src/ledger/index.js'
import { MemoryJobRows } from './memory-job-rows.js'
import { MemoryPersonalRows } from './memory-personal-rows.js'
import { MemoryRegionRows } from './memory-region-rows.js'
import { MemoryReservationRows } from './memory-reservation-rows.js'
import { MemoryWebhookRows } from './memory-webhook-rows.js'

type Session = { start: number; awaitedFrom: number; outcomes: Map<number, Outcome> }

/** Everything that one savepoint must be able to bring back. */
type Tables = {
  sequences: Map<Sequence, number>
  vrfs: Map<number, Vrf>
  networks: Map<number, Network>
  allocations: Map<number, Allocation>
  /** Network id → its live and held claims by id; an index over `allocations`. */
  claims: Map<number, Map<number, Allocation>>
  numberPools: Map<number, NumberPool>
  /** Live and released ones by id. */
  numberClaims: Map<number, NumberClaim>
  /** Pool id → its live claims by value; an index over `numberClaims`. */
  liveNumbers: Map<number, Map<number, NumberClaim>>
  deletions: Map<string, Deletion>
  changes: Change[]
  sessions: Map<number, Session>
  idempotency: Map<string, IdempotencyRecord>
  cluster: ClusterIdentity | null
}

export class MemoryRows extends MemoryReservationRows implements LedgerRows {
  readonly webhooks = new MemoryWebhookRows(id => this.hasUser(id))
  readonly jobs = new MemoryJobRows(id => this.hasUser(id))
  readonly personal = new MemoryPersonalRows({
    hasUser: id => this.hasUser(id),
    tidyDeliveries: (beforeMs, limit) => this.webhooks.tidyDeliveries(beforeMs, limit),
    tidyJobs: (beforeMs, limit) => this.jobs.tidyJobs(beforeMs, limit),
  })
  readonly regions = new MemoryRegionRows(networkId => this.claimsOf(networkId))
  private tables: Tables = {
    sequences: new Map(),
    vrfs: new Map(),
    networks: new Map(),
    allocations: new Map(),
    claims: new Map(),
    numberPools: new Map(),
    numberClaims: new Map(),
    liveNumbers: new Map(),
    deletions: new Map(),
    changes: [],
    sessions: new Map(),
    idempotency: new Map(),
    cluster: null,
  }

  nextId(sequence: Sequence): number {
    const id = (this.tables.sequences.get(sequence) ?? 0) + 1
    this.tables.sequences.set(sequence, id)
    return id
  }

  saveVrf(vrf: Vrf): void {
    this.tables.vrfs.set(vrf.id, vrf)
  }

  deleteVrf(id: number): void {
    this.tables.vrfs.delete(id)
  }

  saveNetwork(network: Network): void {
    this.tables.networks.set(network.id, network)
  }

  deleteNetwork(id: number): void {
    this.tables.networks.delete(id)
  }

  allocation(id: number): Allocation | null {
    return this.tables.allocations.get(id) ?? null
  }

  insertAllocation(allocation: Allocation): void {
    if (this.tables.allocations.has(allocation.id)) {
      throw new Error(`allocation ${allocation.id} is inserted twice`)
    }
    this.put(allocation)
  }

  updateAllocation(allocation: Allocation): void {
    const old = this.tables.allocations.get(allocation.id)
    if (old === undefined) throw new Error(`allocation ${allocation.id} has no row to replace`)
    this.tables.claims.get(old.networkId)?.delete(old.id)
    this.put(allocation)
  }

  claimsIn(networkId: number, first: bigint, last: bigint, limit: number): Allocation[] {
    const overlapping = this.claimsOf(networkId).filter(
      claim => claim.first <= last && first <= claim.last,
    )
    return overlapping.slice(0, limit)
  }

  liveBlocks(networkId: number, limit: number): Allocation[] {
    return this.claimsOf(networkId)
      .filter(claim => claim.kind === 'block' && claim.status === 'allocated')
      .sort((a, b) => (a.blockId ?? 0) - (b.blockId ?? 0) || a.id - b.id)
      .slice(0, limit)
  }

  highestClaim(networkId: number): Allocation | null {
    return this.claimsOf(networkId).findLast(claim => claim.status === 'allocated') ?? null
  }

  expiredClaims(timeMs: number, limit: number): Allocation[] {
    return this.dueFirst(timeMs, limit, row => (row.status === 'allocated' ? row.expiresMs : null))
  }

  endedHolds(timeMs: number, limit: number): Allocation[] {
    return this.dueFirst(timeMs, limit, row => row.heldUntilMs)
  }

  saveNumberPool(pool: NumberPool): void {
    this.tables.numberPools.set(pool.id, pool)
  }

  deleteNumberPool(id: number): void {
    this.tables.numberPools.delete(id)
  }

  numberClaim(poolId: number, value: number): NumberClaim | null {
    return this.tables.liveNumbers.get(poolId)?.get(value) ?? null
  }

  insertNumberClaim(claim: NumberClaim): void {
    if (this.tables.numberClaims.has(claim.id)) {
      throw new Error(`number claim ${claim.id} is inserted twice`)
    }
    this.putNumber(claim)
  }

  updateNumberClaim(claim: NumberClaim): void {
    const old = this.tables.numberClaims.get(claim.id)
    if (old === undefined) throw new Error(`number claim ${claim.id} has no row to replace`)
    if (old.status === 'allocated') this.tables.liveNumbers.get(old.poolId)?.delete(old.value)
    this.putNumber(claim)
  }

  numberClaims(poolId: number, limit: number): NumberClaim[] {
    const live = [...(this.tables.liveNumbers.get(poolId)?.values() ?? [])]
    return live.sort((a, b) => a.id - b.id).slice(0, limit)
  }

  saveDeletion(deletion: Deletion): void {
    this.tables.deletions.set(deletionKey(deletion), deletion)
  }

  endDeletion(deletion: Deletion): void {
    this.tables.deletions.delete(deletionKey(deletion))
  }

  deletions(limit: number): Deletion[] {
    return [...this.tables.deletions.values()].sort(inDeletionOrder).slice(0, limit)
  }

  addChange(change: Change): void {
    this.tables.changes.push(change)
  }

  saveOutcome(nodeId: number, start: number, sequence: number, outcome: Outcome): void {
    const session = this.tables.sessions.get(nodeId)
    if (session?.start !== start) throw new Error(`node ${nodeId} has no session ${start}`)
    session.outcomes.set(sequence, outcome)
  }

  saveSession(nodeId: number, start: number, awaitedFrom: number): void {
    const old = this.tables.sessions.get(nodeId)
    const kept = old?.start === start ? [...old.outcomes] : []
    const outcomes = new Map(kept.filter(([sequence]) => sequence >= awaitedFrom))
    this.tables.sessions.set(nodeId, { start, awaitedFrom, outcomes })
  }

  idempotencyRecord(scopeHash: string): IdempotencyRecord | null {
    return this.tables.idempotency.get(scopeHash) ?? null
  }

  saveIdempotencyRecord(record: IdempotencyRecord): void {
    this.tables.idempotency.set(record.scopeHash, record)
  }

  changeCount(): number {
    return this.tables.changes.length
  }

  idempotencyCount(): number {
    return this.tables.idempotency.size
  }

  pruneChanges(slice: PruneSlice): number {
    return this.tables.changes.splice(0, countOf(this.tables.changes, slice)).length
  }

  pruneIdempotency(slice: PruneSlice): number {
    const records = [...this.tables.idempotency.values()].sort(
      (a, b) => a.timeMs - b.timeMs || (a.scopeHash < b.scopeHash ? -1 : 1),
    )
    const old = records.slice(0, countOf(records, slice))
    for (const record of old) this.tables.idempotency.delete(record.scopeHash)
    return old.length
  }

  saveCluster(identity: ClusterIdentity): void {
    this.tables.cluster = identity
  }

  atomically(run: () => boolean): void {
    const before = copyTables(this.tables)
    const restoreReservations = this.saveReservations()
    if (run()) return
    this.tables = before
    restoreReservations()
  }

  /** Of idempotency records; null when there is none. */
  oldestKeyMs(): number | null {
    const times = [...this.tables.idempotency.values()].map(record => record.timeMs)
    return times.length === 0 ? null : Math.min(...times)
  }

  /** What a ledger would load now. */
  image(): LedgerImage {
    const { cluster, vrfs, networks, sessions, claims, numberPools, liveNumbers } = this.tables
    const networkIds = [...claims.keys()].sort((a, b) => a - b)
    const poolIds = [...liveNumbers.keys()].sort((a, b) => a - b)
    return {
      cluster,
      vrfs: [...vrfs.values()],
      networks: [...networks.values()],
      sessions: [...sessions].map(sessionState),
      identity: this.identity(),
      catalogue: this.catalogue(),
      countries: this.tables.sequences.has('country') ? this.regions.countries() : null,
      numberPools: [...numberPools.values()].sort((a, b) => a.id - b.id),
      deletions: this.deletions(Number.POSITIVE_INFINITY),
      numberClaims: () => poolIds.flatMap(id => this.numbersOf(id)),
      endedClaims: (networkId, sinceRevision) => this.endedClaims(networkId, sinceRevision),
      reservations: () => this.activeReservations().flatMap(keyOfReservation),
      claims: () => networkIds.flatMap(id => this.claimsOf(id)),
    }
  }

  /** The history that is kept, oldest first. */
  changes(): readonly Change[] {
    return this.tables.changes
  }

  /** Every allocation there ever was, in id order. */
  allocations(): readonly Allocation[] {
    return [...this.tables.allocations.values()].sort((a, b) => a.id - b.id)
  }

  /** Every number claim there ever was, in id order. */
  numbers(): readonly NumberClaim[] {
    return [...this.tables.numberClaims.values()].sort((a, b) => a.id - b.id)
  }

  private endedClaims(networkId: number, sinceRevision: number): EndedClaim[] {
    return [...this.tables.allocations.values()]
      .filter(row => row.networkId === networkId && row.revision >= sinceRevision)
      .filter(row => row.status !== 'allocated' && row.heldUntilMs === null)
      .sort((a, b) => a.revision - b.revision || a.id - b.id)
      .map(({ id, revision, first, last }) => ({ id, revision, first, last }))
  }

  private putNumber(claim: NumberClaim): void {
    this.tables.numberClaims.set(claim.id, claim)
    if (claim.status !== 'allocated') return
    const index = this.tables.liveNumbers.get(claim.poolId) ?? new Map()
    this.tables.liveNumbers.set(claim.poolId, index.set(claim.value, claim))
  }

  /** Live claims of the pool in the order of their values. */
  private numbersOf(poolId: number): NumberClaim[] {
    const index = this.tables.liveNumbers.get(poolId)
    return index === undefined ? [] : [...index.values()].sort((a, b) => a.value - b.value)
  }

  private put(allocation: Allocation): void {
    this.tables.allocations.set(allocation.id, allocation)
    if (allocation.status !== 'allocated' && allocation.heldUntilMs === null) return
    const index = this.tables.claims.get(allocation.networkId) ?? new Map()
    this.tables.claims.set(allocation.networkId, index.set(allocation.id, allocation))
  }

  /** Live and held claims of the network in address order. */
  private claimsOf(networkId: number): Allocation[] {
    const index = this.tables.claims.get(networkId)
    if (index === undefined) return []
    return [...index.values()].sort((a, b) => (a.first < b.first ? -1 : 1))
  }

  private dueFirst(
    timeMs: number,
    limit: number,
    dueMs: (row: Allocation) => number | null,
  ): Allocation[] {
    const due: { row: Allocation; atMs: number }[] = []
    for (const index of this.tables.claims.values()) {
      for (const row of index.values()) {
        const atMs = dueMs(row)
        if (atMs !== null && atMs <= timeMs) due.push({ row, atMs })
      }
    }
    due.sort((a, b) => a.atMs - b.atMs || a.row.id - b.row.id)
    return due.slice(0, limit).map(entry => entry.row)
  }
}

function copyTables(tables: Tables): Tables {
  return {
    sequences: new Map(tables.sequences),
    vrfs: new Map(tables.vrfs),
    networks: new Map(tables.networks),
    allocations: new Map(tables.allocations),
    claims: copyIndex(tables.claims),
    numberPools: new Map(tables.numberPools),
    numberClaims: new Map(tables.numberClaims),
    liveNumbers: copyIndex(tables.liveNumbers),
    deletions: new Map(tables.deletions),
    changes: [...tables.changes],
    sessions: new Map(
      [...tables.sessions].map(([id, session]) => [
        id,
        { ...session, outcomes: new Map(session.outcomes) },
      ]),
    ),
    idempotency: new Map(tables.idempotency),
    cluster: tables.cluster,
  }
}

function copyIndex<Row>(index: Map<number, Map<number, Row>>): Map<number, Map<number, Row>> {
  return new Map([...index].map(([id, rows]) => [id, new Map(rows)]))
}

/** Of one that lies in a network. */
function keyOfReservation({ id, networkId, family, first, prefixLength }: Reservation) {
  return networkId === null ? [] : [{ id, networkId, family, first, prefixLength }]
}

function deletionKey(deletion: Deletion): string {
  return `${deletion.kind} ${deletedId(deletion)}`
}

function deletedId(deletion: Deletion): number {
  return deletion.kind === 'network' ? deletion.networkId : deletion.pool.id
}

function inDeletionOrder(a: Deletion, b: Deletion): number {
  if (a.revision !== b.revision) return a.revision - b.revision
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1
  return deletedId(a) - deletedId(b)
}

function sessionState([nodeId, session]: [number, Session]): SessionState {
  const { start, awaitedFrom } = session
  return { nodeId, start, awaitedFrom, outcomes: new Map(session.outcomes) }
}

/** How many of the oldest first the slice takes. */
function countOf(oldestFirst: readonly { readonly timeMs: number }[], slice: PruneSlice): number {
  const { beforeMs, excess, limit } = slice
  const older = oldestFirst.filter(({ timeMs }) => timeMs < beforeMs).length
  return Math.min(limit, Math.max(older, Math.min(excess, oldestFirst.length)))
}
