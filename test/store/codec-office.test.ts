// Subnets, details, reservations and alerts in the log and in outcomes: each comes back as it was, and what says nothing of
// them stands in the bytes it always had.
import * as fc from 'fast-check'
import t from 'tap'
import {
  type AllocationDetails,
  type Command,
  type CustomFields,
  commandVersionOf,
  type Outcome,
  type Request,
  type Reservation,
  type Result,
  type SubnetFacet,
} from '../../src/ledger/index.js'
import { decodeCommand, encodeCommand } from '../../src/store/codec/command-codec.js'
import { decodeOutcome, encodeOutcome, outcomeFields } from '../../src/store/codec/outcome-codec.js'
import { packAs } from '../../src/store/codec/packed.js'
import { decodeRequest, encodeRequest } from '../../src/store/index.js'
import { reservationRow } from '../support/ledger-rows-reservations.js'
import {
  allocationRow,
  detailsOf,
  networkRow,
  poolFacet,
  subnetFacet,
} from '../support/ledger-rows-samples.js'

const count = fc.maxSafeNat()
const countOrNull = fc.option(count)
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const textOrNull = fc.option(text)
const texts = fc.array(text, { maxLength: 4 })
const value = fc.oneof(text, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }))
const customFields: fc.Arbitrary<CustomFields> = fc
  .array(fc.tuple(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '7')), value), {
    maxLength: 5,
  })
  .map(pairs => Object.fromEntries(pairs.map(([name, of]) => [name, of === 0 ? 0 : of])))
const some = { requiredKeys: [] }
const type = <Type extends Command['type']>(name: Type) => fc.constant(name)
const target = { id: count, ifRevision: countOrNull }
const facts = fc.record(
  {
    mac: textOrNull,
    deviceType: textOrNull,
    location: textOrNull,
    customFields,
    owner: textOrNull,
  },
  some,
)
const subnetFacts = { gateway: textOrNull, vlanId: countOrNull, location: textOrNull, customFields }
const what = { description: textOrNull, tags: texts }
const create = fc.record(
  {
    type: type('allocation.create'),
    networkId: count,
    place: fc.constant({ count: 1 }),
    hostname: textOrNull,
    ...what,
    ttlMs: countOrNull,
    facts,
  },
  { requiredKeys: ['type', 'networkId', 'place', 'hostname', 'description', 'tags', 'ttlMs'] },
)
const release = fc.record(
  { type: type('allocation.release'), ...target, reason: text },
  { requiredKeys: ['type', 'id', 'ifRevision'] },
)

const conversion = fc.oneof(
  fc.record({
    region: fc.record({ name: text, owner: textOrNull, description: textOrNull, tags: texts }),
  }),
  fc.record({
    host: fc.record({ hostname: text, description: textOrNull, tags: texts, facts }),
  }),
)

const command = fc.oneof(
  create,
  release,
  fc
    .tuple(
      fc.record({ type: type('allocation.update'), ...target }),
      fc.record({ hostname: textOrNull, ...what }, some),
      facts,
    )
    .map(([update, set, more]) => ({ ...update, set: { ...set, ...more } })),
  fc.record({ type: type('bulk'), steps: fc.array(fc.oneof(create, release), { maxLength: 3 }) }),
  fc.record({
    type: type('transaction'),
    steps: fc.array(fc.oneof(create, release), { maxLength: 3 }),
  }),
  fc.record({
    type: type('subnet.create'),
    vrf: text,
    cidr: text,
    ...what,
    subnet: fc.record(subnetFacts),
  }),
  fc.record({
    type: type('subnet.update'),
    ...target,
    set: fc.record({ ...subnetFacts, ...what }, some),
  }),
  fc.record({
    type: type('reservation.create'),
    uid: text,
    vrf: text,
    ip: text,
    reason: textOrNull,
    expiresMs: countOrNull,
  }),
  fc.record({ type: type('reservation.cancel'), ...target, reason: textOrNull }),
  fc.record({
    type: type('reservation.place'),
    uid: text,
    vrf: text,
    cidr: text,
    reason: textOrNull,
    ttlMs: countOrNull,
  }),
  fc.record({ type: type('reservation.dismiss'), ...target }),
  fc.record({ type: type('reservation.convert'), ...target, to: conversion }),
  fc.record({
    type: type('alerts.review'),
    networkIds: fc.array(count),
    allocationIds: fc.array(count),
    forgetBeforeMs: count,
  }),
  fc.record({ type: type('alert.mailed'), id: count, number: count }),
) as fc.Arbitrary<Command>

const sample: Request = {
  version: 5,
  session: { nodeId: 1, start: 1 },
  sequence: 1,
  awaitedFrom: 0,
  origin: { actor: 'anna', clientAddress: null, userAgent: null },
  principal: null,
  idempotency: null,
  command: { type: 'alert.mailed', id: 1, number: 1 },
}
/** Names such as `__proto__` too, in an order of their own. */
const plain = (of: unknown): unknown =>
  typeof of !== 'object' || of === null
    ? of
    : Array.isArray(of)
      ? of.map(plain)
      : Object.entries(of)
          .map(([name, inner]) => [name, plain(inner)])
          .sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1))

t.test('every command comes back as it was', async t => {
  fc.assert(
    fc.property(command, of => {
      const request = { ...sample, version: commandVersionOf(of), command: of }
      const bytes = encodeRequest(request)
      const back = decodeRequest(bytes)
      t.strictSame(plain(back), plain(request))
      t.strictSame(encodeRequest(back).length, bytes.length)
    }),
    { numRuns: 600 },
  )
})

const target5 = { id: 5, ifRevision: null }
const plainCreate = {
  type: 'allocation.create',
  networkId: 1,
  place: { count: 1 },
  hostname: null,
  description: null,
  tags: [],
  ttlMs: null,
} as const
const bareFacts = { gateway: null, vlanId: null, location: null, customFields: {} } as const

t.test('codes of commands stand as they are in logs', async t => {
  const about = { description: null, tags: ['a'] }
  for (const [command, values] of [
    [
      {
        type: 'subnet.create',
        vrf: 'default',
        cidr: 'c',
        ...about,
        subnet: { gateway: 'g', vlanId: 7, location: 'l', customFields: { a: 1, b: true } },
      },
      [
        ...[70, 'default', 'c', null, ['a'], 'g', 7, 'l'],
        [
          ['a', 1],
          ['b', true],
        ],
      ],
    ],
    [
      { type: 'subnet.update', ...target5, set: { gateway: null, customFields: { a: 'b' } } },
      [71, 5, null, { gateway: null, customFields: [['a', 'b']] }],
    ],
    [{ type: 'subnet.update', ...target5, set: {} }, [71, 5, null, {}]],
    [
      { type: 'reservation.create', uid: 'u', vrf: 'v', ip: 'i', reason: 'r', expiresMs: 9 },
      [72, 'u', 'v', 'i', 'r', 9],
    ],
    [{ type: 'reservation.cancel', ...target5, reason: null }, [73, 5, null, null]],
    [
      { type: 'reservation.place', uid: 'u', vrf: 'v', cidr: 'c', reason: 'r', ttlMs: 9 },
      [74, 'u', 'v', 'c', 'r', 9],
    ],
    [
      {
        type: 'reservation.convert',
        ...target5,
        to: { region: { name: 'n', owner: 'o', description: null, tags: ['a'] } },
      },
      [75, 5, null, 0, 'n', 'o', null, ['a']],
    ],
    [
      {
        type: 'reservation.convert',
        ...target5,
        to: { host: { hostname: 'h', description: 'd', tags: [], facts: { owner: 'o' } } },
      },
      [75, 5, null, 1, 'h', 'd', [], { owner: 'o' }],
    ],
    [{ type: 'reservation.dismiss', ...target5 }, [76, 5, null]],
    [
      { type: 'alerts.review', networkIds: [1, 2], allocationIds: [], forgetBeforeMs: 3 },
      [80, [1, 2], [], 3],
    ],
    [{ type: 'alert.mailed', id: 5, number: 2 }, [81, 5, 2]],
  ] as unknown as [Command, unknown[]][]) {
    t.strictSame(encodeCommand(command), values)
    t.strictSame(decodeCommand(values), command)
  }
})

t.test(
  'what is said besides stands behind the other fields, and only where it is said',
  async t => {
    const fields = [7, 1, 0, 1, null, null, [], null]
    const facts = { mac: 'm', customFields: { a: 1 }, owner: null }
    const asKept = { mac: 'm', customFields: [['a', 1]], owner: null }
    const update = { type: 'allocation.update', ...target5 }
    const release = { type: 'allocation.release', ...target5 }
    const step = (more: object) => ({ ...plainCreate, ...more })
    for (const [command, values] of [
      [plainCreate, fields],
      [step({ facts: {} }), [...fields, {}]],
      [step({ facts }), [...fields, asKept]],
      [{ ...update, set: {} }, [8, 5, null, {}]],
      [{ ...update, set: { hostname: 'h' } }, [8, 5, null, { hostname: 'h' }]],
      [{ ...update, set: { hostname: 'h', ...facts } }, [8, 5, null, { hostname: 'h' }, asKept]],
      [{ ...update, set: { mac: null } }, [8, 5, null, {}, { mac: null }]],
      [release, [10, 5, null]],
      [{ ...release, reason: '' }, [10, 5, null, '']],
      [
        { type: 'bulk', steps: [release, step({ facts }), { ...release, reason: 'r' }] },
        [
          11,
          [
            [10, 5, null],
            [...fields, asKept],
            [10, 5, null, 'r'],
          ],
        ],
      ],
      [
        { type: 'transaction', steps: [step({ networkId: { step: 0 }, facts })] },
        [32, [[[7, 0, ...fields.slice(2), asKept], 0]]],
      ],
    ] as unknown as [Command, unknown[]][]) {
      t.strictSame(encodeCommand(command), values)
      t.strictSame(decodeCommand(values), command)
    }
  },
)

t.test('what another node could not read is refused before it enters the log', async t => {
  const update = (set: object) => ({ type: 'allocation.update', ...target5, set })
  const subnet = (set: object) => ({
    type: 'subnet.create',
    vrf: 'v',
    cidr: 'c',
    description: null,
    tags: [],
    subnet: { ...bareFacts, ...set },
  })
  for (const [what, command] of [
    ['a MAC that is none', update({ mac: 5 })],
    ['a fact that there is not', { ...plainCreate, facts: { serial: 'x' } }],
    ['facts that are none', { ...plainCreate, facts: 'x' }],
    ['a custom field that is a list', update({ customFields: { a: [] } })],
    ['a custom field that is null', subnet({ customFields: { a: null } })],
    ['a custom field that is no number', subnet({ customFields: { a: Number.NaN } })],
    ['a gateway that is no text', subnet({ gateway: 5n })],
    ['a VLAN id that is text', { type: 'subnet.update', ...target5, set: { vlanId: '7' } }],
    ['the creator', { type: 'subnet.update', ...target5, set: { createdBy: 7 } }],
    ['a reason that is none', { type: 'allocation.release', ...target5, reason: null }],
    ['no UUID', { type: 'reservation.create', vrf: 'v', ip: 'i', reason: null, expiresMs: null }],
    ['a fraction as id', { type: 'reservation.cancel', id: 0.5, ifRevision: null, reason: null }],
    ['no ids', { type: 'alerts.review', networkIds: ['1'], allocationIds: [], forgetBeforeMs: 1 }],
    ['a mail before the first', { type: 'alert.mailed', id: 1, number: -1 }],
  ] as const)
    t.throws(() => encodeRequest({ ...sample, command } as unknown as Request), Error, what)
})

t.test('the sign of a zero is left out, as in a row', async t => {
  const minus: Command = { ...plainCreate, facts: { customFields: { a: -0, b: 0.5 } } }
  const back = decodeCommand(encodeCommand(minus)) as typeof minus
  t.ok(Object.is(back.facts?.customFields?.a, 0))
  t.equal(back.facts?.customFields?.b, 0.5)
})

const first = fc.bigInt(0n, (1n << 128n) - 1n)
const subnet: fc.Arbitrary<SubnetFacet> = fc.record({
  gateway: fc.option(first),
  vlanId: countOrNull,
  location: textOrNull,
  customFields,
  createdBy: countOrNull,
})
const details: fc.Arbitrary<AllocationDetails> = fc.record({
  mac: textOrNull,
  formerMacs: texts,
  deviceType: textOrNull,
  location: textOrNull,
  customFields,
  allocatedBy: countOrNull,
  releaseReason: textOrNull,
  host: fc.constant(null),
})
const reservation: fc.Arbitrary<Reservation> = fc.record({
  id: count,
  uid: text,
  networkId: countOrNull,
  vrfId: count,
  family: fc.constantFrom(4 as const, 6 as const),
  first,
  prefixLength: fc.constantFrom(24, 32, 64, 128),
  reason: textOrNull,
  holder: text,
  holderId: countOrNull,
  status: fc.constantFrom('active', 'expired', 'converted', 'cancelled'),
  createdMs: count,
  expiresMs: countOrNull,
  endedMs: countOrNull,
  allocationId: countOrNull,
  madeNetworkId: countOrNull,
  cancelReason: textOrNull,
  isHidden: fc.boolean(),
  revision: count,
})
const network = fc
  .tuple(fc.option(subnet), fc.option(fc.nat(99)))
  .map(([subnet, id]) =>
    networkRow({ id: 1, subnet, pool: id === null ? null : poolFacet({ id }) }),
  )
const allocation = fc
  .tuple(fc.option(details), countOrNull, textOrNull)
  .map(([details, blockId, owner]) => allocationRow({ id: 1, first: 5n, details, blockId, owner }))
const figures = fc.constant({ total: 8n, allocated: 3n, available: 5n })
const step: fc.Arbitrary<Result> = fc.oneof(
  fc.record({ type: fc.constant('network' as const), network }),
  fc.record({ type: fc.constant('allocation' as const), allocation }),
  fc.record({ type: fc.constant('pool' as const), network, figures }),
  fc.record({ type: fc.constant('block' as const), allocation, network }),
  fc.record({ type: fc.constant('reservation' as const), reservation }),
  fc.record({
    type: fc.constant('conversion' as const),
    reservation,
    network: fc.option(fc.constant(networkRow({ id: 3 }))),
    allocation: fc.option(fc.constant(allocationRow({ id: 4, first: 5n, owner: 'o' }))),
  }),
)
const result: fc.Arbitrary<Result> = fc.oneof(
  step,
  fc.record({ type: fc.constant('transaction' as const), results: fc.array(step) }),
  fc.record({ type: fc.constant('bulk' as const), allocations: fc.array(allocation) }),
)

t.test('every outcome comes back as it was, and encodes to the same bytes', async t => {
  fc.assert(
    fc.property(result, result => {
      const outcome: Outcome = { revision: 5, originalRevision: 5, ok: true, result }
      const bytes = encodeOutcome(outcome)
      const back = decodeOutcome(bytes)
      t.strictSame(plain(back), plain(outcome))
      t.strictSame(encodeOutcome(back), bytes)
    }),
    { numRuns: 400 },
  )
})

const fieldsOf = (result: Result) =>
  outcomeFields({ revision: 1, originalRevision: 1, ok: true, result })[3] as unknown[]
t.test('facets stand behind the fields that there were before them', async t => {
  const pool = poolFacet({ id: 9 })
  const subnet = subnetFacet({ gateway: 1n, vlanId: 7, customFields: { a: 1 } })
  const ofNetwork = (set: object) =>
    fieldsOf({ type: 'network', network: networkRow({ id: 1, ...set }) }).slice(12)
  const asKept = [1n, 7, null, [['a', 1]], null]
  const poolKept = [9, 'pool 9', null, 0, 3, pool.createdMs]
  t.strictSame(ofNetwork({}), [])
  t.strictSame(ofNetwork({ pool }), poolKept)
  t.strictSame(ofNetwork({ subnet }), [null, asKept])
  t.strictSame(ofNetwork({ pool, subnet }), [...poolKept, asKept])

  const details = detailsOf({ mac: 'm', formerMacs: ['n'], allocatedBy: 3 })
  const ofAllocation = (set: object) =>
    fieldsOf({ type: 'allocation', allocation: allocationRow({ id: 1, first: 1n, ...set }) })
  const detailsKept = ['m', ['n'], null, null, [], 3, null]
  t.equal(ofAllocation({}).length, 18)
  t.strictSame(ofAllocation({ owner: 'o' }).slice(18), [null, 'o'])
  t.strictSame(ofAllocation({ details }).slice(18), [null, null, detailsKept])
  t.strictSame(ofAllocation({ owner: 'o', details }).slice(18), [null, 'o', detailsKept])
})

t.test('codes of reservations stand as they are in rows', async t => {
  const of = (set: Partial<Reservation>) =>
    fieldsOf({ type: 'reservation', reservation: reservationRow({ id: 1, first: 5n, ...set }) })
  const uid = '00000000-0000-4000-8000-000000000001'
  const head = [30, 1, uid, 1, 1, 4, 5n, null, 'anna', 3]
  const createdMs = 1_700_000_000_000
  t.strictSame(of({}), [...head, 0, createdMs, null, null, null, null, 7])
  for (const [code, status] of (['expired', 'converted', 'cancelled'] as const).entries()) {
    t.equal(of({ status })[10], code + 1)
  }
})

t.test('what came with CIDRs stands behind, and only where it says something', async t => {
  const tail = (set: Partial<Reservation>) => {
    const row = reservationRow({ id: 1, first: 0n, ...set })
    return fieldsOf({ type: 'reservation', reservation: row }).slice(17)
  }
  t.strictSame(tail({}), [])
  t.strictSame(tail({ family: 6, prefixLength: 128 }), [])
  t.strictSame(tail({ prefixLength: 24 }), [24])
  t.strictSame(tail({ prefixLength: 24, madeNetworkId: 9 }), [24, 9])
  t.strictSame(tail({ isHidden: true }), [null, null, true])
})

t.test('a damaged conversion is refused with a sentence', async t => {
  const convert = (...to: unknown[]) => decodeCommand([75, 5, null, ...to])
  t.throws(() => convert(2, 'n', null, null, []), /unknown code 2/)
  t.throws(() => convert(0, 'n', 5, null, []), /should be a text/)
  t.throws(() => convert(0, 'n', null, null, [], 0), /known/)
  t.throws(() => convert(1, 'h', null, [], { serial: 'x' }), /unknown field serial/)
})

t.test('a damaged facet is refused with a sentence', async t => {
  const network = networkRow({ id: 1, subnet: subnetFacet({ gateway: 5n }) })
  const kept = fieldsOf({ type: 'network', network })
  const withLast = (...last: unknown[]) => packAs(1, [1, 1, true, [...kept.slice(0, 12), ...last]])
  for (const [last, message] of [
    [[null], /ends after 13 fields/],
    [[null, 5], /is no list of fields/],
    [[null, [5, 7, null, [], null]], /should be a bigint/],
    [[null, [5n, 7, null, [['a']], null]], /they are no pairs/],
    [[null, [5n, 7, null, [['a', null]], null]], /they are no pairs/],
    [[null, [5n, 7, null, [], null, 0]], /it has 6 fields where 5 are known/],
    [[null, [5n, 7, null, [], null], 0], /is no list of fields/],
    [[null, null], /ends after 14 fields/],
    [[null, null, ['Prod', null, 2, null, null, 5]], /unknown status of a region 2/],
    [[null, null, ['Prod', null, 0, null, null, 5], 0], /are known/],
  ] as const) {
    t.throws(() => decodeOutcome(withLast(...last)), message)
  }
})
