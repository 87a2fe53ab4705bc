// "A Raft of one without a log": commands go straight into a real ledger on in-memory rows, each at the next revision.
// Serves as gateway, store and raft status of an HTTP server under test; time is the test's.
import { createHash } from 'node:crypto'
import {
  GatewayError,
  type GatewayView,
  type LeaderView,
  type ReadContext,
  type SubmitContext,
} from '../../src/gateway/index.js'
import {
  type Allocation,
  type Command,
  commandVersionOf,
  Ledger,
  type NumberKind,
  type Outcome,
} from '../../src/ledger/index.js'
import type { SnapshotSource } from '../../src/raft/index.js'
import type {
  AllocationFilter,
  AppliedRequest,
  ChangePosition,
  ChangeRow,
  PageRequest,
  Reads,
  Scans,
  StoreView,
} from '../../src/store/index.js'
import { MemoryAddressReads } from './memory-address-reads.js'
import { MemoryFinder } from './memory-finder.js'
import { MemoryRows } from './memory-rows.js'

const START_MS = Date.UTC(2024, 0, 15, 10, 30, 0)
const SCAN_ROWS = 100

export class FakeGateway implements GatewayView {
  readonly rows = new MemoryRows()
  readonly ledger = new Ledger(this.rows)
  readonly addressReads = new MemoryAddressReads(this.rows, this.ledger)
  readonly finder = new MemoryFinder(this.addressReads)
  readonly store: StoreView
  /** Entry time of the next command. */
  timeMs = START_MS
  /** Thrown by every submit and read while set. */
  failure: Error | null = null
  /** What the leader knows of the members. */
  view: LeaderView = {
    leaderId: 1,
    term: 1,
    lastIndex: 1,
    voters: [1, 2, 3],
    votersOutgoing: [],
    learners: [],
    progress: [1, 2, 3].map(nodeId => ({ nodeId, state: 'replicate', match: 1, active: true })),
  }
  /** Committed, but this node has not applied it: it does so when it has to know the newest. */
  readonly unheard: Command[] = []
  /** When this node last heard of a leader, ms ago. */
  leaderHeardMs = 0
  /** What reads asked for, newest last. */
  readonly readsAsked: ReadContext[] = []
  /** What writes carried, newest last. */
  readonly submitsAsked: { readonly command: Command; readonly context: SubmitContext }[] = []
  /** Slows scans: awaited before each slice. */
  beforeSlice: () => Promise<void> = () => Promise.resolve()
  /** What a copy of the state is; tests put their own in. */
  takeCopy: (leastIndex: number) => SnapshotSource | Promise<SnapshotSource> = index =>
    copyOf(index, new Uint8Array(0))
  #revision = 0
  #oldestRevision = 0
  readonly #listeners = new Set<(requests: readonly AppliedRequest[]) => void>()

  constructor() {
    this.store = {
      reads: this.#reads(),
      scans: this.#scans(),
      finder: this.finder,
      appliedIndex: () => this.#revision,
      appliedTimeMs: () => this.timeMs,
      onApplied: listener => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      take: async leastIndex => this.takeCopy(leastIndex),
    }
    const members = [{ nodeId: 1, raftAddress: 'a:1', apiAddress: 'a:2', dataUuid: 'd-1' }]
    this.apply({ type: 'genesis', clusterId: 100, clusterUuid: 'c-1', members })
  }

  async submit(command: Command, context: SubmitContext): Promise<Outcome> {
    this.submitsAsked.push({ command, context })
    if (this.failure !== null) throw this.failure
    this.#hear()
    return this.apply(command, context)
  }

  async read(context: ReadContext): Promise<number> {
    this.readsAsked.push(context)
    if (this.failure !== null) throw this.failure
    if (context.level !== 'none') this.#hear()
    else if (this.leaderHeardMs > (context.freshnessMs ?? Number.POSITIVE_INFINITY))
      throw new GatewayError('too-stale', 'known', 'this node last heard from a leader long ago')
    return this.#revision
  }

  async leaderView(): Promise<LeaderView> {
    if (this.failure !== null) throw this.failure
    return this.view
  }

  #hear(): void {
    for (const command of this.unheard.splice(0)) this.apply(command)
  }

  /** One entry of the log. */
  apply(command: Command, context?: SubmitContext): Outcome {
    const revision = ++this.#revision
    const session = { nodeId: 1, start: 1 }
    const origin = { actor: 'system', clientAddress: null, userAgent: null }
    const outcome = this.ledger.execute(
      {
        version: commandVersionOf(command),
        session,
        sequence: revision,
        awaitedFrom: revision,
        origin: context?.origin ?? origin,
        principal: context?.principal ?? null,
        idempotency: context?.idempotency ?? null,
        command,
      },
      { revision, timeMs: this.timeMs },
    )
    for (const listener of this.#listeners) listener([{ session, sequence: revision, outcome }])
    return outcome
  }

  /** Drops all history so far, as pruning slices would. */
  pruneAll(): void {
    const everything = Number.MAX_SAFE_INTEGER
    this.rows.pruneChanges({ beforeMs: everything, excess: 0, limit: everything })
    this.#oldestRevision = this.#revision + 1
  }

  #reads(): Reads {
    const { rows, ledger, addressReads } = this
    return {
      regions: notFaked(),
      personal: notFaked(),
      webhooks: notFaked(),
      jobs: notFaked(),
      cluster: () => ledger.cluster(),
      identities: () => ledger.identities(),
      catalogue: () => ledger.catalogue(),
      vrfs: () => ledger.vrfs(),
      network: id => ledger.network(id),
      networkPage: (vrfId, page) =>
        pageOf(
          rows.image().networks.filter(network => network.vrfId === vrfId),
          page,
        ),
      statistics: id => ledger.statistics(id),
      figures: id => ledger.figures(id),
      allocation: id => rows.allocation(id),
      allocationPage: (filter, page) => pageOf(this.#allocations(filter), page),
      networkAt: (vrfId, address) => addressReads.networkAt(vrfId, address),
      surroundings: (vrfId, cidr, max) => addressReads.surroundings(vrfId, cidr, max),
      networksInTreeOrder: vrfId => addressReads.networksInTreeOrder(vrfId),
      utilization: id => addressReads.utilization(id),
      ownAddresses: (id, skip, limit) => addressReads.ownAddresses(id, skip, limit),
      freeAddresses: (id, skip, limit) => addressReads.freeAddresses(id, skip, limit),
      occupants: (id, first, last, limit) => addressReads.occupants(id, first, last, limit),
      reservation: id => addressReads.reservation(id),
      revisionTimeMs: revision => addressReads.revisionTimeMs(revision),
      alert: id => addressReads.alert(id),
      alertPage: (filter, page) => addressReads.alertPage(filter, page),
      alertCount: filter => addressReads.alertCount(filter),
      openAlertPage: page => addressReads.openAlertPage(page),
      alertsToMail: limit => addressReads.alertsToMail(limit),
      endingPage: (untilMs, after, limit) => addressReads.endingPage(untilMs, after, limit),
      conflictPage: page => addressReads.conflictPage(page),
      pool: name => ledger.pool(name),
      poolFigures: id => ledger.poolFigures(id),
      poolPage: page => pageBy(ledger.poolNetworks(), network => network.pool?.id ?? 0, page),
      blockPage: (networkId, page) => pageBy(this.#blocks(networkId), blockIdOf, page),
      blockCount: id => ledger.blockCount(id),
      numberPool: name => ledger.numberPool(name),
      numberFigures: id => ledger.numberFigures(id),
      numberPoolPage: (kinds, page) => pageOf(this.#numberPools(kinds), page),
      numberPage: (poolId, page) => pageOf(this.#numbers(poolId), page),
      deletionsWait: () => ledger.deletionsWait(),
      changesAfter: (position, limit) =>
        this.#changes()
          .filter(change => compare(change, position) > 0)
          .slice(0, limit),
      changesBefore: (position, limit) =>
        this.#changes()
          .filter(change => position === null || compare(change, position) < 0)
          .reverse()
          .slice(0, limit),
      nextDueMs: () => null,
      kept: () => ({
        changes: { count: rows.changeCount(), oldestMs: this.#changes()[0]?.timeMs ?? null },
        idempotency: { count: rows.idempotencyCount(), oldestMs: rows.oldestKeyMs() },
      }),
      oldestRevision: () => this.#oldestRevision,
      chainHead: () => {
        const { revision, n, hash } = this.#changes().at(-1) ?? noChange
        return { revision, n, hash }
      },
    }
  }

  #scans(): Scans {
    const beforeSlice = () => this.beforeSlice()
    return {
      networks: (vrfId, signal) =>
        slices(
          this.rows.image().networks.filter(network => network.vrfId === vrfId),
          signal,
          beforeSlice,
        ),
      allocations: (filter, signal) => slices(this.#allocations(filter), signal, beforeSlice),
      blocks: (networkId, signal) => counted(this.#blocks(networkId), signal, beforeSlice),
      numbers: (poolId, signal) => counted(this.#numbers(poolId), signal, beforeSlice),
      pools: signal => slices(this.ledger.poolNetworks(), signal, beforeSlice),
      numberPools: (kinds, signal) => slices(this.#numberPools(kinds), signal, beforeSlice),
      stateHash: async signal => {
        await beforeSlice()
        signal.throwIfAborted()
        const text = JSON.stringify(
          this.#allocations({ networkId: null, ended: true }),
          (_, value) => (typeof value === 'bigint' ? String(value) : value),
        )
        const hash = createHash('sha256').update(text).digest('hex')
        return { appliedIndex: this.#revision, hash }
      },
    }
  }

  #allocations({ networkId, ended }: AllocationFilter) {
    return this.rows
      .allocations()
      .filter(row => networkId === null || row.networkId === networkId)
      .filter(row => ended || row.status === 'allocated')
  }

  #blocks(networkId: number) {
    return this.#allocations({ networkId, ended: false })
      .filter(row => row.blockId !== null)
      .sort((left, right) => blockIdOf(left) - blockIdOf(right))
  }

  #numberPools(kinds: readonly NumberKind[]) {
    return this.ledger.numberPools().filter(pool => kinds.includes(pool.kind))
  }

  #numbers(poolId: number) {
    return this.rows
      .numbers()
      .filter(claim => claim.poolId === poolId && claim.status === 'allocated')
  }

  #changes(): ChangeRow[] {
    return this.rows.changes().map(change => ({ ...change, hash: new Uint8Array(32) }))
  }
}

/** A copy of a state at an index, in which bytes stand for the rows. */
export function copyOf(index: number, bytes: Uint8Array): SnapshotSource {
  const membership = { voters: [1], votersOutgoing: [], learners: [], learnersNext: [] }
  const mark = { index, term: 3, timeMs: START_MS, membership: { ...membership, autoLeave: false } }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return {
    header: { mark, bytes: bytes.length, sha256 },
    read: async (offset, count) => bytes.slice(offset, offset + count),
    release: () => {},
  }
}

const noChange = { revision: 0, n: 0, hash: new Uint8Array(32) }

function compare(left: ChangePosition, right: ChangePosition): number {
  return left.revision - right.revision || left.n - right.n
}

function pageOf<T extends { readonly id: number }>(items: readonly T[], page: PageRequest): T[] {
  return pageBy(items, ({ id }) => id, page)
}

function pageBy<T>(items: readonly T[], idOf: (item: T) => number, page: PageRequest): T[] {
  return items
    .filter(item => idOf(item) > page.afterId)
    .sort((left, right) => idOf(left) - idOf(right))
    .slice(0, page.limit)
}

const blockIdOf = (block: Allocation) => block.blockId ?? 0

async function* counted<T>(items: readonly T[], signal: AbortSignal, before: () => Promise<void>) {
  for await (const rows of slices(items, signal, before)) yield { total: items.length, rows }
}

async function* slices<T>(items: readonly T[], signal: AbortSignal, before: () => Promise<void>) {
  for (let at = 0; at < items.length; at += SCAN_ROWS) {
    await before()
    signal.throwIfAborted()
    yield items.slice(at, at + SCAN_ROWS)
  }
}

/** What /ipam asks is answered by a real store only (store-gateway.ts). */
function notFaked<Asked extends object>(): Asked {
  return new Proxy({} as Asked, {
    get: (_, name) => {
      throw new Error(`nothing fakes ${String(name)}: store-gateway.ts has the real store`)
    },
  })
}
