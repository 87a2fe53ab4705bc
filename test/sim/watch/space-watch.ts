// Whose the addresses are in a node's state, in rows and in memory, against the slow model: reservations and gateways
// beside claims, and the figures of every network. RAFT_NOTES §6.8: 17.
import {
  type Allocation,
  DEFAULT_VRF_ID,
  formatAddress,
  formatCidr,
  isSingleAddress,
  lastAddress,
  type Network,
  type NetworkStatistics,
  networkRange,
  type Reservation,
} from '../../../src/ledger/index.js'
import { type Occupant, type Reads, rangeOfOccupant } from '../../../src/store/index.js'
import type { ModelSpace } from '../../ledger/model-space.js'
import { check } from '../../raft/core/invariants.js'

type Taken = {
  readonly first: bigint
  readonly last: bigint
  readonly by: string
  readonly isBlock: boolean
}

/** What the model has, one line for each network. */
export function spaceLines(space: ModelSpace): readonly string[] {
  return [...space.networks].sort(byId).map(network => {
    const cells = space.cells(network)
    const kept = cells.flatMap(({ address, reservation, gateway }) =>
      reservation !== null || gateway ? [keptText(address, reservation)] : [],
    )
    return lineOf(network, space.statistics(network), kept)
  })
}

/** The same of a node. @throws when two have one address */
export function spaceOf(reads: Reads): readonly string[] {
  const networks = [...reads.networksInTreeOrder(DEFAULT_VRF_ID)].sort(byId)
  const occupants = networks.map(network => occupantsOf(reads, network))
  const taken = occupants.map(some => some.filter(one => !isNested(one, some)).map(takenBy))
  for (const some of taken) checkTakenOnce(some)
  // Networks in a block give its addresses away once more; nothing else does.
  checkTakenOnce(taken.flat().filter(({ isBlock }) => !isBlock))
  return networks.map((network, at) => {
    const statistics = reads.statistics(network.id)
    if (statistics === null) throw new Error(`network ${network.id} has no figures`)
    const kept = new Map((occupants[at] ?? []).flatMap(keptBy))
    const inOrder = [...kept].sort(([one], [other]) => (one < other ? -1 : 1))
    return lineOf(
      network,
      statistics,
      inOrder.map(([address, by]) => keptText(address, by)),
    )
  })
}

/** Each that was converted became a region or one allocation, there and then, and no other did. @throws otherwise */
export function checkConversions(
  reservations: readonly Reservation[],
  allocations: readonly Allocation[],
): void {
  const known = new Set<number>()
  for (const { id, status, allocationId, madeNetworkId, first, endedMs } of reservations) {
    check(
      (status === 'converted') === (allocationId !== null || madeNetworkId !== null),
      `reservation ${id} is half converted`,
    )
    if (allocationId === null) continue
    check(!known.has(allocationId), `allocation ${allocationId} comes of two reservations`)
    known.add(allocationId)
    const found = allocations.find(each => each.id === allocationId)
    const isThat = found?.first === first && found.last === first && found.allocatedMs === endedMs
    check(
      isThat,
      `reservation ${id} became ${allocationId}, which is not that address, or not then`,
    )
  }
}

const byId = (a: Network, b: Network) => a.id - b.id

function occupantsOf(reads: Reads, network: Network): readonly Occupant[] {
  return reads.occupants(network.id, network.first, lastAddress(network), 1_000)
}

/** An address in a CIDR of the same holder: the one nesting of reservations (LEDGER.md, invariant 1). */
function isNested(occupant: Occupant, others: readonly Occupant[]): boolean {
  if (occupant.kind !== 'reservation' || !isSingleAddress(occupant.reservation)) return false
  const { first, holder, holderId } = occupant.reservation
  return others.some(other => {
    if (other.kind !== 'reservation' || isSingleAddress(other.reservation)) return false
    const range = networkRange(other.reservation)
    const isHis = other.reservation.holder === holder && other.reservation.holderId === holderId
    return isHis && range.first <= first && first <= range.last
  })
}

/** Of what is no claim: its addresses; one that is reserved itself is its own reservation's. What covers others comes before them. */
function keptBy(occupant: Occupant): readonly (readonly [bigint, Reservation | null])[] {
  if (occupant.kind === 'gateway') return [[occupant.address, null]]
  if (occupant.kind !== 'reservation') return []
  const { first, last } = rangeOfOccupant(occupant)
  return Array.from(
    { length: Number(last - first) + 1 },
    (_, at) => [first + BigInt(at), occupant.reservation] as const,
  )
}

function takenBy(occupant: Occupant): Taken {
  if (occupant.kind === 'gateway') {
    const { address, network } = occupant
    return { first: address, last: address, by: `the gateway of ${network.id}`, isBlock: false }
  }
  if (occupant.kind === 'reservation') {
    const by = `reservation ${occupant.reservation.id}`
    return { ...rangeOfOccupant(occupant), by, isBlock: false }
  }
  const { first, last, id, kind } = occupant.allocation
  return { first, last, by: `${occupant.kind} ${id}`, isBlock: kind === 'block' }
}

function checkTakenOnce(taken: readonly Taken[]): void {
  const inOrder = [...taken].sort((a, b) => (a.first < b.first ? -1 : 1))
  for (const [at, { first, by }] of inOrder.entries()) {
    const before = inOrder[at - 1]
    const isTwice = before !== undefined && before.last >= first
    check(!isTwice, `${formatAddress(4, first)} is live twice: ${before?.by}, ${by}`)
  }
}

function keptText(address: bigint, reservation: Reservation | null): string {
  const by = reservation === null ? 'gateway' : `${reservation.id}:${reservation.holder}`
  return `${formatAddress(4, address)}=${by}`
}

function lineOf(network: Network, figures: NetworkStatistics, kept: readonly string[]): string {
  const { total, allocated, reserved, available, firstAvailable, lastAllocated } = figures
  const counts = `${total}=${allocated}+${reserved}+${available}`
  return `${network.id} ${formatCidr(network)} ${counts} ${firstAvailable} ${lastAllocated} ${kept.join(' ')}`
}
