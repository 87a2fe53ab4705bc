// Reservations and gateways: each lies in its most specific network and is usable there, a reserved address is nobody else's, and
// a gateway is not reserved.
import {
  type Cidr,
  type Family,
  formatAddress,
  formatCidr,
  lastAddress,
  type Network,
  type Reservation,
  rangeContains,
  usableRange,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import { ClaimRows } from '../tables/claim-rows.js'
import { readNetworks } from '../tables/noun-rows.js'
import { readActiveReservations } from '../tables/reservation-rows.js'
import type { Findings } from './findings.js'

type Place = { readonly vrfId: number; readonly family: Family; readonly first: bigint }

export function checkReservations(db: Database, findings: Findings): void {
  const networks = new NetworkIndex(readNetworks(db))
  const claims = new ClaimRows(db)
  const reserved = new Map<string, number>()
  for (const reservation of readActiveReservations(db)) {
    const named = `Reservation ${reservation.id} (${textOf(reservation)})`
    checkPlace(networks.byId.get(reservation.networkId), reservation, networks, fault =>
      findings.add('placement', `${named} ${fault}.`),
    )
    const { networkId, first } = reservation
    const [claim] = claims.claimsIn(networkId, first, first, 1)
    if (claim !== undefined) {
      findings.add('overlap', `${named} is taken by allocation ${claim.id} too.`)
    }
    const other = reserved.get(keyOf(reservation))
    if (other !== undefined) {
      findings.add('overlap', `${named} is taken by reservation ${other} too.`)
    }
    reserved.set(keyOf(reservation), reservation.id)
  }
  checkGateways(networks, reserved, findings)
}

function checkGateways(
  networks: NetworkIndex,
  reserved: ReadonlyMap<string, number>,
  findings: Findings,
): void {
  for (const network of networks.byId.values()) {
    const first = network.subnet?.gateway ?? null
    if (first === null) continue
    const { vrfId, family } = network
    const place = { vrfId, family, first }
    const named = `The gateway ${formatAddress(family, first)} of network ${network.id}`
    checkPlace(network, place, networks, fault => findings.add('placement', `${named} ${fault}.`))
    const other = reserved.get(keyOf(place))
    if (other === undefined) continue
    findings.add('overlap', `${named} is taken by reservation ${other} too.`)
  }
}

function checkPlace(
  network: Network | undefined,
  place: Place,
  networks: NetworkIndex,
  found: (fault: string) => void,
): void {
  if (network === undefined) {
    found('lies in no network')
    return
  }
  const { vrfId, family, first } = place
  const range = { first, last: first }
  const isInside = network.vrfId === vrfId && network.family === family
  if (!isInside || !rangeContains({ first: network.first, last: lastAddress(network) }, range)) {
    found(`lies outside its network ${formatCidr(network)}`)
    return
  }
  if (!rangeContains(usableRange(network), range)) {
    found(`is not usable in its network ${formatCidr(network)}`)
  }
  const inner = networks.mostSpecific(place)
  if (inner !== undefined && inner.prefixLength > network.prefixLength) {
    found(`lies in the more specific network ${formatCidr(inner)}`)
  }
}

/** Networks by where they begin: an address is looked up once for each prefix length that there is. */
class NetworkIndex {
  readonly byId: ReadonlyMap<number, Network>
  readonly #byCidr: ReadonlyMap<string, Network>
  /** From the longest on. */
  readonly #lengths: Readonly<Record<Family, readonly number[]>>

  constructor(networks: readonly Network[]) {
    this.byId = new Map(networks.map(network => [network.id, network]))
    this.#byCidr = new Map(networks.map(network => [cidrKey(network.vrfId, network), network]))
    const lengths = (family: Family) => {
      const found = networks.filter(network => network.family === family)
      return [...new Set(found.map(network => network.prefixLength))].sort((a, b) => b - a)
    }
    this.#lengths = { 4: lengths(4), 6: lengths(6) }
  }

  mostSpecific({ vrfId, family, first }: Place): Network | undefined {
    const bits = BigInt(family === 4 ? 32 : 128)
    for (const prefixLength of this.#lengths[family]) {
      const hostBits = bits - BigInt(prefixLength)
      const cidr = { family, first: (first >> hostBits) << hostBits, prefixLength }
      const network = this.#byCidr.get(cidrKey(vrfId, cidr))
      if (network !== undefined) return network
    }
    return undefined
  }
}

function cidrKey(vrfId: number, { family, first, prefixLength }: Cidr): string {
  return `${vrfId} ${family} ${first} ${prefixLength}`
}

function keyOf({ vrfId, family, first }: Place): string {
  return `${vrfId} ${family} ${first}`
}

function textOf({ vrfId, family, first }: Reservation): string {
  return `${formatAddress(family, first)} in VRF ${vrfId}`
}
