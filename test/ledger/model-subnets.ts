// Subnets as they must be decided, the slow and obvious way.
import {
  type Command,
  formatCidr,
  lastAddress,
  type Network,
  parseAddress,
  parseCidr,
  type SubnetFacet,
  usableRange,
} from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import { takenByReservation } from './model-holders.js'
import { type Now, refuse } from './model-refused.js'
import { contains, rangeOf } from './model-space.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export class ModelSubnets {
  constructor(
    private readonly claims: ModelClaims,
    private readonly now: Now,
  ) {}

  create(command: Of<'subnet.create'>): Network {
    const { cidr: text, description, tags, subnet: facts } = command
    const { space } = this.claims
    const cidr = parseCidr(text)
    if ('reason' in cidr) throw new Error('the test makes no wrong CIDRs')
    const subnet = { ...facts, gateway: addressOf(facts.gateway), createdBy: this.now.userId }
    const there = space.networks.find(network => formatCidr(network) === formatCidr(cidr))
    if (there?.subnet) refuse({ code: 'subnet-exists', id: there.id, cidr: formatCidr(there) })
    if (there !== undefined) {
      this.checkGateway(there, facts.gateway)
      return this.replace({ ...there, description, tags, subnet })
    }
    if (facts.gateway !== null) this.checkNew(cidr, facts.gateway)
    const place = { vrf: 'default', place: { cidr: text }, holdHours: 0 }
    return this.claims.createNetwork(
      { type: 'network.create', ...place, description, tags },
      subnet,
    )
  }

  update({ id, ifRevision, set }: Of<'subnet.update'>): Network {
    const network = this.claims.findNetwork(id)
    if (ifRevision !== null && ifRevision !== network.revision) {
      refuse({ code: 'revision-mismatch', expected: ifRevision, actual: network.revision })
    }
    const { gateway, description, tags, ...facts } = set
    if (gateway !== undefined) this.checkGateway(network, gateway)
    const none = { gateway: null, vlanId: null, location: null, customFields: {} }
    const old: SubnetFacet = network.subnet ?? { ...none, createdBy: this.now.userId }
    const subnet = { ...old, ...facts }
    return this.replace({
      ...network,
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags }),
      subnet: gateway === undefined ? subnet : { ...subnet, gateway: addressOf(gateway) },
    })
  }

  private replace(network: Network): Network {
    const { timeMs: updatedMs, revision } = this.now
    const after = { ...network, updatedMs, revision }
    this.claims.space.replaceNetwork(after)
    return after
  }

  private checkGateway(network: Network, text: string | null): void {
    if (text === null) return
    const { cell } = this.claims.own(network, text)
    if (cell.reservation !== null) refuse(takenByReservation(cell.reservation, text))
  }

  private checkNew(cidr: Parameters<typeof usableRange>[0], ip: string): void {
    const value = addressOf(ip) ?? 0n
    const one = { first: value, last: value }
    const range = { first: cidr.first, last: lastAddress(cidr) }
    const family = ip.includes(':') ? 6 : 4
    if (family !== cidr.family || !contains(range, one)) {
      refuse({ code: 'address-outside-network', ip, networkId: 0 })
    }
    const inner = this.claims.space.around(1, family, one, 999)[0]
    if (inner !== undefined && contains(range, rangeOf(inner))) {
      refuse({ code: 'address-in-child', ip, childId: inner.id, cidr: formatCidr(inner) })
    }
    if (contains(usableRange(cidr), one)) return
    const end = value === range.first ? 'network' : 'broadcast'
    const anycast = 'it is the subnet-router anycast address (RFC 4291, 2.6.1)'
    const reason = family === 6 ? anycast : `it is the ${end} address`
    refuse({ code: 'address-not-usable', ip, networkId: 0, reason })
  }
}

function addressOf(text: string | null): bigint | null {
  return text === null ? null : (parseAddress(text)?.value ?? null)
}
