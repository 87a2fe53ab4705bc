// Searches: what each condition means, the order of hits, and pages of regions and hosts together.
import t, { type Test } from 'tap'
import { FinderBusyError } from '../../src/store/index.js'
import { type Ipam, refusal, startIpam } from './ipam.js'

const DAY_MS = 86_400_000

type World = { readonly ipam: Ipam; readonly regions: readonly number[] }

/** Regions in the US, the US and GB; hosts with names, tags and owners, a run among them. */
async function begin(t: Test): Promise<World> {
  const ipam = await startIpam(t)
  const { gateway } = ipam
  gateway.timeMs -= DAY_MS
  const regions = [
    ipam.region(5, 23, 'Production Network', ['environment=production']),
    ipam.region(5, 24, 'Lab', ['environment=staging', 'wan']),
    ipam.region(72, 0, 'Pre-Production', ['environment=test']),
  ]
  const [production = 0, lab = 0, pre = 0] = regions
  ipam.hosts(production, 'web', 'web-1', 'db-web')
  gateway.timeMs += DAY_MS
  ipam.hosts(lab, 'web-2')
  ipam.hosts(pre, 'db')
  gateway.apply({
    type: 'allocation.create',
    networkId: pre,
    place: { count: 3 },
    hostname: 'pool',
    description: null,
    tags: ['environment=test'],
    ttlMs: null,
    facts: { owner: 'Ops' },
  })
  gateway.apply({
    type: 'region.update',
    id: lab,
    ifRevision: null,
    set: { status: 'Reserved', owner: 'OPS' },
  })
  return { ipam, regions }
}

type Shown = {
  type: string
  region_name: string
  hostname?: string
  ip_address?: string
  relevance_score: number
}
const nameOf = ({ type, region_name, hostname }: Shown) =>
  type === 'host' ? hostname : region_name

const search = (ipam: Ipam, parameters: Record<string, string | number>) => {
  const text = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) text.set(name, String(value))
  return ipam.as('reader', 'GET', `/ipam/search?${text}`)
}
const found = async (ipam: Ipam, parameters: Record<string, string | number>) => {
  const { status, json, text } = await search(ipam, parameters)
  if (status !== 200) throw new Error(text)
  return json.results.map(nameOf)
}

const everything = [
  'Production Network',
  'Lab',
  'Pre-Production',
  'web',
  'web-1',
  'db-web',
  'web-2',
  'db',
  'pool',
]

t.test('what is found is shown as document 001 shows it', async t => {
  const { ipam, regions } = await begin(t)
  const { json } = await search(ipam, { ip_range: '10.5.23.1-10.5.23.1' })
  const region = {
    region_name: 'Production Network',
    region_id: ipam.uuid('region', regions[0] ?? 0),
  }
  const place = {
    country: 'United States',
    country_code: 'US',
    utilization: 1.2,
    relevance_score: 1,
  }
  t.match(json.results[1].host_id, /^[0-9a-f-]{36}$/)
  delete json.results[1].host_id
  t.strictSame(json, {
    results: [
      { type: 'region', ...region, ...place, cidr: '10.5.23.0/24', status: 'Active' },
      { type: 'host', ...region, ...place, ip_address: '10.5.23.1', hostname: 'web' },
    ],
    pagination: {
      page: 1,
      page_size: 50,
      total_count: 2,
      total_pages: 1,
      has_next: false,
      has_prev: false,
    },
  })
})

t.test('without conditions it is everything, regions first, then by address', async t => {
  const { ipam } = await begin(t)
  t.same(await found(ipam, {}), everything)
  t.same(await found(ipam, { resource_type: 'region' }), everything.slice(0, 3))
  t.same(await found(ipam, { resource_type: 'host' }), everything.slice(3))
})

t.test('each condition says what it says, and all are to hold', async t => {
  const { ipam } = await begin(t)
  const cases: [Record<string, string>, string[]][] = [
    [{ ip_address: '10.5.2' }, ['Production Network', 'Lab', 'web', 'web-1', 'db-web', 'web-2']],
    [{ ip_address: '10.5.23.2' }, ['web-1', 'Production Network']],
    // One in the middle of a run.
    [{ ip_address: '10.72.0.3' }, ['Pre-Production', 'pool']],
    [{ ip_address: '10.9' }, []],
    [{ cidr: '10.5.0.0/16' }, ['Production Network', 'Lab', 'web', 'web-1', 'db-web', 'web-2']],
    [{ cidr: '10.5.23.0/31' }, ['Production Network', 'web']],
    [{ ip_range: '10.5.23.3-10.5.24.9' }, ['Production Network', 'Lab', 'db-web', 'web-2']],
    [{ cidr: '10.5.23.0/24', ip_range: '10.5.24.0-10.5.24.9' }, []],
    [{ hostname: 'WEB' }, ['web', 'web-1', 'web-2', 'db-web']],
    [{ hostname: 'web', region_name: 'lab' }, ['web-2']],
    [{ region_name: 'lab' }, ['Lab', 'web-2']],
    [{ country: 'gb' }, ['Pre-Production', 'db', 'pool']],
    [{ country: 'United Kingdom', continent: 'Asia' }, []],
    [{ country: 'Atlantis' }, []],
    [{ continent: 'europe', resource_type: 'host' }, ['db', 'pool']],
    [{ status: 'Reserved' }, ['Lab', 'web-2']],
    [{ owner: 'ops' }, ['Lab', 'pool']],
    [{ created_after: '2025-11-12' }, ['web-2', 'db', 'pool']],
    [{ created_before: '2025-11-12', resource_type: 'host' }, ['web', 'web-1', 'db-web']],
    [{ q: 'web' }, ['web', 'web-1', 'web-2', 'db-web']],
    [{ q: 'prod' }, ['Production Network', 'Pre-Production']],
    [{ q: '10.72.' }, ['Pre-Production', 'db', 'pool']],
    [{ hostname: ' ' }, everything],
  ]
  for (const [asked, wanted] of cases)
    t.same(await found(ipam, asked), wanted, JSON.stringify(asked))
})

t.test('tags go by their logic, and a key may stand twice', async t => {
  const { ipam } = await begin(t)
  const tagged = (tags: string) => found(ipam, { tags })
  t.same(
    await tagged('{"logic":"OR","tags":{"environment":"production","environment":"staging"}}'),
    ['Production Network', 'Lab'],
  )
  t.same(await tagged('{"logic":"AND","tags":{"environment":"staging","wan":""}}'), ['Lab'])
  t.same(await tagged('{"logic":"AND","tags":{"environment":"test","wan":""}}'), [])
  t.same(await tagged('{"tags":{"environment":["test"]}}'), ['Pre-Production', 'pool'])
  t.same(await tagged('{"tags":{}}'), everything)
  t.equal(refusal(await search(ipam, { tags: '{' })), '400 validation_error')
})

t.test('hits are ranked by how much of a name was asked for', async t => {
  const { ipam } = await begin(t)
  const scores = async (asked: Record<string, string>) =>
    (await search(ipam, asked)).json.results.map((hit: Shown) => [nameOf(hit), hit.relevance_score])
  t.same(await scores({ hostname: 'web' }), [
    ['web', 1],
    ['web-1', 0.9],
    ['web-2', 0.9],
    ['db-web', 0.8],
  ])
  t.same(await scores({ region_name: 'production', resource_type: 'region' }), [
    ['Production Network', 0.9],
    ['Pre-Production', 0.8],
  ])
  t.same(await scores({ region_name: 'production', hostname: 'db' }), [
    ['db', 1],
    ['db-web', 0.9],
  ])
  t.same(await scores({ region_name: 'pre-production' }), [
    ['Pre-Production', 1],
    ['db', 0.9],
    ['pool', 0.9],
  ])
})

t.test('regions and hosts are sorted together by what is wanted', async t => {
  const { ipam } = await begin(t)
  const lab = ['Lab', 'web-2']
  const production = ['Production Network', 'web', 'web-1', 'db-web']
  const pre = ['Pre-Production', 'db', 'pool']
  const cases: [string, string[]][] = [
    ['country:asc', [...pre, 'Production Network', 'Lab', 'web', 'web-1', 'db-web', 'web-2']],
    ['utilization:desc', [...pre, ...production, ...lab]],
    ['country:desc,utilization:asc', [...lab, ...production, ...pre]],
    ['region_name', [...lab, ...pre, ...production]],
    [
      'ip_address:desc',
      [
        'pool',
        'db',
        'Pre-Production',
        'web-2',
        'Lab',
        'db-web',
        'web-1',
        'web',
        'Production Network',
      ],
    ],
    [
      'hostname',
      [
        'db',
        'db-web',
        'pool',
        'web',
        'web-1',
        'web-2',
        'Production Network',
        'Lab',
        'Pre-Production',
      ],
    ],
    [
      'type:asc,hostname:desc',
      [
        'web-2',
        'web-1',
        'web',
        'pool',
        'db-web',
        'db',
        'Pre-Production',
        'Lab',
        'Production Network',
      ],
    ],
    [
      'type:desc,region_name:asc',
      [
        'Lab',
        'Pre-Production',
        'Production Network',
        'web-2',
        'db',
        'pool',
        'web',
        'web-1',
        'db-web',
      ],
    ],
    [
      'country:asc,hostname:desc',
      [
        'Pre-Production',
        'pool',
        'db',
        'Lab',
        'Production Network',
        'web-2',
        'web-1',
        'web',
        'db-web',
      ],
    ],
    [
      'country:asc,type:asc,hostname',
      [
        'db',
        'pool',
        'Pre-Production',
        'db-web',
        'web',
        'web-1',
        'web-2',
        'Production Network',
        'Lab',
      ],
    ],
  ]
  for (const [sort_by, wanted] of cases) t.same(await found(ipam, { sort_by }), wanted, sort_by)
})

t.test('an order that there is not is refused', async t => {
  const { ipam } = await begin(t)
  const asked = async (sort_by: string, more = {}) =>
    refusal(await search(ipam, { sort_by, ...more }))
  t.equal(await asked('colour:asc'), '400 validation_error')
  t.equal(await asked('country:up'), '400 validation_error')
  t.equal(await asked('country:asc:desc'), '400 validation_error')
  t.equal(await asked('relevance:asc'), '400 validation_error')
  t.equal(await asked('country:asc,relevance', { hostname: 'web' }), '400 validation_error')
})

t.test('pages of any size together are the list, in any order', async t => {
  const { ipam } = await begin(t)
  const orders = [
    '',
    'country:asc',
    'utilization:desc',
    'hostname:asc',
    'created_at:desc',
    'type:asc',
  ]
  for (const sort_by of orders) {
    const whole = await found(ipam, { sort_by })
    for (const page_size of [1, 2, 4]) {
      const pages: string[] = []
      for (let page = 1; page <= Math.ceil(9 / page_size); page++) {
        pages.push(...(await found(ipam, { sort_by, page, page_size })))
      }
      t.same(pages, whole, `${sort_by} by ${page_size}`)
    }
  }
  const { json } = await search(ipam, { page: 2, page_size: 4 })
  t.strictSame(json.pagination, {
    page: 2,
    page_size: 4,
    total_count: 9,
    total_pages: 3,
    has_next: true,
    has_prev: true,
  })
  t.same(await found(ipam, { page: 7 }), [], 'behind the end')
})

t.test('a search is kept until something is written', async t => {
  const { ipam, regions } = await begin(t)
  t.same(await found(ipam, { hostname: 'fresh' }), [])
  ipam.hosts(regions[0] ?? 0, 'fresh')
  t.same(await found(ipam, { hostname: 'fresh' }), ['fresh'])
  ipam.gateway.apply({
    type: 'region.retire',
    id: regions[0] ?? 0,
    ifRevision: null,
    cascade: true,
    reason: null,
  })
  t.same(await found(ipam, { hostname: 'fresh' }), [], 'its region is gone')
})

t.test('values that make no sense are refused, and named', async t => {
  const { ipam } = await begin(t)
  const refused: Record<string, string>[] = [
    { ip_address: 'web' },
    { cidr: '10.5.0.0/33' },
    { cidr: '2001:db8::/32' },
    { ip_range: '10.5.0.1' },
    { ip_range: '10.5.0.9-10.5.0.1' },
    { q: 'web', hostname: 'db' },
    { q: '10.5.', ip_address: '10.' },
    { created_after: '2025-02-30' },
    { resource_type: 'country' },
    { status: 'Retired' },
    { page_size: '101' },
    { colour: 'blue' },
  ]
  for (const asked of refused) {
    t.equal(refusal(await search(ipam, asked)), '400 validation_error', JSON.stringify(asked))
  }
})

t.test('while the finder is made anew, one is told to come again', async t => {
  const { ipam } = await begin(t)
  ipam.gateway.store.finder.hosts = () => Promise.reject(new FinderBusyError(40))
  const { status, headers } = await search(ipam, { hostname: 'web' })
  t.equal(status, 503)
  t.ok(Number(headers.get('retry-after')) > 0)
})
