// Hosts, and the regions that they are in, as they must be decided, the slow and obvious way. The tests say no wrong names.
import type { Allocation, Command, Network, Result } from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import { detailsAfter, noDetails } from './model-details.js'
import { type Now, refuse } from './model-refused.js'
import { contains, isLive, type ModelSpace, rangeOf } from './model-space.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

/** The network itself, or the one around it that is a region. */
export function regionOf(space: ModelSpace, network: Network): Network | undefined {
  const { family, prefixLength } = network
  const around = space.around(1, family, rangeOf(network), prefixLength)
  return [network, ...around].find(({ region }) => region !== null)
}

/** Nobody is given anything in one that is reserved. */
export function checkMayAllocate(space: ModelSpace, network: Network): void {
  const region = regionOf(space, network)
  if (region?.region?.status !== 'Reserved') return
  refuse({ code: 'region-reserved', id: region.id, name: region.region.name })
}

/** Live allocations of addresses in its range, whoever made them, in the order in which they were made. */
export function hostsIn(space: ModelSpace, region: Network): Allocation[] {
  return space.allocations.filter(claim => {
    const home =
      isLive(claim) && claim.kind !== 'block' ? space.network(claim.networkId) : undefined
    return home !== undefined && home.family === 4 && contains(rangeOf(region), rangeOf(home))
  })
}

/** A name is its region's once, whatever the case of its letters. @param own whose it may be already */
export function checkNamesFree(
  space: ModelSpace,
  region: Network,
  { names, own }: { readonly names: readonly string[]; readonly own: number | null },
): void {
  const taken = hostsIn(space, region).filter(({ id }) => id !== own)
  names.forEach((hostname, at) => {
    // Of two hosts that others gave the same name, the one at the higher address is named.
    const holder = taken
      .filter(host => host.hostname?.toLowerCase() === hostname)
      .sort((a, b) => (a.first < b.first ? -1 : 1))
      .at(-1)
    const isTwice = names.indexOf(hostname) < at
    if (holder === undefined && !isTwice) return
    refuse({
      code: 'hostname-taken',
      hostname,
      regionId: region.id,
      allocationId: holder?.id ?? 0,
    })
  })
}

export class ModelHosts {
  constructor(
    private readonly claims: ModelClaims,
    private readonly now: Now,
  ) {}

  create(command: Of<'hosts.create'>): Result {
    const { regionId, description, tags, facts } = command
    const { space } = this.claims
    const region = this.region(regionId)
    const names = command.hostnames.map(name => name.toLowerCase())
    checkMayAllocate(space, region)
    checkNamesFree(space, region, { names, own: null })
    const free = space.free(region)
    if (free.length < names.length) {
      const figures = { wanted: `${names.length}`, free: `${free.length}` }
      refuse({ code: 'no-space', networkId: region.id, ...figures })
    }
    const { owner = null } = facts
    const allocations = names.map((hostname, at) => {
      const first = free[at] as bigint
      const place = { first, last: first, kind: 'address', prefixLength: null } as const
      const details = detailsAfter(noDetails(this.now.userId), facts)
      const said = { hostname, description, owner, tags, ttlMs: null, details }
      return this.claims.claim(region, place, said)
    })
    return { type: 'bulk', allocations }
  }

  update({ id, ifRevision, set }: Of<'host.update'>): Result {
    const host = this.host(id)
    const { revision: actual } = host
    if (ifRevision !== null && ifRevision !== actual) {
      refuse({ code: 'revision-mismatch', expected: ifRevision, actual })
    }
    const { hostname, ...others } = set
    const update = { type: 'allocation.update', id, ifRevision } as const
    if (hostname === undefined) return this.changed({ ...update, set: others })
    const name = hostname.toLowerCase()
    const { space } = this.claims
    const region = regionOf(space, space.network(host.networkId) as Network) as Network
    checkNamesFree(space, region, { names: [name], own: id })
    return this.changed({ ...update, set: { ...others, hostname: name } })
  }

  region(id: number): Network {
    const network = this.claims.space.network(id)
    if (!network?.region) return refuse({ code: 'region-not-found', id })
    return network
  }

  host(id: number): Allocation {
    const { space } = this.claims
    const regions = space.networks.filter(({ region }) => region !== null)
    const host = regions.flatMap(one => hostsIn(space, one)).find(one => one.id === id)
    return host ?? refuse({ code: 'host-not-found', id })
  }

  private changed(command: Of<'allocation.update'>): Result {
    return { type: 'allocation', allocation: this.claims.update(command) }
  }
}
