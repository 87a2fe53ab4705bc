// What every implementation of RegionRows must give, and rows of networks and claims about regions and hosts.
import type { Comment, Country, HostFacts, RegionFacet } from '../../src/ledger/index.js'
import {
  allocationRow,
  detailsOf,
  ended,
  networkRow,
  subnetFacet,
  type WithRows,
} from './ledger-rows-samples.js'

export function countryRow(set: Partial<Country> = {}): Country {
  return {
    id: 1,
    code: 'FR',
    name: 'France',
    continent: 'Europe',
    xFirst: 228,
    xLast: 240,
    createdMs: 1000,
    updatedMs: 2000,
    revision: 7,
    ...set,
  }
}

export function commentRow(set: Partial<Comment> = {}): Comment {
  return {
    id: 1,
    resourceType: 'region',
    resourceId: 5,
    userId: null,
    author: 'alice',
    text: '设备\nok',
    createdMs: 1000,
    ...set,
  }
}

export function regionFacet(set: Partial<RegionFacet> = {}): RegionFacet {
  return {
    name: 'Prod',
    owner: null,
    status: 'Active',
    createdBy: null,
    createdByName: null,
    createdMs: 1000,
    ...set,
  }
}

export const hostFacts: HostFacts = {
  osType: 'Linux',
  application: null,
  costCenter: 'CC-1',
  purpose: '',
  notes: 'two\nlines',
}

export function testRegionRows(withRows: WithRows): void {
  withRows('countries are none while no number of theirs was given', (t, { rows, image }) => {
    t.equal(image().countries, null)
    const id = rows.nextId('country')
    rows.regions.saveCountry(countryRow({ id }))
    t.strictSame(image().countries, [countryRow()])
    rows.regions.deleteCountry(id)
    t.strictSame(image().countries, [])
  })

  withRows('countries are replaced by id and read in its order', (t, { rows, image }) => {
    const [first, second] = [rows.nextId('country'), rows.nextId('country')]
    rows.regions.saveCountry(countryRow({ id: second, code: 'DE', xFirst: 0, xLast: 0 }))
    rows.regions.saveCountry(countryRow({ id: first }))
    rows.regions.saveCountry(countryRow({ id: first, name: 'République “F”', revision: 9 }))
    t.strictSame(image().countries, [
      countryRow({ id: first, name: 'République “F”', revision: 9 }),
      countryRow({ id: second, code: 'DE', xFirst: 0, xLast: 0 }),
    ])
  })

  withRows('comments are counted by what they are about', (t, { rows: { regions } }) => {
    const host = { resourceType: 'host', userId: 3 } as const
    for (const id of [1, 2]) regions.insertComment(commentRow({ id }))
    regions.insertComment(commentRow({ id: 3, ...host }))
    t.equal(regions.commentCount('region', 5), 2)
    t.equal(regions.commentCount('host', 5), 1)
    t.equal(regions.commentCount('region', 6), 0)
  })

  withRows('names of hosts are those of live addresses and runs', (t, { rows }) => {
    const row = (id: number, set: object) =>
      rows.insertAllocation(allocationRow({ id, first: 0x0a000000n + BigInt(100 - id), ...set }))
    row(1, { hostname: 'Web', networkId: 4 })
    row(2, { hostname: 'run', kind: 'run', networkId: 4 })
    row(3, { hostname: 'block', kind: 'block', prefixLength: 32, networkId: 4 })
    row(4, { hostname: 'held', ...ended(2_000_000_000_000), networkId: 4 })
    row(5, { hostname: null, networkId: 4 })
    row(6, { hostname: 'other', networkId: 5 })
    t.strictSame(rows.regions.hostNames(4), [
      { id: 2, hostname: 'run' },
      { id: 1, hostname: 'Web' },
    ])
  })

  withRows('regions come back with their networks', (t, { rows, image }) => {
    const all = [
      networkRow({ id: 1, first: 0x0a050000n, prefixLength: 24, region: regionFacet() }),
      networkRow({
        id: 2,
        first: 0x0a050100n,
        prefixLength: 24,
        subnet: subnetFacet({ vlanId: 3 }),
        region: regionFacet({ owner: 'ops', status: 'Reserved', createdBy: 4, createdByName: 'a' }),
      }),
    ]
    for (const network of all) rows.saveNetwork(network)
    t.strictSame(image().networks, all)
    const [first] = all
    if (first === undefined) throw new Error('two were saved')
    rows.saveNetwork({ ...first, region: null })
    t.equal(image().networks[0]?.region, null)
  })

  withRows('what is said of a host comes back with its allocation', (t, { rows }) => {
    const live = allocationRow({ id: 1, first: 1n, details: detailsOf({ host: hostFacts }) })
    rows.insertAllocation(live)
    t.strictSame(rows.allocation(1), live)
    const past = { ...live, ...ended(null) }
    rows.updateAllocation(past)
    t.strictSame(rows.allocation(1), past)
    rows.insertAllocation(allocationRow({ id: 2, first: 2n, details: detailsOf() }))
    t.equal(rows.allocation(2)?.details?.host, null)
  })
}
