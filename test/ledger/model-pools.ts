// Pools of addresses as they must be decided, the slow and obvious way.
import {
  addressBits,
  type Command,
  formatCidr,
  lastAddress,
  type Network,
  networkSize,
  type PoolFacet,
  type PoolFigures,
  parseCidr,
  type Result,
} from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import { checkMayAllocate } from './model-hosts.js'
import { type Now, refuse } from './model-refused.js'
import { isHeld, isLive, rangeOf } from './model-space.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export class ModelPools {
  private lastId = 0

  constructor(
    private readonly claims: ModelClaims,
    private readonly now: Now,
  ) {}

  save(): () => void {
    const { lastId } = this
    return () => {
      this.lastId = lastId
    }
  }

  figures(network: Network): PoolFigures {
    const total = networkSize(network)
    const available = BigInt(this.claims.space.freeForBlocks(network).length)
    return { total, allocated: total - available, available }
  }

  create(command: Of<'pool.create'>): Result {
    const { name, description, strategy } = command
    const { space } = this.claims
    const cidr = parseCidr(command.cidr)
    if ('reason' in cidr) throw new Error('the test makes no wrong CIDRs')
    if (name === '')
      refuse({ code: 'invalid', field: 'name', value: '', reason: 'must not be empty' })
    this.checkStrategy(strategy, cidr.family)
    const holder = space.networks.find(network => network.pool?.name === name)?.pool
    if (holder) refuse({ code: 'pool-exists', kind: 'ip', pool: name, id: holder.id })
    const there = space.networks.find(network => formatCidr(network) === formatCidr(cidr))
    if (there?.pool) {
      const at = { networkId: there.id, cidr: formatCidr(there) }
      refuse({ code: 'network-has-pool', ...at, pool: there.pool.name })
    }
    const network = there ?? this.claims.createNetwork(networkFor(command))
    this.lastId += 1
    const made = { strategyRevision: this.now.revision, createdMs: this.now.timeMs }
    const pool = { id: this.lastId, name, description, strategy, ...made }
    const after = this.replace(network, pool)
    for (const block of this.blocks(after)) {
      const blockId = this.claims.nextBlockId()
      this.claims.put({ ...block, blockId, revision: this.now.revision })
    }
    return this.answer(after)
  }

  update(command: Of<'pool.update'>): Result {
    const { network, pool } = this.find(command.name)
    this.checkRevision(command.ifRevision, network.revision)
    const { strategy } = command.set
    if (strategy !== undefined) this.checkStrategy(strategy, network.family)
    const newly = strategy !== undefined && strategy !== pool.strategy
    const since = newly ? { strategyRevision: this.now.revision } : {}
    return this.answer(this.replace(network, { ...pool, ...command.set, ...since }))
  }

  delete(command: Of<'pool.delete'>): Result {
    const { network } = this.find(command.name)
    const { space } = this.claims
    this.checkRevision(command.ifRevision, network.revision)
    const blocks = this.blocks(network)
    const others = space.claims(network.id, rangeOf(network)).filter(isLive).length - blocks.length
    if (others > 0) refuse({ code: 'pool-in-use', pool: command.name, allocations: others })
    const reservations = space.reserved(network.id).length
    const isMore = network.subnet !== null || network.region !== null
    if (reservations > 0 && !isMore) {
      refuse({ code: 'network-in-use', id: network.id, allocations: 0, reservations })
    }
    for (const block of blocks) {
      const released = { status: 'released', releasedMs: this.now.timeMs } as const
      this.claims.put({ ...block, ...released, revision: this.now.revision })
    }
    if (!isMore) {
      space.networks = space.networks.filter(other => other !== network)
    } else this.keepNetwork(network)
    return { type: 'none' }
  }

  /** It is a subnet or a region too: only the pool goes, and with it what is held of blocks. */
  private keepNetwork(network: Network): void {
    const { space } = this.claims
    const { revision, timeMs: updatedMs } = this.now
    const held = space.claims(network.id, rangeOf(network)).filter(isHeld)
    for (const block of held.filter(({ kind }) => kind === 'block')) {
      this.claims.put({ ...block, heldUntilMs: null, revision })
    }
    space.replaceNetwork({ ...network, pool: null, updatedMs, revision })
  }

  allocate(command: Of<'block.allocate'>): Result {
    const { pool: name, prefixLength, description, owner, ttlMs } = command
    const { network } = this.find(name)
    const bits = addressBits(network.family)
    if (prefixLength < network.prefixLength || prefixLength > bits) {
      const reason = `must be a whole number from ${network.prefixLength}, the pool's own, to ${bits}`
      refuse({ code: 'invalid', field: 'prefix_length', value: `${prefixLength}`, reason })
    }
    checkMayAllocate(this.claims.space, network)
    const place = this.claims.freeBlock(network, prefixLength)
    if (place === null) {
      const free = String(this.figures(network).available)
      const wanted = `/${prefixLength}`
      return refuse({ code: 'pool-exhausted', kind: 'ip', pool: name, wanted, free })
    }
    const facts = { hostname: null, description, owner, tags: [], ttlMs }
    return { type: 'block', allocation: this.claims.claim(network, place, facts), network }
  }

  release(command: Of<'block.release'>): Result {
    const { pool, cidr } = command
    const { network } = this.find(pool)
    const block = this.blocks(network).find(
      ({ family, first, prefixLength }) =>
        formatCidr({ family, first, prefixLength: prefixLength ?? 0 }) === cidr,
    )
    if (block === undefined) return refuse({ code: 'block-not-found', pool, cidr })
    const { ifRevision } = command
    const allocation = this.claims.release({ type: 'allocation.release', id: block.id, ifRevision })
    return { type: 'block', allocation, network }
  }

  private blocks(network: Network) {
    return this.claims.space
      .claims(network.id, { first: network.first, last: lastAddress(network) })
      .filter(claim => isLive(claim) && claim.kind === 'block')
      .sort((a, b) => (a.blockId ?? 0) - (b.blockId ?? 0) || a.id - b.id)
  }

  private find(name: string): { network: Network; pool: PoolFacet } {
    const network = this.claims.space.networks.find(network => network.pool?.name === name)
    if (!network?.pool) return refuse({ code: 'pool-not-found', kind: 'ip', pool: name })
    return { network, pool: network.pool }
  }

  private replace(network: Network, pool: PoolFacet): Network {
    const { revision, timeMs: updatedMs } = this.now
    const after = { ...network, pool, updatedMs, revision }
    const { space } = this.claims
    space.networks = space.networks.map(old => (old.id === network.id ? after : old))
    return after
  }

  private answer(network: Network): Result {
    return { type: 'pool', network, figures: this.figures(network) }
  }

  private checkStrategy(strategy: string, family: number): void {
    if (strategy !== 'sparse' || family === 6) return
    const reason = 'is for IPv6 only: IPv4 has no room to leave gaps'
    refuse({ code: 'invalid', field: 'strategy', value: strategy, reason })
  }

  private checkRevision(expected: number | null, actual: number): void {
    if (expected !== null && expected !== actual)
      refuse({ code: 'revision-mismatch', expected, actual })
  }
}

function networkFor({ cidr, description }: Of<'pool.create'>): Of<'network.create'> {
  const facts = { vrf: 'default', description, tags: [], holdHours: 0 }
  return { type: 'network.create', place: { cidr }, ...facts }
}
