// Codecs: what goes in comes out, exactly, and damage is a sentence and never a wrong value.
import * as fc from 'fast-check'
import t from 'tap'
import {
  type Allocation,
  COMMAND_VERSION,
  type Command,
  type Network,
  type NumberClaim,
  type NumberPool,
  type Outcome,
  type PoolFacet,
  type Request,
  type Result,
  type TransactionStep,
} from '../../src/ledger/index.js'
import { decodeCommand, encodeCommand } from '../../src/store/codec/command-codec.js'
import {
  decodeOutcome,
  decodeOutcomes,
  encodeOutcome,
  encodeOutcomes,
  outcomeFields,
} from '../../src/store/codec/outcome-codec.js'
import { pack, packAs, unpack } from '../../src/store/codec/packed.js'
import { decodeRequest, encodeRequest } from '../../src/store/index.js'

const id = fc.nat()
const count = fc.maxSafeNat()
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const textOrNull = fc.option(text)
const texts = fc.array(text, { maxLength: 4 })
const numberOrNull = fc.option(count)
const noNull: { requiredKeys: [] } = { requiredKeys: [] }

const create: fc.Arbitrary<Extract<Command, { type: 'allocation.create' }>> = fc.record({
  type: fc.constant('allocation.create'),
  networkId: id,
  place: fc.oneof(
    fc.record({ count }),
    fc.record({ ip: text }),
    fc.record({ prefixLength: fc.integer() }),
  ),
  hostname: textOrNull,
  description: textOrNull,
  tags: texts,
  ttlMs: numberOrNull,
})
const target = { id, ifRevision: numberOrNull }
const release = fc.record({ type: fc.constant('allocation.release' as const), ...target })
const member = fc.record({
  nodeId: count,
  raftAddress: text,
  apiAddress: text,
  dataUuid: fc.uuid(),
})

const strategy = fc.constantFrom<PoolFacet['strategy'][]>(
  'first',
  'best',
  'last',
  'least_recently_released',
  'sparse',
)
const numberKind = fc.constantFrom<NumberPool['kind'][]>('rt', 'rd', 'vlan', 'asn')
const format = fc.constantFrom<NumberPool['format'][]>(null, 0, 1, 2)
const createNetwork = {
  type: fc.constant('network.create' as const),
  vrf: text,
  description: textOrNull,
  tags: texts,
  holdHours: fc.double({ noNaN: true, noDefaultInfinity: true }).filter(x => !Object.is(x, -0)),
}
const createPool = {
  type: fc.constant('pool.create' as const),
  name: text,
  description: textOrNull,
  strategy,
}
const allocateBlock = {
  type: fc.constant('block.allocate' as const),
  prefixLength: fc.integer(),
  description: textOrNull,
  owner: textOrNull,
  ttlMs: numberOrNull,
}
const allocateNumber = {
  type: fc.constant('number.allocate' as const),
  value: textOrNull,
  description: textOrNull,
  owner: textOrNull,
}
const releaseBlock = fc.record({
  type: fc.constant('block.release' as const),
  pool: text,
  cidr: text,
  ifRevision: numberOrNull,
})
const createNumberPool = fc.record({
  type: fc.constant('number-pool.create' as const),
  name: text,
  description: textOrNull,
  kind: numberKind,
  format,
  administrator: textOrNull,
  rangeStart: fc.integer(),
  rangeEnd: count,
})
const releaseNumber = fc.record({
  type: fc.constant('number.release' as const),
  pool: text,
  value: text,
  ifRevision: numberOrNull,
})

const earlier = fc.record({ step: fc.nat(400) })
const textOrStep = fc.oneof(text, earlier)
const idOrStep = fc.oneof(id, earlier)
const step: fc.Arbitrary<TransactionStep> = fc.oneof(
  fc.record({
    ...createNetwork,
    place: fc.oneof(
      fc.record({ cidr: textOrStep }),
      fc.record({ parentId: idOrStep, prefixLength: fc.integer() }),
    ),
  }),
  fc.tuple(create, idOrStep).map(([rest, networkId]) => ({ ...rest, networkId })),
  fc.record({
    type: fc.constant('allocation.release' as const),
    id: idOrStep,
    ifRevision: numberOrNull,
  }),
  fc.record({ ...createPool, cidr: textOrStep }),
  fc.record({ ...allocateBlock, pool: textOrStep }),
  releaseBlock,
  createNumberPool,
  fc.record({ ...allocateNumber, pool: textOrStep }),
  releaseNumber,
)

const poolCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ ...createPool, cidr: text }),
  fc.record({
    type: fc.constant('pool.update' as const),
    name: text,
    ifRevision: numberOrNull,
    set: fc.record({ description: textOrNull, strategy }, noNull),
  }),
  fc.record({
    type: fc.constantFrom('pool.delete' as const, 'number-pool.delete' as const),
    name: text,
    ifRevision: numberOrNull,
  }),
  fc.record({ ...allocateBlock, pool: text }),
  releaseBlock,
  createNumberPool,
  fc.record({
    type: fc.constant('number-pool.update' as const),
    name: text,
    ifRevision: numberOrNull,
    set: fc.record({ description: textOrNull }, noNull),
  }),
  fc.record({ ...allocateNumber, pool: text }),
  releaseNumber,
  fc.record({ type: fc.constant('transaction' as const), steps: fc.array(step) }),
  fc.record({ type: fc.constant('sweep' as const), rowsMax: count }),
)

const command: fc.Arbitrary<Command> = fc.oneof(
  poolCommand,
  fc.record({
    type: fc.constant('genesis' as const),
    clusterId: id,
    clusterUuid: fc.uuid(),
    members: fc.array(member),
  }),
  fc.record({
    type: fc.constant('member.add' as const),
    nodeId: count,
    raftAddress: text,
    apiAddress: text,
    replaces: numberOrNull,
  }),
  fc.record({
    type: fc.constant('member.update' as const),
    nodeId: count,
    set: fc.record({ raftAddress: text, apiAddress: text, dataUuid: text }, noNull),
  }),
  fc.record({
    type: fc.constantFrom(
      'member.remove' as const,
      'member.keep' as const,
      'member.forget' as const,
    ),
    nodeId: count,
  }),
  fc.record({
    type: fc.constant('member.remove' as const),
    nodeId: count,
    forced: fc.constant(true as const),
  }),
  fc.record({ type: fc.constant('effects.switch' as const), on: fc.boolean() }),
  fc.record({ type: fc.constant('vrf.create' as const), name: text, description: textOrNull }),
  fc.record({
    type: fc.constant('vrf.update' as const),
    ...target,
    set: fc.record({ name: text, description: textOrNull }, noNull),
  }),
  fc.record({ type: fc.constantFrom('vrf.delete' as const, 'network.delete' as const), ...target }),
  fc.record({
    ...createNetwork,
    place: fc.oneof(
      fc.record({ cidr: text }),
      fc.record({ parentId: id, prefixLength: fc.integer() }),
    ),
  }),
  fc.record({
    type: fc.constant('network.update' as const),
    ...target,
    set: fc.record({ description: textOrNull, tags: texts, holdHours: count }, noNull),
  }),
  create,
  fc.record({
    type: fc.constant('allocation.update' as const),
    ...target,
    set: fc.record({ hostname: textOrNull, description: textOrNull, tags: texts }, noNull),
  }),
  fc.record({ type: fc.constant('allocation.renew' as const), ...target, ttlMs: numberOrNull }),
  release,
  fc.record({ type: fc.constant('bulk' as const), steps: fc.array(fc.oneof(create, release)) }),
  fc.record({ type: fc.constant('expire' as const), rowsMax: count }),
  fc.record({
    type: fc.constant('prune' as const),
    changesBeforeMs: count,
    changesMax: numberOrNull,
    idempotencyBeforeMs: count,
    idempotencyMax: numberOrNull,
    rowsMax: count,
  }),
)

const permissions = ['read', 'allocate', 'release', 'update', 'admin'] as const
const whose = { userId: count, permission: fc.constantFrom(...permissions) }

const request: fc.Arbitrary<Request> = fc.record({
  version: fc.constant(1),
  session: fc.record({ nodeId: count, start: count }),
  sequence: count,
  awaitedFrom: count,
  origin: fc.record({ actor: text, clientAddress: textOrNull, userAgent: textOrNull }),
  principal: fc.option(
    fc.oneof(
      fc.record({ ...whose, kind: fc.constant('access' as const), tokenId: text, epoch: count }),
      fc.record({ ...whose, kind: fc.constant('api' as const), apiTokenId: count }),
    ),
  ),
  idempotency: fc.option(fc.record({ scopeHash: text, requestHash: text })),
  command,
})

const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item)))

t.test('every request comes back as it was', async t => {
  fc.assert(
    fc.property(request, value => {
      t.strictSame(plain(decodeRequest(encodeRequest(value))), plain(value))
    }),
    { numRuns: 300 },
  )
})

t.test(
  'a damaged request is refused with a sentence, and never a crash of another kind',
  async t => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 1, max: 255 }),
      cut: fc.nat(),
    })
    fc.assert(
      fc.property(request, change, (value, { at, byte, cut }) => {
        const bytes = encodeRequest(value)
        const shorter = bytes.subarray(0, cut % bytes.length)
        t.throws(() => decodeRequest(shorter), Error, 'cut short')
        const flipped = Uint8Array.from(bytes)
        flipped[at % bytes.length] = (flipped[at % bytes.length] ?? 0) ^ byte
        try {
          encodeRequest(decodeRequest(flipped))
        } catch (error) {
          t.match((error as Error).message, /\.$/, 'a full sentence')
        }
      }),
      { numRuns: 200 },
    )
  },
)

const sample: Request = {
  version: 1,
  session: { nodeId: 1, start: 1 },
  sequence: 1,
  awaitedFrom: 0,
  origin: { actor: 'system', clientAddress: null, userAgent: null },
  principal: null,
  idempotency: null,
  command: { type: 'expire', rowsMax: 10 },
}

const pool = { type: 'pool.create', name: 'a', cidr: '::/0', description: null, strategy: 'first' }
const numbers = {
  type: 'number-pool.create',
  name: 'a',
  description: null,
  kind: 'rt',
  format: 0,
  administrator: '65000',
  rangeStart: 1,
  rangeEnd: 2,
}
const transaction = (...steps: unknown[]) => ({ type: 'transaction', steps })

t.test('what another node could not read is refused before it enters the log', async t => {
  const wrong: [string, unknown][] = [
    ['a missing field', { ...sample, command: { type: 'expire' } }],
    ['text for a number', { ...sample, command: { type: 'expire', rowsMax: '10' } }],
    ['no number', { ...sample, command: { type: 'expire', rowsMax: Number.NaN } }],
    ['a fraction as sequence', { ...sample, sequence: 1.5 }],
    ['a missing actor', { ...sample, origin: { ...sample.origin, actor: undefined } }],
    [
      'an unknown field to set',
      {
        ...sample,
        command: { type: 'vrf.update', id: 1, ifRevision: null, set: { constructor: 1 } },
      },
    ],
    [
      'a set value of another kind',
      { ...sample, command: { type: 'vrf.update', id: 1, ifRevision: null, set: { name: null } } },
    ],
    ['a strategy that there is not', { ...sample, command: { ...pool, strategy: 'newest' } }],
    [
      'a strategy to set that there is not',
      {
        ...sample,
        command: { type: 'pool.update', name: 'a', ifRevision: null, set: { strategy: 'newest' } },
      },
    ],
    ['a format that there is not', { ...sample, command: { ...numbers, format: 3 } }],
    ['a kind that there is not', { ...sample, command: { ...numbers, kind: 'mac' } }],
    ['a fraction as step', { ...sample, command: transaction({ ...pool, cidr: { step: 0.5 } }) }],
    [
      'a step before the first',
      { ...sample, command: transaction({ ...pool, cidr: { step: -1 } }) },
    ],
    ['a step that is none', { ...sample, command: transaction({ type: 'sweep', rowsMax: 5 }) }],
    ['a transaction in a transaction', { ...sample, command: transaction(transaction(pool)) }],
  ]
  for (const [what, value] of wrong) t.throws(() => encodeRequest(value as Request), Error, what)
})

t.test('a request of a newer program says so', async t => {
  t.throws(() => encodeRequest({ ...sample, version: COMMAND_VERSION + 1 }), /upgrade this node/)
  const bytes = encodeRequest(sample)
  bytes[0] = 9
  t.throws(() => decodeRequest(bytes), /has format 9, and this program reads format 1/)
  t.throws(() => decodeRequest(new Uint8Array()), /has format none/)
})

const allocation: fc.Arbitrary<Allocation> = fc.record({
  id,
  networkId: id,
  vrfId: id,
  family: fc.constantFrom(4, 6),
  first: fc.bigInt(0n, (1n << 128n) - 1n),
  last: fc.bigInt(0n, (1n << 64n) + 5n),
  kind: fc.constantFrom('address', 'run', 'block'),
  prefixLength: fc.option(fc.integer({ min: 0, max: 128 })),
  blockId: fc.option(id),
  hostname: textOrNull,
  description: textOrNull,
  owner: textOrNull,
  tags: texts,
  details: fc.constant(null),
  status: fc.constantFrom('allocated', 'released', 'expired'),
  allocatedMs: count,
  expiresMs: numberOrNull,
  releasedMs: numberOrNull,
  heldUntilMs: numberOrNull,
  revision: count,
})

const network: fc.Arbitrary<Network> = fc.record({
  id,
  vrfId: id,
  family: fc.constantFrom(4 as const, 6 as const),
  first: fc.bigInt(0n, (1n << 128n) - 1n),
  prefixLength: fc.nat(128),
  description: textOrNull,
  tags: texts,
  holdHours: id,
  pool: fc.option(
    fc.record({
      id,
      name: text,
      description: textOrNull,
      strategy,
      strategyRevision: count,
      createdMs: count,
    }),
  ),
  subnet: fc.constant(null),
  region: fc.constant(null),
  createdMs: count,
  updatedMs: count,
  revision: count,
})

const numberPool: fc.Arbitrary<NumberPool> = fc.record({
  id,
  name: text,
  description: textOrNull,
  kind: numberKind,
  format,
  administrator: textOrNull,
  rangeStart: count,
  rangeEnd: count,
  createdMs: count,
  updatedMs: count,
  revision: count,
})

const number: fc.Arbitrary<NumberClaim> = fc.record({
  id,
  poolId: id,
  value: count,
  description: textOrNull,
  owner: textOrNull,
  status: fc.constantFrom('allocated', 'released'),
  allocatedMs: count,
  releasedMs: numberOrNull,
  revision: count,
})

const size = fc.bigInt(0n, 1n << 128n)
const stepResult: fc.Arbitrary<Result> = fc.oneof(
  fc.record({ type: fc.constant('none' as const) }),
  fc.record({ type: fc.constant('allocation' as const), allocation }),
  fc.record({ type: fc.constant('network' as const), network }),
  fc.record({
    type: fc.constant('pool' as const),
    network,
    figures: fc.record({ total: size, allocated: size, available: size }),
  }),
  fc.record({ type: fc.constant('block' as const), allocation, network }),
  fc.record({
    type: fc.constant('number-pool' as const),
    pool: numberPool,
    figures: fc.record({ total: count, allocated: count, available: count }),
  }),
  fc.record({ type: fc.constant('number' as const), number, pool: numberPool }),
)

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({
    revision: count,
    originalRevision: count,
    ok: fc.constant(true as const),
    result: fc.oneof(
      stepResult,
      fc.record({ type: fc.constant('bulk' as const), allocations: fc.array(allocation) }),
      fc.record({ type: fc.constant('slice' as const), rows: id, more: fc.boolean() }),
      fc.record({
        type: fc.constant('vrf' as const),
        vrf: fc.record({ id, name: text, description: textOrNull, createdMs: count, revision: id }),
      }),
      fc.record({
        type: fc.constant('transaction' as const),
        results: fc.array(stepResult, { maxLength: 4 }),
      }),
    ),
  }),
  fc.record({
    revision: count,
    originalRevision: count,
    ok: fc.constant(false as const),
    refusal: fc.oneof(
      fc.record({ code: fc.constant('network-not-found' as const), id }),
      fc.record({
        code: fc.constant('step-refused' as const),
        step: id,
        refusal: fc.record({
          code: fc.constant('no-space' as const),
          networkId: id,
          wanted: text,
          free: text,
        }),
      }),
    ),
  }),
)

t.test(
  'every outcome comes back as it was, bigints included, and encodes to the same bytes',
  async t => {
    fc.assert(
      fc.property(outcome, value => {
        const bytes = encodeOutcome(value)
        const back = decodeOutcome(bytes)
        t.strictSame(plain(back), plain(value))
        t.strictSame(encodeOutcome(back), bytes)
      }),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(count, outcome), { maxLength: 5 }), list => {
        t.strictSame(plain(decodeOutcomes(encodeOutcomes(list))), plain(list))
      }),
      { numRuns: 100 },
    )
  },
)

t.test('numbers stay numbers and bigints stay bigints', async t => {
  const values = [
    0,
    1,
    -1,
    2 ** 32,
    2 ** 53 - 1,
    1.5,
    0n,
    5n,
    -1n,
    2n ** 63n,
    2n ** 64n,
    2n ** 128n,
  ]
  for (const value of values) t.equal(unpack(pack(value)), value)
})

t.test('a prune from before it had limits is one without limits', async t => {
  const limits = { changesMax: null, idempotencyMax: null }
  const times = { changesBeforeMs: 5, idempotencyBeforeMs: 6 }
  const command = { type: 'prune', ...times, ...limits, rowsMax: 7 } as const
  t.strictSame(decodeCommand([13, 5, 6, 7]), command)
  t.throws(() => decodeCommand([13, 5, 6, 7, 8]), /it has 5 fields where 4 are known/)
  t.strictSame(encodeCommand(command), [14, 5, null, 6, null, 7])
})

t.test('codes of commands stand as they are in logs', async t => {
  const none = { description: null, owner: null }
  const target = { name: 'a', ifRevision: null }
  const step = { type: 'block.allocate', pool: { step: 0 }, prefixLength: 30, ...none, ttlMs: null }
  for (const [command, values] of [
    [pool, [22, 'a', '::/0', null, 0]],
    [
      { type: 'pool.update', ...target, set: { strategy: 'best' } },
      [23, 'a', null, { strategy: 'best' }],
    ],
    [{ type: 'pool.delete', ...target }, [24, 'a', null]],
    [{ ...step, pool: 'a' }, [25, 'a', 30, null, null, null]],
    [{ type: 'block.release', pool: 'a', cidr: 'c', ifRevision: 5 }, [26, 'a', 'c', 5]],
    [numbers, [27, 'a', null, 0, 0, '65000', 1, 2]],
    [{ type: 'number-pool.update', ...target, set: {} }, [28, 'a', null, {}]],
    [{ type: 'number-pool.delete', ...target }, [29, 'a', null]],
    [{ type: 'number.allocate', pool: 'a', value: null, ...none }, [30, 'a', null, null, null]],
    [{ type: 'number.release', pool: 'a', value: '7', ifRevision: null }, [31, 'a', '7', null]],
    [
      transaction(pool, step),
      [
        32,
        [
          [[22, 'a', '::/0', null, 0], null],
          [[25, '', 30, null, null, null], 0],
        ],
      ],
    ],
    [{ type: 'sweep', rowsMax: 250 }, [33, 250]],
  ] as unknown as [Command, unknown[]][]) {
    t.strictSame(encodeCommand(command), values)
    t.strictSame(decodeCommand(values), command)
  }
})

t.test('a damaged transaction is refused with a sentence', async t => {
  const block = [26, 'a', 'c', null]
  for (const [steps, message] of [
    [[[block, 0]], /a block\.release names no earlier step/],
    [[[[33, 5], null]], /code 33 is no step/],
    [[[[32, []], null]], /code 32 is no step/],
    [[[[99], null]], /code 99 is no step/],
    [[[block, 1.5]], /there is no step 1\.5/],
    [[[block, null, 0]], /it has 3 fields where 2 are known/],
    [[[[...block, 0], null]], /it has 5 fields where 4 are known/],
  ] as const) {
    t.throws(() => decodeCommand([32, steps]), message)
  }
})

t.test('what has no pool is kept in the bytes that it had before there were pools', async t => {
  const [plain] = fc.sample(allocation, 1)
  const row = { ...(plain as Allocation), blockId: null, owner: null }
  const [sampled] = fc.sample(network, 1)
  const results: [Result, number][] = [
    [{ type: 'allocation', allocation: row }, 18],
    [{ type: 'allocation', allocation: { ...row, blockId: 7 } }, 20],
    [{ type: 'network', network: { ...(sampled as Network), pool: null } }, 12],
  ]
  for (const [result, fieldCount] of results) {
    const fields = outcomeFields({ revision: 1, originalRevision: 1, ok: true, result })
    t.equal((fields[3] as unknown[]).length, fieldCount)
  }
})

t.test('a transaction is no step of another, in an outcome neither', async t => {
  const nested = [1, 1, true, [10, [[10, []]]]]
  t.throws(() => decodeOutcome(packAs(1, nested)), /has the unknown result 10/)
})
