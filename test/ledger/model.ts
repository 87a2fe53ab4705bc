// What the ledger must answer, decided the slow and obvious way. Written from LEDGER.md, apart from the rules.
import {
  type Allocation,
  addressBits,
  type Command,
  type CreateAllocationCommand,
  formatAddress,
  formatCidr,
  lastAddress,
  type Network,
  type Outcome,
  parseAddress,
  parseCidr,
  type Refusal,
  type Request,
  type Result,
  usableRange,
} from '../../src/ledger/index.js'
import { ModelMembers } from './model-members.js'
import { contains, isHeld, isLive, ModelSpace, rangeOf } from './model-space.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>
type CreateNetworkCommand = Of<'network.create'>

/** Thrown by a rule of the model; caught where the command was decided. */
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code)
  }
}

const HOUR_MS = 3_600_000
const refuse = (refusal: Refusal): never => {
  throw new Refused(refusal)
}
const iso = (timeMs: number | null) => (timeMs === null ? null : new Date(timeMs).toISOString())

export class Model {
  space = new ModelSpace()
  readonly members = new ModelMembers()
  private lastNetworkId = 0
  private lastAllocationId = 0
  private revision = 0
  private timeMs = 0
  /** Every answer ever given, by node, start and sequence. */
  private readonly answers = new Map<string, Outcome>()
  private readonly sessions = new Map<number, { start: number; awaitedFrom: number }>()
  private readonly keys = new Map<string, { requestHash: string; outcome: Outcome }>()

  execute(request: Request, revision: number, timeMs: number): Outcome {
    this.revision = revision
    this.timeMs = timeMs
    const { nodeId, start } = request.session
    const name = `${nodeId}/${start}/${request.sequence}`
    const session = this.sessions.get(nodeId)
    if (session !== undefined && start < session.start) return this.refused('stale-request')
    const newer = session === undefined || start > session.start
    const mark = newer ? 0 : session.awaitedFrom
    if (request.sequence < mark) return this.refused('stale-request')
    const known = this.answers.get(name)
    if (known !== undefined) return known
    const awaitedFrom = Math.max(mark, request.awaitedFrom)
    this.sessions.set(nodeId, { start, awaitedFrom })
    if (request.sequence < awaitedFrom) return this.refused('stale-request')
    const outcome = this.keyed(request)
    this.answers.set(name, outcome)
    return outcome
  }

  private keyed(request: Request): Outcome {
    const { idempotency, command } = request
    const record = idempotency === null ? undefined : this.keys.get(idempotency.scopeHash)
    if (record !== undefined) {
      if (record.requestHash !== idempotency?.requestHash)
        return this.refused('idempotency-key-reused')
      return { ...record.outcome, revision: this.revision }
    }
    const outcome = this.outcome(() => this.decide(command))
    if (idempotency !== null) {
      this.keys.set(idempotency.scopeHash, { requestHash: idempotency.requestHash, outcome })
    }
    return outcome
  }

  private outcome(decide: () => Result): Outcome {
    const revisions = { revision: this.revision, originalRevision: this.revision }
    try {
      return { ...revisions, ok: true, result: decide() }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { ...revisions, ok: false, refusal: error.refusal }
    }
  }

  private refused(code: 'stale-request' | 'idempotency-key-reused'): Outcome {
    return this.outcome(() => refuse({ code }))
  }

  private decide(command: Command): Result {
    switch (command.type) {
      case 'genesis':
        this.members.found(command.members)
        return { type: 'none' }
      case 'member.add':
      case 'member.update':
      case 'member.remove':
      case 'member.keep':
      case 'member.forget': {
        const refusal = this.members.decide(command)
        return refusal === null ? { type: 'none' } : refuse(refusal)
      }
      case 'network.create':
        return { type: 'network', network: this.createNetwork(command) }
      case 'network.update':
        return { type: 'network', network: this.updateNetwork(command) }
      case 'network.delete':
        return this.deleteNetwork(command)
      case 'allocation.create':
        return { type: 'allocation', allocation: this.createAllocation(command) }
      case 'allocation.release':
        return { type: 'allocation', allocation: this.release(command) }
      case 'allocation.renew':
        return { type: 'allocation', allocation: this.renew(command) }
      case 'bulk':
        return this.bulk(command)
      case 'expire':
        return this.expire(command)
      default:
        throw new Error(`the model does not know ${command.type}`)
    }
  }

  private createNetwork(command: CreateNetworkCommand): Network {
    const { space } = this
    const cidr =
      'cidr' in command.place ? parseCidr(command.place.cidr) : this.freeChild(command.place)
    if ('reason' in cidr) throw new Error('the test makes no wrong CIDRs')
    const exact = space.networks.find(
      ({ family, first, prefixLength }) =>
        family === cidr.family && first === cidr.first && prefixLength === cidr.prefixLength,
    )
    if (exact !== undefined)
      refuse({ code: 'network-exists', id: exact.id, cidr: formatCidr(exact) })
    const range = { first: cidr.first, last: lastAddress(cidr) }
    const parent = space.around(1, cidr.family, range, cidr.prefixLength)[0]
    const claims = parent === undefined ? [] : space.claims(parent.id, range)
    const block = claims.find(
      claim => claim.kind === 'block' && isLive(claim) && contains(claim, range),
    )
    const moved = block === undefined ? claims : []
    for (const claim of moved) {
      const fits = contains(usableRange(cidr), claim) && !(claim.kind === 'block' && isLive(claim))
      if (!fits) refuse(this.inTheWay(formatCidr(cidr), claim))
    }
    this.lastNetworkId += 1
    const network: Network = {
      id: this.lastNetworkId,
      vrfId: 1,
      family: cidr.family,
      first: cidr.first,
      prefixLength: cidr.prefixLength,
      description: command.description,
      tags: command.tags,
      holdHours: command.holdHours,
      pool: null,
      createdMs: this.timeMs,
      updatedMs: this.timeMs,
      revision: this.revision,
    }
    space.networks.push(network)
    for (const claim of moved) {
      space.replace({ ...claim, networkId: network.id, revision: this.revision })
    }
    return network
  }

  private inTheWay(cidr: string, claim: Allocation): Refusal {
    const first = formatAddress(claim.family, claim.first)
    const text =
      claim.prefixLength !== null
        ? `${first}/${claim.prefixLength}`
        : claim.kind === 'run'
          ? `${first}-${formatAddress(claim.family, claim.last)}`
          : first
    return { code: 'claim-in-the-way', cidr, allocationId: claim.id, claim: text }
  }

  private freeChild(place: { parentId: number; prefixLength: number }) {
    const { parentId, prefixLength } = place
    const parent = this.findNetwork(parentId)
    const { family } = parent
    this.checkLength(parent, prefixLength)
    if (prefixLength === parent.prefixLength) {
      refuse({ code: 'network-exists', id: parentId, cidr: formatCidr(parent) })
    }
    const wanted = `/${prefixLength}`
    if (prefixLength < parent.prefixLength) {
      refuse({ code: 'larger-than-network', wanted, size: `/${parent.prefixLength}` })
    }
    const size = 1n << BigInt(addressBits(family) - prefixLength)
    const cells = this.space.cells(parent).filter(cell => cell.claim === null)
    const first = this.space.lowest(
      cells.map(cell => cell.address),
      size,
      size,
    )
    return first === null ? this.noSpace(parent, wanted) : { family, first, prefixLength }
  }

  private checkLength(network: Network, prefixLength: number): void {
    const bits = addressBits(network.family)
    if (prefixLength <= bits) return
    const reason = `must be a whole number from 0 to ${bits}`
    refuse({ code: 'invalid', field: 'prefixLength', value: `${prefixLength}`, reason })
  }

  private noSpace(network: Network, wanted: string): never {
    const free = String(this.space.free(network).length)
    return refuse({ code: 'no-space', networkId: network.id, wanted, free })
  }

  private findNetwork(id: number): Network {
    return this.space.network(id) ?? refuse({ code: 'network-not-found', id })
  }

  private updateNetwork(command: Of<'network.update'>): Network {
    const network = { ...this.findNetwork(command.id), ...command.set }
    Object.assign(network, { updatedMs: this.timeMs, revision: this.revision })
    this.space.networks = this.space.networks.map(old => (old.id === network.id ? network : old))
    return network
  }

  private deleteNetwork(command: Of<'network.delete'>): Result {
    const network = this.findNetwork(command.id)
    const live = this.space.claims(network.id, rangeOf(network)).filter(isLive)
    if (live.length > 0)
      refuse({ code: 'network-in-use', id: network.id, allocations: live.length })
    this.space.networks = this.space.networks.filter(other => other !== network)
    return { type: 'none' }
  }

  private createAllocation(command: CreateAllocationCommand): Allocation {
    const network = this.findNetwork(command.networkId)
    const place = this.choose(network, command.place)
    this.lastAllocationId += 1
    const allocation: Allocation = {
      id: this.lastAllocationId,
      networkId: network.id,
      vrfId: 1,
      family: network.family,
      ...place,
      blockId: null,
      hostname: command.hostname,
      description: command.description,
      owner: null,
      tags: command.tags,
      status: 'allocated',
      allocatedMs: this.timeMs,
      expiresMs: command.ttlMs === null ? null : this.timeMs + command.ttlMs,
      releasedMs: null,
      heldUntilMs: null,
      revision: this.revision,
    }
    this.space.allocations.push(allocation)
    return allocation
  }

  private choose(
    network: Network,
    place: CreateAllocationCommand['place'],
  ): Pick<Allocation, 'first' | 'last' | 'kind' | 'prefixLength'> {
    const { space } = this
    const free = space.free(network)
    if ('ip' in place) {
      const address = this.named(network, place.ip)
      return { first: address, last: address, kind: 'address', prefixLength: null }
    }
    if ('count' in place) {
      const { count } = place
      const usable = usableRange(network)
      const size = usable.last - usable.first + 1n
      if (count > size) refuse({ code: 'larger-than-network', wanted: `${count}`, size: `${size}` })
      const first = space.lowest(free, BigInt(count), 1n) ?? this.noSpace(network, `${count}`)
      const kind = count === 1 ? 'address' : 'run'
      return { first, last: first + BigInt(count) - 1n, kind, prefixLength: null }
    }
    const { prefixLength } = place
    this.checkLength(network, prefixLength)
    const wanted = `/${prefixLength}`
    if (prefixLength < network.prefixLength) {
      refuse({ code: 'larger-than-network', wanted, size: `/${network.prefixLength}` })
    }
    const size = 1n << BigInt(addressBits(network.family) - prefixLength)
    const first = space.lowest(free, size, size) ?? this.noSpace(network, wanted)
    return { first, last: first + size - 1n, kind: 'block', prefixLength }
  }

  private named(network: Network, ip: string): bigint {
    const address = parseAddress(ip)
    if (address === null) throw new Error('the test makes no wrong addresses')
    const { family, value } = address
    const one = { first: value, last: value }
    if (family !== network.family || !contains(rangeOf(network), one)) {
      refuse({ code: 'address-outside-network', ip, networkId: network.id })
    }
    const holder = this.space.around(1, family, one, 999)[0]
    if (holder !== undefined && holder.id !== network.id) {
      refuse({ code: 'address-in-child', ip, childId: holder.id, cidr: formatCidr(holder) })
    }
    const cell = this.space.cells(network).find(({ address }) => address === value)
    if (!cell?.usable) {
      const name = value === network.first ? 'network' : 'broadcast'
      const reason =
        family === 6
          ? 'it is the subnet-router anycast address (RFC 4291, 2.6.1)'
          : `it is the ${name} address`
      refuse({ code: 'address-not-usable', ip, networkId: network.id, reason })
    }
    const claim = cell?.claim ?? null
    if (claim === null) return value
    const { id, hostname, expiresMs, heldUntilMs } = claim
    const live = isLive(claim)
    const until = iso(live ? expiresMs : heldUntilMs)
    const kind = live ? 'allocation' : 'hold'
    return refuse({ code: 'address-taken', ip, holder: { kind, id, hostname, until } })
  }

  private findLive(command: { id: number; ifRevision: number | null }): Allocation {
    const { id, ifRevision } = command
    const found = this.space.allocation(id) ?? refuse({ code: 'allocation-not-found', id })
    if (found.status !== 'allocated')
      refuse({ code: 'allocation-ended', id, status: found.status as 'released' })
    if (ifRevision !== null && ifRevision !== found.revision) {
      refuse({ code: 'revision-mismatch', expected: ifRevision, actual: found.revision })
    }
    return found
  }

  private renew(command: Of<'allocation.renew'>): Allocation {
    const found = this.findLive(command)
    const expiresMs = command.ttlMs === null ? null : this.timeMs + command.ttlMs
    return this.put({ ...found, expiresMs, revision: this.revision })
  }

  private release(command: Of<'allocation.release'>): Allocation {
    const found = this.findLive(command)
    const inside = this.space
      .children(this.findNetwork(found.networkId))
      .filter(child => contains(found, rangeOf(child)))
    if (inside.length > 0) {
      refuse({ code: 'block-in-use', id: found.id, networkIds: inside.map(child => child.id) })
    }
    return this.end(found, 'released')
  }

  private end(claim: Allocation, status: 'released' | 'expired'): Allocation {
    const { holdHours } = this.findNetwork(claim.networkId)
    const heldUntilMs = holdHours > 0 ? this.timeMs + holdHours * HOUR_MS : null
    const facts = { status, releasedMs: this.timeMs, heldUntilMs, revision: this.revision }
    return this.put({ ...claim, ...facts })
  }

  private put(allocation: Allocation): Allocation {
    this.space.replace(allocation)
    return allocation
  }

  private bulk(command: Of<'bulk'>): Result {
    const before = { allocations: [...this.space.allocations], lastId: this.lastAllocationId }
    const allocations: Allocation[] = []
    for (const [step, one] of command.steps.entries()) {
      const outcome = this.outcome(() => this.decide(one))
      if (!outcome.ok) {
        this.space.allocations = before.allocations
        this.lastAllocationId = before.lastId
        return refuse({ code: 'step-refused', step, refusal: outcome.refusal })
      }
      if (outcome.result.type === 'allocation') allocations.push(outcome.result.allocation)
    }
    return { type: 'bulk', allocations }
  }

  private expire({ rowsMax }: Of<'expire'>): Result {
    const due = (dueMs: (claim: Allocation) => number | null) =>
      this.space.allocations
        .filter(claim => (dueMs(claim) ?? Number.POSITIVE_INFINITY) <= this.timeMs)
        .sort((a, b) => Number(dueMs(a)) - Number(dueMs(b)) || a.id - b.id)
    const leases = due(claim => (isLive(claim) ? claim.expiresMs : null))
    const holds = due(claim => (isHeld(claim) ? claim.heldUntilMs : null))
    const all = [...leases, ...holds]
    const slice = all.slice(0, rowsMax)
    for (const claim of slice) {
      if (isLive(claim)) this.end(claim, 'expired')
      else this.put({ ...claim, heldUntilMs: null, revision: this.revision })
    }
    return { type: 'slice', rows: slice.length, more: all.length > rowsMax }
  }
}
