// Reads on the main connection: one statement each, by an index; what the ledger keeps in memory is asked there.
import type {
  Address,
  AddressRange,
  Alert,
  Allocation,
  CatalogueView,
  Cidr,
  ClusterIdentity,
  IdentityView,
  Ledger,
  Network,
  NetworkStatistics,
  NumberClaim,
  NumberFigures,
  NumberKind,
  NumberPool,
  PoolFigures,
  Reservation,
  Vrf,
} from '../ledger/index.js'
import { AlertPages } from './alert-pages.js'
import { ClaimPages } from './claim-pages.js'
import { SqliteJobReads } from './job-reads.js'
import { occupantsOf } from './occupants.js'
import type { Database, Statement } from './open.js'
import { Pages } from './pages.js'
import { SqlitePersonalReads } from './personal-reads.js'
import type {
  AllocationFilter,
  ChangePosition,
  ChangeRow,
  Figures,
  Kept,
  Occupant,
  PageRequest,
  Reads,
  Surroundings,
} from './reads.js'
import { SqliteRegionReads } from './region-reads.js'
import { changeOf, numberOf, positionOf, revisionOf } from './tables/change-line.js'
import type { ChangeRaw } from './tables/change-rows.js'
import { type DeletedPools, deletedPoolsReader, withDeletion } from './tables/deletion-rows.js'
import type { State } from './tables/state-row.js'
import { SqliteWebhookReads } from './webhook-reads.js'

type Due = Readonly<Record<'expires' | 'held' | 'reserved', number | null>>

export class SqliteReads implements Reads {
  readonly personal: SqlitePersonalReads
  readonly webhooks: SqliteWebhookReads
  readonly jobs: SqliteJobReads
  readonly regions: SqliteRegionReads
  readonly #ledger: Ledger
  readonly #state: State
  readonly #pages: Pages
  readonly #claimPages: ClaimPages
  readonly #alertPages: AlertPages
  readonly #deleted: () => DeletedPools
  readonly #changesAfter: Statement<[number, number], ChangeRaw>
  readonly #changesBefore: Statement<[number, number], ChangeRaw>
  readonly #firstOfRevision: Statement<[number, number], string>
  readonly #oldest: Statement<[], number>
  readonly #due: Statement<[], Due>
  readonly #oldestLine: Statement<[], string>
  readonly #oldestKeyMs: Statement<[], number | null>

  constructor(db: Database, dependencies: { readonly ledger: Ledger; readonly state: State }) {
    this.#ledger = dependencies.ledger
    this.webhooks = new SqliteWebhookReads(db, () => this.#ledger.identities())
    this.jobs = new SqliteJobReads(db)
    this.#state = dependencies.state
    this.personal = new SqlitePersonalReads(db)
    this.regions = new SqliteRegionReads(db, dependencies.ledger)
    this.#pages = new Pages(db)
    this.#claimPages = new ClaimPages(db, () => this.#ledger.deletionsWait())
    this.#alertPages = new AlertPages(db)
    this.#deleted = deletedPoolsReader(db)
    this.#changesAfter = db.prepare(
      'SELECT * FROM changes WHERE position > ? ORDER BY position LIMIT ?',
    )
    this.#changesBefore = db.prepare(
      'SELECT * FROM changes WHERE position < ? ORDER BY position DESC LIMIT ?',
    )
    this.#firstOfRevision = db
      .prepare<[number, number], string>(
        'SELECT line FROM changes WHERE position BETWEEN ? AND ? ORDER BY position LIMIT 1',
      )
      .pluck() as Statement<[number, number], string>
    this.#oldest = db
      .prepare<[], number>('SELECT position FROM changes ORDER BY position LIMIT 1')
      .pluck() as Statement<[], number>
    this.#due = db.prepare(
      `SELECT (SELECT min(expires_ms) FROM claims WHERE status = 0 AND expires_ms IS NOT NULL) AS expires,
              (SELECT min(held_until_ms) FROM claims WHERE held_until_ms IS NOT NULL) AS held,
              (SELECT min(expires_ms) FROM reservations WHERE expires_ms IS NOT NULL) AS reserved`,
    )
    this.#oldestLine = db
      .prepare<[], string>('SELECT line FROM changes ORDER BY position LIMIT 1')
      .pluck() as Statement<[], string>
    this.#oldestKeyMs = db
      .prepare<[], number | null>('SELECT min(time_ms) FROM idempotency')
      .pluck() as Statement<[], number | null>
  }

  cluster(): ClusterIdentity | null {
    return this.#ledger.cluster()
  }

  identities(): IdentityView {
    return this.#ledger.identities()
  }

  catalogue(): CatalogueView {
    return this.#ledger.catalogue()
  }

  vrfs(): readonly Vrf[] {
    return this.#ledger.vrfs()
  }

  network(id: number): Network | null {
    return this.#ledger.network(id)
  }

  networkPage(vrfId: number, page: PageRequest): readonly Network[] {
    return this.#pages.networks(vrfId, page)
  }

  statistics(networkId: number): NetworkStatistics | null {
    return this.#ledger.statistics(networkId)
  }

  allocation(id: number): Allocation | null {
    const row = this.#ledger.rows.allocation(id)
    if (row === null || !this.#ledger.deletionsWait()) return row
    return withDeletion(row, this.#deleted().networks)
  }

  allocationPage(filter: AllocationFilter, page: PageRequest): readonly Allocation[] {
    return this.#pages.allocations(filter, page)
  }

  networkAt(vrfId: number, address: Address): Network | null {
    return this.#ledger.networkAt(vrfId, address)
  }

  surroundings(vrfId: number, cidr: Cidr, insideMax: number): Surroundings {
    return this.#ledger.surroundings(vrfId, cidr, insideMax)
  }

  figures(networkId: number): Figures | null {
    return this.#ledger.figures(networkId)
  }

  networksInTreeOrder(vrfId: number): Iterable<Network> {
    return this.#ledger.networksInTreeOrder(vrfId)
  }

  utilization(networkId: number): number {
    return this.#ledger.utilization(networkId)
  }

  ownAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[] {
    return this.#ledger.ownAddresses(networkId, skip, limit)
  }

  freeAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[] {
    return this.#ledger.freeAddresses(networkId, skip, limit)
  }

  occupants(networkId: number, first: bigint, last: bigint, limit: number): readonly Occupant[] {
    const network = this.#ledger.network(networkId)
    return network === null ? [] : occupantsOf(network, this.#ledger.rows, { first, last, limit })
  }

  reservation(id: number): Reservation | null {
    return this.#ledger.rows.reservation(id)
  }

  revisionTimeMs(revision: number): number | null {
    const [from, to] = [positionOf({ revision, n: 0 }), positionOf({ revision, n: Infinity })]
    const line = this.#firstOfRevision.get(from, to)
    return line === undefined ? null : changeOf(line).timeMs
  }

  alert(id: number): Alert | null {
    return this.#ledger.rows.alert(id)
  }

  alertPage(filter: { readonly open: boolean }, page: PageRequest): readonly Alert[] {
    return this.#alertPages.newestFirst(filter, page)
  }

  alertCount(filter: { readonly open: boolean }): number {
    return this.#alertPages.count(filter)
  }

  openAlertPage(page: PageRequest): readonly Alert[] {
    return this.#alertPages.open(page)
  }

  alertsToMail(limit: number): readonly Alert[] {
    return this.#alertPages.toMail(limit)
  }

  endingPage(
    untilMs: number,
    after: { readonly expiresMs: number; readonly id: number } | null,
    limit: number,
  ): readonly Allocation[] {
    return this.#claimPages.ending(untilMs, after, limit)
  }

  conflictPage(page: PageRequest): readonly Allocation[] {
    return this.#claimPages.inConflict(page)
  }

  pool(name: string): Network | null {
    return this.#ledger.pool(name)
  }

  poolFigures(networkId: number): PoolFigures | null {
    return this.#ledger.poolFigures(networkId)
  }

  poolPage(page: PageRequest): readonly Network[] {
    return this.#pages.pools(page)
  }

  blockPage(networkId: number, page: PageRequest): readonly Allocation[] {
    return this.#pages.blocks(networkId, page)
  }

  blockCount(networkId: number): number {
    return this.#ledger.blockCount(networkId)
  }

  numberPool(name: string): NumberPool | null {
    return this.#ledger.numberPool(name)
  }

  numberFigures(poolId: number): NumberFigures | null {
    return this.#ledger.numberFigures(poolId)
  }

  numberPoolPage(kinds: readonly NumberKind[], page: PageRequest): readonly NumberPool[] {
    return this.#pages.numberPools(kinds, page)
  }

  numberPage(poolId: number, page: PageRequest): readonly NumberClaim[] {
    return this.#pages.numbers(poolId, page)
  }

  deletionsWait(): boolean {
    return this.#ledger.deletionsWait()
  }

  changesAfter(position: ChangePosition, limit: number): readonly ChangeRow[] {
    return this.#changesAfter.all(positionOf(position), limit).map(changeRowOf)
  }

  changesBefore(position: ChangePosition | null, limit: number): readonly ChangeRow[] {
    const before = position === null ? Number.MAX_SAFE_INTEGER : positionOf(position)
    return this.#changesBefore.all(before, limit).map(changeRowOf)
  }

  nextDueMs(): number | null {
    const due = this.#due.get()
    const times = [due?.expires, due?.held, due?.reserved].filter(time => typeof time === 'number')
    return times.length === 0 ? null : Math.min(...times)
  }

  kept(): { readonly changes: Kept; readonly idempotency: Kept } {
    const { changeCount, idempotencyCount } = this.#state
    const line = this.#oldestLine.get()
    return {
      changes: {
        count: changeCount,
        oldestMs: line === undefined ? null : changeOf(line).timeMs,
      },
      idempotency: { count: idempotencyCount, oldestMs: this.#oldestKeyMs.get() ?? null },
    }
  }

  /** A revision that was pruned in part is not kept: the oldest is the first that is whole. */
  oldestRevision(): number {
    const { anchorPosition } = this.#state
    if (anchorPosition === 0) return 0
    const oldest = this.#oldest.get()
    const whole = oldest !== undefined && numberOf(oldest) === 0
    return whole ? revisionOf(oldest) : revisionOf(anchorPosition) + 1
  }

  chainHead(): { readonly revision: number; readonly n: number; readonly hash: Uint8Array } {
    const { headPosition, headHash } = this.#state
    return { revision: revisionOf(headPosition), n: numberOf(headPosition), hash: headHash }
  }
}

function changeRowOf(raw: ChangeRaw): ChangeRow {
  return { ...changeOf(raw.line), hash: raw.hash }
}
