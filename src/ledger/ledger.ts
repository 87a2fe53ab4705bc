// The replicated state machine's rules behind one door. Pure and synchronous: no clock, no chance, no await.
// It keeps the address space (networks, their nesting and free space) in memory and everything else in rows.
import type { Address } from './address/address-text.js'
import type { AddressRange, Cidr } from './address/range.js'
import { AddressSpace } from './address-space/address-space.js'
import { loadAddressSpace } from './address-space/load-address-space.js'
import { type Figures, figuresOf } from './address-space/network-figures.js'
import { freeAddresses, ownAddresses } from './address-space/own-addresses.js'
import { statisticsOf } from './address-space/statistics.js'
import {
  networksInTreeOrder,
  nodeAtAddress,
  type Surroundings,
  surroundingsOf,
} from './address-space/tree-queries.js'
import { poolFigures, usableIntervals } from './address-space/usable-space.js'
import { utilizationOf } from './address-space/utilization.js'
import { VrfTable } from './address-space/vrf-table.js'
import { Catalogue, type CatalogueView } from './catalogue/catalogue.js'
import type { Request } from './commands.js'
import { DeletionTable } from './deletion-table.js'
import type {
  Network,
  NetworkStatistics,
  NumberFigures,
  NumberPool,
  Origin,
  PoolFigures,
  Vrf,
} from './entities.js'
import { keepKey, replayKey } from './idempotency.js'
import { Identities, type IdentityView } from './identity/identities.js'
import { loadNumberSpaces } from './number-space/load-number-spaces.js'
import { NumberSpaces } from './number-space/number-spaces.js'
import type { Outcome } from './outcomes.js'
import type { ClusterIdentity, LedgerImage, LedgerRows } from './ports.js'
import { CountryTable } from './regions/country-table.js'
import { RegionView } from './regions/region-view.js'
import { CommandContext, type LedgerState } from './rules/command-context.js'
import { decide } from './rules/decide.js'
import { refusePrincipal } from './rules/principal.js'
import { Sessions } from './sessions.js'
import { UndoList } from './undo-list.js'

/** Where a request stands in the log. */
export type Placement = { readonly revision: number; readonly timeMs: number }

export class Ledger {
  private readonly state: LedgerState
  private readonly sessions: Sessions
  private readonly regionView: RegionView

  constructor(readonly rows: LedgerRows) {
    const undo = new UndoList()
    this.state = {
      cluster: null,
      vrfs: new VrfTable(),
      space: new AddressSpace(undo),
      numbers: new NumberSpaces(undo),
      deletions: new DeletionTable(),
      countries: new CountryTable(),
      undo,
      identities: new Identities(rows),
      catalogue: new Catalogue(rows),
    }
    this.sessions = new Sessions(rows)
    this.regionView = new RegionView(this.state, rows)
  }

  /**
   * Rebuilds what is kept in memory; yields after every slice of about a thousand claims, so that the caller can breathe.
   * For a ledger that is new: until the generator is done it may neither execute nor be asked.
   */
  *load(image: LedgerImage): Generator<void, void, void> {
    this.state.cluster = image.cluster
    for (const vrf of image.vrfs) this.state.vrfs.put(vrf)
    this.sessions.load(image.sessions)
    this.state.identities.load(image.identity)
    this.state.catalogue.load(image.catalogue)
    this.state.countries.load(image.countries)
    for (const deletion of image.deletions) this.state.deletions.add(deletion)
    yield* loadAddressSpace(this.state.space, image)
    yield* loadNumberSpaces(this.state.numbers, image)
  }

  /**
   * Decides one request. Never throws on anything a client could send; a throw is a bug, or a command that this
   * program does not know, and stops the node.
   */
  execute(request: Request, at: Placement): Outcome {
    const { revision } = at
    const admission = this.sessions.admit(request)
    if (admission === 'stale') {
      const refusal = { code: 'stale-request' } as const
      return { revision, originalRevision: revision, ok: false, refusal }
    }
    if (admission !== 'new') return admission
    const outcome =
      this.refuseAsker(request, at) ?? this.replay(request, revision) ?? this.decide(request, at)
    this.sessions.keep(request, outcome)
    return outcome
  }

  identities(): IdentityView {
    return this.state.identities
  }

  catalogue(): CatalogueView {
    return this.state.catalogue
  }

  /** Countries, regions, and what is in them. */
  regions(): RegionView {
    return this.regionView
  }

  cluster(): ClusterIdentity | null {
    return this.state.cluster
  }

  vrfs(): readonly Vrf[] {
    return this.state.vrfs.all()
  }

  network(id: number): Network | null {
    return this.state.space.node(id)?.network ?? null
  }

  /** Direct children, in address order. */
  childNetworks(id: number): readonly Network[] {
    return this.state.space.node(id)?.children.map(child => child.network) ?? []
  }

  parentNetwork(id: number): Network | null {
    return this.state.space.node(id)?.parent?.network ?? null
  }

  /** O(log n), and one row for `lastAllocated`. null when there is no such network. */
  statistics(networkId: number): NetworkStatistics | null {
    const node = this.state.space.node(networkId)
    return node === null ? null : statisticsOf(node, this.rows)
  }

  /** The most specific network that contains the address. */
  networkAt(vrfId: number, address: Address): Network | null {
    return nodeAtAddress(this.state.space, vrfId, address)?.network ?? null
  }

  surroundings(vrfId: number, cidr: Cidr, insideMax: number): Surroundings {
    return surroundingsOf(this.state.space, vrfId, cidr, insideMax)
  }

  /** O(log n). null when there is no such network. */
  figures(networkId: number): Figures | null {
    const node = this.state.space.node(networkId)
    return node === null ? null : figuresOf(node)
  }

  /** All networks of the VRF; they may change while somebody goes over them. */
  networksInTreeOrder(vrfId: number): Iterable<Network> {
    return networksInTreeOrder(this.state.space, vrfId)
  }

  /** Hundredths of a percent of the network's own addresses; 0 when it has none, or there is no such network. */
  utilization(networkId: number): number {
    const node = this.state.space.node(networkId)
    return node === null ? 0 : utilizationOf(node)
  }

  /** The network's own addresses (usable, and no child network's), from the `skip`th on, at most `limit` of them. */
  ownAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[] {
    const node = this.state.space.node(networkId)
    return node === null ? [] : ownAddresses(node, skip, limit)
  }

  /** Of these the free ones. */
  freeAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[] {
    const node = this.state.space.node(networkId)
    return node === null ? [] : freeAddresses(node, skip, limit)
  }

  /** Free ranges of usable addresses from `from` on, at most `limit`, in address order. */
  freeRanges(
    networkId: number,
    from: bigint,
    limit: number,
  ): { readonly first: bigint; readonly last: bigint }[] {
    const node = this.state.space.node(networkId)
    return node === null ? [] : usableIntervals(node, from, limit)
  }

  /** The network of that pool. */
  pool(name: string): Network | null {
    return this.state.space.pool(name)?.network ?? null
  }

  /** Networks with a pool, in order of the pools' ids. */
  poolNetworks(): readonly Network[] {
    const networks = Array.from(this.state.space.poolNodes(), node => node.network)
    return networks.sort((a, b) => (a.pool?.id ?? 0) - (b.pool?.id ?? 0))
  }

  /** null when the network has no pool. O(1). */
  poolFigures(networkId: number): PoolFigures | null {
    const node = this.state.space.node(networkId)
    return node === null || node.network.pool === null ? null : poolFigures(node)
  }

  /** Live blocks directly in the network. O(1). */
  blockCount(networkId: number): number {
    return this.state.space.node(networkId)?.liveBlocks ?? 0
  }

  numberPool(name: string): NumberPool | null {
    return this.state.numbers.poolNamed(name)
  }

  /** In id order. */
  numberPools(): readonly NumberPool[] {
    return this.state.numbers.pools()
  }

  /** null when there is no such pool. In a time that does not grow with claims or pools. */
  numberFigures(poolId: number): NumberFigures | null {
    const { numbers } = this.state
    const pool = numbers.pool(poolId)
    return pool === null ? null : numbers.figures(pool)
  }

  /** Whether claims of a deleted pool wait for `sweep`. */
  deletionsWait(): boolean {
    return this.state.deletions.size > 0
  }

  /** Once, with the first command of a version; the state then says who can read the log no more. */
  #raiseVersion(version: number): void {
    const { rows, state } = this
    const { cluster } = state
    if (cluster === null || version <= (cluster.commandVersion ?? 1)) return
    const raised = { ...cluster, commandVersion: version }
    rows.saveCluster(raised)
    state.cluster = raised
  }

  /** Before a known key is answered: what was decided then is not for whoever holds its token now. */
  private refuseAsker({ principal }: Request, { revision, timeMs }: Placement): Outcome | null {
    if (principal === null) return null
    const refusal = refusePrincipal(this.state.identities, principal, timeMs)
    return refusal && { revision, originalRevision: revision, ok: false, refusal }
  }

  private replay({ idempotency }: Request, revision: number): Outcome | null {
    return idempotency === null ? null : replayKey(this.rows, idempotency, revision)
  }

  private decide(request: Request, { revision, timeMs }: Placement): Outcome {
    const context = new CommandContext(this.rows, this.state, revision, timeMs, originOf(request))
    const decision = decide(context, request.version, request.command)
    if (decision.ok) this.#raiseVersion(request.version)
    const outcome: Outcome = decision.ok
      ? { revision, originalRevision: revision, ok: true, result: decision.result }
      : { revision, originalRevision: revision, ok: false, refusal: decision.refusal }
    if (request.idempotency !== null) keepKey(this.rows, request.idempotency, timeMs, outcome)
    return outcome
  }
}

/** With the id of whoever signed in: names may be given again, ids never. */
function originOf({ origin, principal }: Request): Origin {
  return principal === null ? origin : { ...origin, userId: principal.userId }
}
