// Claims against one another and against the networks, in one walk through each address space (LEDGER.md, invariants
// 1 and 2): no two live claims overlap, and each lies in its most specific network and is usable there. Claims of a
// network that was deleted count as released, and are passed over.
import {
  type Allocation,
  formatAddress,
  formatCidr,
  lastAddress,
  type Network,
  rangeContains,
  usableRange,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import { ALLOCATION_COLUMNS, type AllocationRaw, allocationOf } from '../tables/allocation-row.js'
import { deletedPoolsReader } from '../tables/deletion-rows.js'
import { readNetworks } from '../tables/noun-rows.js'
import type { Findings } from './findings.js'

type Span = { readonly network: Network; readonly first: bigint; readonly last: bigint }

/** @returns how many live claims were verified. */
export function checkClaims(db: Database, findings: Findings): number {
  const networks = readNetworks(db)
  const walk = new SpaceWalk(networks, findings)
  const { networks: deleted } = deletedPoolsReader(db)()
  const select = db
    .prepare<[], AllocationRaw>(
      `SELECT ${ALLOCATION_COLUMNS} FROM claims WHERE status = 0
       ORDER BY vrf_id, family, first, last DESC, id`,
    )
    .raw()
  let count = 0
  for (const raw of select.iterate()) {
    const claim = allocationOf(raw as unknown as AllocationRaw)
    if (deleted.has(claim.networkId)) continue
    walk.visit(claim)
    count++
  }
  checkHolds(db, findings)
  return count
}

/** Claims of one network, held ones included, never overlap: choosing an address relies on it. */
function checkHolds(db: Database, findings: Findings): void {
  const overlaps = db.prepare<[], { id: number; network_id: number }>(
    `SELECT id, network_id FROM (
       SELECT id, network_id, first, lag(last) OVER (PARTITION BY network_id ORDER BY first) AS before
       FROM claims)
     WHERE first <= before`,
  )
  for (const { id, network_id } of overlaps.iterate()) {
    findings.add('overlap', `Allocation ${id} overlaps another claim of network ${network_id}.`)
  }
}

/** Takes live claims in (VRF, family, first, last downwards) order. */
class SpaceWalk {
  readonly #findings: Findings
  readonly #spans: readonly Span[]
  readonly #byId: ReadonlyMap<number, Span>
  /** Index of the first network that begins behind the claim at hand. */
  #next = 0
  /** Networks that contain the claim's first address, outermost first. */
  #around: Span[] = []
  /** Live claims that contain it, outermost first: all but the last are blocks. */
  #enclosing: Allocation[] = []

  constructor(networks: readonly Network[], findings: Findings) {
    this.#findings = findings
    this.#spans = networks
      .map(network => ({ network, first: network.first, last: lastAddress(network) }))
      .sort((a, b) => compareNetworks(a.network, b.network))
    this.#byId = new Map(this.#spans.map(span => [span.network.id, span]))
  }

  visit(claim: Allocation): void {
    const span = this.#byId.get(claim.networkId)
    if (span === undefined) {
      this.#findings.add('placement', `${textOf(claim)} lies in no network.`)
      return
    }
    this.#checkOverlap(claim, span)
    this.#enclosing.push(claim)
    this.#moveTo(claim)
    this.#checkPlace(claim, span)
  }

  #checkOverlap(claim: Allocation, span: Span): void {
    const isPast = (other: Allocation) => !sameSpace(other, claim) || other.last < claim.first
    while (this.#enclosing.length > 0 && isPast(this.#enclosing.at(-1) as Allocation)) {
      this.#enclosing.pop()
    }
    const outer = this.#enclosing.at(-1)
    if (outer === undefined) return
    // A block may hold networks, and what is claimed in them.
    if (
      outer.kind === 'block' &&
      outer.networkId !== claim.networkId &&
      rangeContains(outer, span)
    ) {
      return
    }
    this.#findings.add('overlap', `${textOf(claim)} overlaps ${textOf(outer)}.`)
  }

  #moveTo(claim: Allocation): void {
    for (; this.#next < this.#spans.length; this.#next++) {
      const span = this.#spans[this.#next] as Span
      if (compareSpaces(span.network, claim) > 0) break
      if (sameSpace(span.network, claim) && span.first > claim.first) break
      this.#around = this.#around.filter(other => encloses(other, span))
      this.#around.push(span)
    }
    this.#around = this.#around.filter(
      other => sameSpace(other.network, claim) && other.last >= claim.first,
    )
  }

  #checkPlace(claim: Allocation, span: Span): void {
    const depth = this.#around.indexOf(span)
    if (depth === -1 || claim.last > span.last) {
      this.#placed(claim, `lies outside its network ${formatCidr(span.network)}`)
      return
    }
    if (!isPoolBlock(claim, span) && !rangeContains(usableRange(span.network), claim)) {
      this.#placed(claim, `is not usable in its network ${formatCidr(span.network)}`)
    }
    for (const inner of this.#around.slice(depth + 1)) this.#checkInner(claim, inner)
    for (let at = this.#next; at < this.#spans.length; at++) {
      const inner = this.#spans[at] as Span
      if (!sameSpace(inner.network, claim) || inner.first > claim.last) return
      this.#checkInner(claim, inner)
    }
  }

  /** A more specific network where the claim is: only in a block, and wholly. */
  #checkInner(claim: Allocation, inner: Span): void {
    if (claim.kind === 'block' && rangeContains(claim, inner)) return
    this.#placed(claim, `lies in the more specific network ${formatCidr(inner.network)}`)
  }

  #placed(claim: Allocation, how: string): void {
    this.#findings.add('placement', `${textOf(claim)} ${how}.`)
  }
}

/** A pool hands out its whole range, edges too. */
function isPoolBlock(claim: Allocation, { network }: Span): boolean {
  return claim.kind === 'block' && network.pool !== null
}

type Space = { readonly vrfId: number; readonly family: number }

function sameSpace(a: Space, b: Space): boolean {
  return compareSpaces(a, b) === 0
}

function compareSpaces(a: Space, b: Space): number {
  return a.vrfId - b.vrfId || a.family - b.family
}

function compareNetworks(a: Network, b: Network): number {
  if (!sameSpace(a, b)) return compareSpaces(a, b)
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.prefixLength - b.prefixLength
}

function encloses(outer: Span, inner: Span): boolean {
  return sameSpace(outer.network, inner.network) && rangeContains(outer, inner)
}

function textOf({ id, vrfId, family, first, last }: Allocation): string {
  return `Allocation ${id} (${formatAddress(family, first)}-${formatAddress(family, last)} in VRF ${vrfId})`
}
