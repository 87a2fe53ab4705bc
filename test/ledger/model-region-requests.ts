// Random requests about countries, regions and hosts, where the networks and reservations of the other requests are.
import fc from 'fast-check'
import type { Command, TagItem } from '../../src/ledger/index.js'
import type { Targets } from './model-requests.js'
import { reserve } from './office.js'
import { allocate, deletePool, network, pool } from './world.js'

const ids = fc.nat(20)
const ifRevisions = fc.constantFrom(null, null, null, null, 0, 1)
const texts = fc.constantFrom(null, 'text')
const reasons = fc.constantFrom(null, null, 'moved')
const tags = fc.constantFrom([], ['a'], ['a=1', 'b'])
const names = fc.constantFrom('north', 'south')
const hostnames = fc.constantFrom('web', 'Web', 'mail', 'db.example.net')

/** Around the networks, where reservations are aimed, and beside; and what is none. */
const CIDRS = [
  '10.0.0.0/24',
  '10.0.0.0/24',
  '10.0.1.0/24',
  '10.0.2.0/24',
  '10.1.0.0/24',
  '10.0.0.0/25',
]
/** Of X = 0, which is of none at first. */
const NEAR = 'ZZ'

const facts = { description: texts, tags }
const regions = fc
  .record({
    place: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...CIDRS).map(cidr => ({ cidr })) },
      { weight: 2, arbitrary: fc.constantFrom(NEAR, 'zed', 'US').map(country => ({ country })) },
    ),
    region: fc.record({ ...facts, name: names, owner: texts }),
  })
  .map((said): Command => ({ type: 'region.create', ...said }))
const updates = fc
  .record({
    ...{ id: ids, ifRevision: ifRevisions },
    set: fc.record(
      {
        ...facts,
        name: names,
        owner: texts,
        status: fc.constantFrom('Active', 'Reserved', 'Reserved'),
      },
      { requiredKeys: [] },
    ),
  })
  .map((said): Command => ({ type: 'region.update', ...said }))
const retirements = fc
  .record({
    id: ids,
    ifRevision: ifRevisions,
    cascade: fc.constantFrom(true, true, false),
    reason: reasons,
  })
  .map((said): Command => ({ type: 'region.retire', ...said }))

const hostFacts = fc.constantFrom({}, { owner: 'bob', host: { osType: 'Linux' } })
const hosts = fc
  .record({
    ...{ ...facts, regionId: ids, facts: hostFacts },
    hostnames: fc.oneof(
      { weight: 6, arbitrary: fc.array(hostnames, { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: ids.map(at => Array.from({ length: 90 }, (_, n) => `h${at}-${n}`)) },
    ),
  })
  .map((said): Command => ({ type: 'hosts.create', ...said }))
const hostUpdates = fc
  .record({
    ...{ id: ids, ifRevision: ifRevisions },
    set: fc.record(
      { hostname: hostnames, description: texts, tags, host: fc.constant({ notes: 'n' }) },
      { requiredKeys: [] },
    ),
  })
  .map((said): Command => ({ type: 'host.update', ...said }))

const countryNames = fc.constantFrom('Zed', 'Zed', 'Yen', 'Chile')
const xFirsts = fc.constantFrom(0, 0, 1, 240)
const countries: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ code: fc.constantFrom(NEAR, NEAR, 'YY', 'US'), name: countryNames, x: xFirsts })
    .map(({ code, name, x }) => {
      const about = { name, continent: 'Far', xFirst: x, xLast: x }
      return { type: 'country.create', code, ...about } as const
    }),
  fc
    .record({
      ...{ code: fc.constantFrom(NEAR, 'US', 'YY', 'Zed'), ifRevision: ifRevisions },
      set: fc.record({ name: countryNames, xFirst: xFirsts }, { requiredKeys: [] }),
    })
    .map(({ code, ifRevision, set: { name, xFirst } }) => {
      const range = xFirst === undefined ? {} : { xFirst, xLast: Math.max(xFirst, 31) }
      const set = { ...(name === undefined ? {} : { name }), ...range }
      return { type: 'country.update', code, ifRevision, set } as const
    }),
  fc
    .record({ code: fc.constantFrom(NEAR, 'US', 'YY'), ifRevision: ifRevisions })
    .map(said => ({ type: 'country.delete', ...said }) as const),
)

const tagging = fc
  .record({
    resourceType: fc.constantFrom('region', 'host'),
    operation: fc.constantFrom('add', 'remove', 'replace'),
    tags: fc.constantFrom(['a'], ['a=2', 'c'], ['b', 'c=3']),
    items: fc.uniqueArray(ids, { minLength: 1, maxLength: 3 }),
  })
  .map(({ items, ...work }): Command => {
    return { type: 'tags.apply', ...work, items: items.map(id => ({ key: `key ${id}`, id })) }
  })

/** What may become a region, or is more than one; what nobody is given in one that is reserved; what goes with one. */
const others = fc.oneof(
  fc.constantFrom(...CIDRS).map(cidr => network(cidr)),
  fc.constantFrom(...CIDRS).map(cidr => pool(`of ${cidr}`, cidr)),
  fc.constantFrom(...CIDRS).map(cidr => deletePool(`of ${cidr}`)),
  fc.tuple(fc.nat(2), ids).map(([y, at]) => reserve(`10.0.${y}.${100 + at}`)),
  fc.tuple(fc.nat(2), ids).map(([y, at]) => reserve(`10.0.${y}.${100 + at}`)),
  ids.map((id): Command => ({ type: 'bulk', steps: [allocate(id), allocate(id)] })),
)

export const regionCommands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: regions },
  { weight: 5, arbitrary: updates },
  { weight: 3, arbitrary: retirements },
  { weight: 6, arbitrary: hosts },
  { weight: 4, arbitrary: hostUpdates },
  { weight: 5, arbitrary: countries },
  { weight: 3, arbitrary: tagging },
  { weight: 14, arbitrary: others },
)

/** Regions and hosts that are there; 0 as ifRevision becomes the right one. */
export function aimedAtRegion<Aimed extends Command>(command: Aimed, targets: Targets): Aimed {
  const { networks, allocations } = targets
  const regions = networks.filter(({ region }) => region !== null)
  switch (command.type) {
    case 'region.update':
    case 'region.retire':
      return { ...command, ...aimedId(command, regions) }
    case 'host.update':
      return { ...command, ...aimedId(command, allocations) }
    case 'hosts.create':
      return { ...command, regionId: pickOf(command.regionId, regions)?.id ?? command.regionId }
    case 'tags.apply': {
      const among = command.resourceType === 'region' ? regions : allocations
      return { ...command, items: command.items.map(item => aimedItem(item, among)) }
    }
    default:
      return command
  }
}

type Entity = { readonly id: number; readonly revision: number }

/** One in seven stays as it was drawn. */
function pickOf<Found extends Entity>(id: number, among: readonly Found[]): Found | undefined {
  return id % 7 === 0 ? undefined : among[id % Math.max(among.length, 1)]
}

function aimedId(
  { id, ifRevision }: { readonly id: number; readonly ifRevision: number | null },
  among: readonly Entity[],
) {
  const found = pickOf(id, among)
  if (found === undefined) return { id, ifRevision }
  return { id: found.id, ifRevision: ifRevision === 0 ? found.revision : ifRevision }
}

function aimedItem(item: TagItem, among: readonly Entity[]): TagItem {
  return { ...item, id: pickOf(item.id, among)?.id ?? item.id }
}
