// Random requests about pools, blocks, numbers, and transactions over all kinds.
import fc from 'fast-check'
import {
  type Command,
  type CreateNetworkCommand,
  type CreatePoolCommand,
  formatCidr,
  type NumberPool,
  type PlacementStrategy,
  type TransactionStep,
} from '../../src/ledger/index.js'
import type { Targets } from './model-requests.js'
import { isLive } from './model-space.js'

const STRATEGIES: readonly PlacementStrategy[] = [
  'first',
  'best',
  'last',
  'least_recently_released',
  'sparse',
]

/** A name that is not aimed. */
const MISSED = 'z'
const poolNames = fc.constantFrom('a', 'b', 'c', 'd', 'e', MISSED)
const strategies = fc.constantFrom(...STRATEGIES)
const owners = fc.constantFrom(null, null, 'router-1')
const ifRevisions = fc.constantFrom(null, null, null, null, null, 1)
const lengths = fc.nat(6)
const texts = fc.constantFrom(null, 'text')

type Networks = fc.Arbitrary<Command>
type Ttls = fc.Arbitrary<number | null>

/** `prefixLength` and `cidr` are picks until they are aimed. */
const blockAllocations = (ttls: Ttls) =>
  fc
    .record({ pool: poolNames, prefixLength: lengths, owner: owners, ttlMs: ttls })
    .map(facts => ({ type: 'block.allocate' as const, description: null, ...facts }))
const blockReleases = fc
  .record({ pool: poolNames, cidr: fc.nat(40).map(String), ifRevision: ifRevisions })
  .map(facts => ({ type: 'block.release' as const, ...facts }))
const poolCreations = (networks: Networks): fc.Arbitrary<CreatePoolCommand> =>
  fc
    .record({ name: poolNames, strategy: strategies, description: texts, at: networks })
    .map(({ at, ...facts }) => ({ type: 'pool.create', cidr: cidrOf(at), ...facts }))

export function poolCommands(networks: Networks, ttls: Ttls): fc.Arbitrary<Command> {
  const updates = fc
    .record({ name: poolNames, ifRevision: ifRevisions, strategy: strategies, description: texts })
    .map(
      ({ name, ifRevision, ...set }): Command => ({ type: 'pool.update', name, ifRevision, set }),
    )
  const deletions = fc
    .record({ name: poolNames, ifRevision: ifRevisions })
    .map((facts): Command => ({ type: 'pool.delete', ...facts }))
  return fc.oneof(
    { weight: 5, arbitrary: poolCreations(networks) },
    { weight: 2, arbitrary: updates },
    { weight: 3, arbitrary: deletions },
    { weight: 12, arbitrary: blockAllocations(ttls) },
    { weight: 8, arbitrary: blockReleases },
  )
}

const numberNames = fc.constantFrom('n', 'o', 'p', 'q', 'r', MISSED)
const formats = fc.constantFrom(
  { kind: 'rt', format: 0, administrator: '65000' } as const,
  { kind: 'rt', format: 0, administrator: '65000' } as const,
  { kind: 'rd', format: 1, administrator: '10.0.0.1' } as const,
  { kind: 'vlan', format: null, administrator: null } as const,
)
const numberPools = fc
  .record({
    name: numberNames,
    description: texts,
    rangeStart: fc.integer({ min: 1, max: 3 }),
    rangeEnd: fc.integer({ min: 5, max: 20 }),
    format: formats,
  })
  .map(({ format, ...facts }) => ({ type: 'number-pool.create' as const, ...facts, ...format }))
const values = fc.integer({ min: 0, max: 5 }).map(String)
const numberAllocations = fc
  .record({
    pool: numberNames,
    value: fc.option(values, { freq: 2 }),
    owner: owners,
    description: texts,
  })
  .map(facts => ({ type: 'number.allocate' as const, ...facts }))
const numberReleases = fc
  .record({ pool: numberNames, value: values, ifRevision: ifRevisions })
  .map(facts => ({ type: 'number.release' as const, ...facts }))

export const numberCommands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: numberPools },
  {
    weight: 1,
    arbitrary: numberNames.map((name): Command => {
      return { type: 'number-pool.update', name, ifRevision: null, set: { description: 'new' } }
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ name: numberNames, ifRevision: ifRevisions })
      .map((facts): Command => ({ type: 'number-pool.delete', ...facts })),
  },
  { weight: 14, arbitrary: numberAllocations },
  { weight: 6, arbitrary: numberReleases },
)

const references = fc.nat(3).map(step => ({ step }))

/** Steps over all kinds, some of which refer to earlier ones, rightly or not. */
export function transactions(
  plain: fc.Arbitrary<Command>,
  childNetworks: fc.Arbitrary<Command>,
): fc.Arbitrary<Command> {
  const networks = plain.filter(command => command.type === 'network.create')
  const referring = fc
    .tuple(
      fc.oneof(
        plain,
        childNetworks,
        poolCreations(networks),
        blockAllocations(fc.constant(null)),
        numberAllocations,
      ),
      references,
    )
    .map(([command, reference]) => withReference(command, reference))
  const step = fc.oneof(
    { weight: 2, arbitrary: plain },
    { weight: 2, arbitrary: poolCreations(networks) },
    { weight: 3, arbitrary: blockAllocations(fc.constant(null)) },
    { weight: 2, arbitrary: blockReleases },
    { weight: 1, arbitrary: numberPools },
    { weight: 2, arbitrary: numberAllocations },
    { weight: 1, arbitrary: numberReleases },
    { weight: 6, arbitrary: referring },
  )
  const steps = fc.oneof(
    fc.array(step, { minLength: 1, maxLength: 5 }),
    chains(networks, plain, numberPools),
  )
  return steps.map((steps): Command => {
    return { type: 'transaction', steps: steps as TransactionStep[] }
  })
}

/** Steps that refer to one another as a client would have them: a block, what is made in it, and what is taken there. */
function chains(
  networks: fc.Arbitrary<Command>,
  plain: fc.Arbitrary<Command>,
  pools: fc.Arbitrary<Command>,
): fc.Arbitrary<object[]> {
  const block = blockAllocations(fc.constant(null))
  const allocation = plain.filter(command => command.type === 'allocation.create')
  const to = (step: number) => ({ step })
  return fc.oneof(
    fc
      .tuple(block, networks, allocation, numberAllocations)
      .map(([one, network, two, three]) => [
        one,
        { ...network, place: { cidr: to(0) } },
        { ...two, networkId: to(1), place: { count: 1 } },
        three,
      ]),
    fc
      .tuple(block, poolCreations(networks), block)
      .map(([one, pool, two]) => [
        one,
        { ...pool, cidr: to(0) },
        { ...two, pool: to(1) },
        { type: 'allocation.release', id: to(2), ifRevision: null },
      ]),
    fc
      .tuple(pools, numberAllocations)
      .map(([pool, one]) => [pool, { ...one, pool: to(0), value: null }]),
  )
}

function withReference(command: Command, step: { readonly step: number }): object {
  switch (command.type) {
    case 'network.create':
      return 'cidr' in command.place
        ? { ...command, place: { cidr: step } }
        : { ...command, place: { ...command.place, parentId: step } }
    case 'allocation.create':
      return { ...command, networkId: step }
    case 'allocation.release':
      return { ...command, id: step }
    case 'pool.create':
      return { ...command, cidr: step }
    case 'block.allocate':
    case 'number.allocate':
      return { ...command, pool: step }
    default:
      return command
  }
}

function cidrOf(command: Command): string {
  const { place } = command as CreateNetworkCommand
  return 'cidr' in place ? place.cidr : '10.0.0.0/26'
}

/** Pools that are there, lengths near the pool's own, blocks and numbers that were handed out. */
export function aimedAtPool<Aimed extends Command>(command: Aimed, targets: Targets): Aimed {
  switch (command.type) {
    case 'block.allocate': {
      const pool = named(command.pool, poolsOf(targets))
      const network = targets.networks.find(network => network.pool?.name === pool)
      const own = network?.prefixLength ?? 27
      return { ...command, pool, prefixLength: own - 1 + (command.prefixLength % 7) }
    }
    case 'pool.create':
      return command.description === null ? command : { ...command, ...atNetwork(command, targets) }
    case 'block.release':
      return { ...command, ...aimedBlock(command, targets) }
    case 'pool.update':
    case 'pool.delete':
      return { ...command, name: named(command.name, poolsOf(targets)) }
    case 'number.allocate': {
      const name = named(command.pool, targets.numberPools)
      const pool = targets.numberPools.find(pool => pool.name === name)
      if (pool === undefined || command.value === null) return { ...command, pool: name }
      return { ...command, pool: name, value: textOf(pool, command.value) }
    }
    case 'number.release':
      return { ...command, ...aimedNumber(command, targets) }
    case 'number-pool.update':
    case 'number-pool.delete':
      return { ...command, name: named(command.name, targets.numberPools) }
    default:
      return command
  }
}

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

/** At a network that is there, with a pool or without. */
function atNetwork({ cidr, name }: Of<'pool.create'>, { networks }: Targets) {
  const network = networks[name.charCodeAt(0) % Math.max(networks.length, 1)]
  return typeof cidr !== 'string' || network === undefined ? {} : { cidr: formatCidr(network) }
}

function aimedBlock(command: Of<'block.release'>, { allocations, networks }: Targets) {
  const blocks = allocations.filter(claim => isLive(claim) && claim.kind === 'block')
  const block = blocks[Number(command.cidr) % Math.max(blocks.length, 1)]
  if (block === undefined) return { cidr: '10.0.0.0/30' }
  const { family, first, prefixLength, networkId } = block
  const holder = networks.find(network => network.id === networkId)?.pool?.name
  const pool = Number(command.cidr) % 8 === 0 ? command.pool : (holder ?? command.pool)
  return { pool, cidr: formatCidr({ family, first, prefixLength: prefixLength ?? 0 }) }
}

function aimedNumber(command: Of<'number.release'>, { numberPools, numbers }: Targets) {
  const claims = numbers.filter(claim => claim.status === 'allocated')
  const claim = claims[Number(command.value) % Math.max(claims.length, 1)]
  const pool = numberPools.find(pool => pool.id === claim?.poolId)
  if (claim === undefined || pool === undefined) return {}
  const name = Number(command.value) % 8 === 0 ? command.pool : pool.name
  return { pool: name, value: textOf(pool, claim.value) }
}

/** Most often the name of one that is there; references to steps stay. */
function named<Name>(name: Name, among: readonly { readonly name: string }[]): Name | string {
  if (typeof name !== 'string' || name === MISSED || among.length === 0) return name
  return among[name.charCodeAt(0) % among.length]?.name ?? name
}

function poolsOf({ networks }: Targets): { readonly name: string }[] {
  return networks.flatMap(({ pool }) => (pool === null ? [] : [pool]))
}

function textOf({ kind, administrator }: NumberPool, value: number | string): string {
  return kind === 'vlan' ? String(value) : `${administrator}:${value}`
}
