// Countries, regions, hosts and comments in the log, in outcomes and in history: each comes back as it was, and what says nothing of
// them stands in the bytes it always had.
import * as fc from 'fast-check'
import t from 'tap'
import {
  type Change,
  type Command,
  commandVersionOf,
  type HostFacts,
  type Network,
  type Outcome,
  type RegionFacet,
  type Result,
} from '../../src/ledger/index.js'
import { decodeCommand, encodeCommand } from '../../src/store/codec/command-codec.js'
import { decodeOutcome, encodeOutcome } from '../../src/store/codec/outcome-codec.js'
import { pack, unpack } from '../../src/store/codec/packed.js'
import { changeOf, lineOf } from '../../src/store/tables/change-line.js'
import {
  allocationRow,
  changeRow,
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
const status = fc.constantFrom('Active', 'Reserved')
const commented = fc.constantFrom('region', 'host')
const some = { requiredKeys: [] }
const type = <Type extends Command['type']>(name: Type) => fc.constant(name)
const target = { id: count, ifRevision: countOrNull }
const named = { code: text, ifRevision: countOrNull }
const range = { name: text, continent: text, xFirst: count, xLast: count }
const regionFacts = fc.record({
  name: text,
  owner: textOrNull,
  description: textOrNull,
  tags: texts,
})
const host: { readonly [Fact in keyof HostFacts]: typeof textOrNull } = {
  osType: textOrNull,
  application: textOrNull,
  costCenter: textOrNull,
  purpose: textOrNull,
  notes: textOrNull,
}
const facts = fc.record({ mac: textOrNull, owner: textOrNull, host: fc.record(host, some) }, some)

const command = fc.oneof(
  fc.record({ type: type('country.create'), code: text, ...range }),
  fc.record({ type: type('country.update'), ...named, set: fc.record(range, some) }),
  fc.record({ type: type('country.delete'), ...named }),
  fc.record({
    type: type('region.create'),
    place: fc.oneof(fc.record({ cidr: text }), fc.record({ country: text })),
    region: regionFacts,
  }),
  fc.record({
    type: type('region.update'),
    ...target,
    set: fc.record(
      { name: text, owner: textOrNull, status, description: textOrNull, tags: texts },
      some,
    ),
  }),
  fc.record({ type: type('region.retire'), ...target, cascade: fc.boolean(), reason: textOrNull }),
  fc.record({
    type: type('hosts.create'),
    regionId: count,
    hostnames: texts,
    description: textOrNull,
    tags: texts,
    facts,
  }),
  fc
    .tuple(fc.record({ hostname: text, description: textOrNull, tags: texts }, some), facts, count)
    .map(([set, more, id]) => {
      return { type: 'host.update' as const, id, ifRevision: null, set: { ...set, ...more } }
    }),
  fc.record({
    type: type('comment.create'),
    resourceType: commented,
    resourceId: count,
    text,
  }),
) as fc.Arbitrary<Command>

t.test('every command about them comes back as it was, and needs version 6', async t => {
  fc.assert(
    fc.property(command, one => {
      t.strictSame(decodeCommand(unpack(pack(encodeCommand(one)))), structuredClone(one))
      t.equal(commandVersionOf(one), 6)
      return t.passing()
    }),
  )
})

t.test('facts of a host stand with the other facts of an allocation', async t => {
  const silent: Command = { type: 'allocation.update', id: 1, ifRevision: null, set: {} }
  const said: Command = { ...silent, set: { owner: 'ops', host: { notes: null } } }
  t.strictSame(decodeCommand(encodeCommand(said)), said)
  t.strictSame([commandVersionOf(silent), commandVersionOf(said)], [1, 6])
})

t.test('a command that was damaged is not read', async t => {
  const region = { name: 'a', owner: null, description: null, tags: [] }
  const create = encodeCommand({ type: 'region.create', place: { cidr: '10.1.0.0/24' }, region })
  const comment = encodeCommand({
    type: 'comment.create',
    resourceType: 'host',
    resourceId: 1,
    text: 'a',
  })
  const update = { type: 'region.update', id: 1, ifRevision: null, set: {} } as const
  const host = encodeCommand({
    type: 'host.update',
    id: 1,
    ifRevision: null,
    set: { host: { notes: 'n' } },
  })
  const damaged: [string, unknown[]][] = [
    ['two places', create.with(2, 'US')],
    ['no place', create.with(1, null)],
    ['a status that there is not', [...encodeCommand(update).slice(0, 3), { status: 'active' }]],
    ['a comment on a country', comment.with(1, 0)],
    ['a fact of a host that there is not', host.with(4, { host: { color: 'red' } })],
    ['a host that is no set', host.with(4, { host: 7 })],
    ['too few fields', comment.slice(0, 3)],
  ]
  for (const [what, fields] of damaged) t.throws(() => decodeCommand(fields), what)
})

const facet: fc.Arbitrary<RegionFacet> = fc.record({
  name: text,
  owner: textOrNull,
  status: status as fc.Arbitrary<RegionFacet['status']>,
  createdBy: countOrNull,
  createdByName: textOrNull,
  createdMs: count,
})
const network: fc.Arbitrary<Network> = fc
  .tuple(fc.option(facet), fc.boolean(), fc.boolean())
  .map(([region, hasPool, hasSubnet]) =>
    networkRow({
      id: 1,
      region,
      pool: hasPool ? poolFacet({ id: 3 }) : null,
      subnet: hasSubnet ? subnetFacet({ gateway: 5n }) : null,
    }),
  )
const result = fc.oneof(
  fc.record({ type: fc.constant('network'), network }),
  fc.record(host).map(said => {
    const details = detailsOf({ host: said })
    return { type: 'allocation', allocation: allocationRow({ id: 1, first: 1n, details }) }
  }),
  fc.record({
    type: fc.constant('country'),
    country: fc.record({
      id: count,
      code: text,
      ...range,
      createdMs: count,
      updatedMs: count,
      revision: count,
    }),
  }),
  fc.record({ type: fc.constant('region-retired'), hosts: count }),
  fc.record({
    type: fc.constant('comment'),
    comment: fc.record({
      id: count,
      resourceType: commented,
      resourceId: count,
      userId: countOrNull,
      author: text,
      text,
      createdMs: count,
    }),
  }),
) as fc.Arbitrary<Result>

const numbers = { revision: 7, originalRevision: 7 } as const

t.test('every result about them comes back as it was', async t => {
  fc.assert(
    fc.property(result, one => {
      const outcome = structuredClone<Outcome>({ ...numbers, ok: true, result: one })
      t.strictSame(decodeOutcome(encodeOutcome(outcome)), outcome)
      return t.passing()
    }),
  )
})

t.test('a Change says its region behind the user, and only when it has one', async t => {
  const change = changeRow({ revision: 3, n: 0, timeMs: 5 })
  const by = { ...change.origin, userId: 9 }
  const rows: [what: string, fields: number, Change][] = [
    ['neither', 11, change],
    ['a user', 12, { ...change, origin: by }],
    ['a region', 13, { ...change, regionId: 4 }],
    ['both', 13, { ...change, origin: by, regionId: 4 }],
  ]
  for (const [what, fields, row] of rows) {
    const line = lineOf(row)
    t.equal(JSON.parse(line).length, fields, what)
    t.strictSame(changeOf(line), row, what)
  }
  t.equal(JSON.parse(lineOf({ ...change, regionId: 4 }))[11], null)
  t.throws(() => changeOf(JSON.stringify([...Array(14)])), /11 to 13 fields/)
})
