// npm run bench:ipam: IPAM_HOSTS (1000000) hosts in IPAM_REGIONS (8000) regions of all countries, made over 80 days: the dashboard,
// forecasts, trends, and first pages of searches over HTTP, none of them from a cache, beside a plain GET in the same run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { defaultCountries } from '../../src/ledger/index.js'
import { uuidIn } from '../../src/lib/index.js'
import { Harness } from '../http/harness.js'
import { type Office, startOffice } from '../http/office.js'
import { StoreGateway } from '../support/store-gateway.js'
import { call } from '../system/http.js'
import { at, print } from './figures.js'

const HOSTS = Number(process.env.IPAM_HOSTS ?? 1_000_000)
/** The countries have room for 58,112. */
const REGIONS = Number(process.env.IPAM_REGIONS ?? 8000)
const PLACES_MAX = 65_536
/** Of one command, and of one set of tags. */
const BATCH = 25
/** Questions whose names have it. */
const ONLY = process.env.IPAM_ONLY ?? ''
const DAYS = 80
const ASKED = Number(process.env.IPAM_ASKED ?? 20)
const DAY_MS = 86_400_000
const kinds = ['web', 'db', 'mail', 'cache', 'build', 'proxy', 'queue'] as const
const devices = ['VM', 'Container', 'Physical', 'Network'] as const

const region = (id: number) => uuidIn('c-1', 'region', id)
const tags = (logic: string, map: object) =>
  `tags=${encodeURIComponent(JSON.stringify({ logic, tags: map }))}`

const questions: readonly (readonly [name: string, path: string])[] = [
  ['dashboard', 'statistics/dashboard'],
  ['forecast of a region', `statistics/forecast/region/${region(7)}`],
  ['forecast of a country', 'statistics/forecast/country/US'],
  ['trends of 90 days', 'statistics/trends?start_date=2025-08-15&end_date=2025-11-12'],
  [
    'trends of a country by months',
    'statistics/trends?group_by=month&start_date=2016-01-01&country_code=US',
  ],
  ['everything', 'search?'],
  ['a country', 'search?country=GB'],
  ['an address', 'search?ip_address=10.5.1.23'],
  ['a beginning', 'search?ip_address=10.1'],
  ['a CIDR', 'search?cidr=10.48.0.0/14'],
  ['a range', 'search?ip_range=10.5.1.1-10.5.1.50'],
  ['hostname: one in 7', 'search?hostname=queue'],
  ['hostname: all', 'search?hostname=-'],
  ['hostname: two letters of none', 'search?hostname=zq'],
  ['hostname: one', 'search?hostname=web-777777'],
  ['hostname: none', 'search?hostname=nowhere-at-all'],
  ['region name', 'search?region_name=region-77'],
  ['region name and hostname', 'search?region_name=region-77&hostname=web'],
  ['a tag of half', `search?${tags('AND', { env: 'prod' })}`],
  ['a tag of few', `search?${tags('AND', { row: '42' })}`],
  ['two tags', `search?${tags('AND', { env: 'prod', tier: 'gold' })}`],
  ['two tags that never meet', `search?${tags('AND', { env: 'prod', side: 'odd' })}`],
  ['one of two tags', `search?${tags('OR', { env: ['prod', 'test'] })}`],
  ['tag and hostname', `search?hostname=db&${tags('AND', { tier: 'gold' })}`],
  ['tag and hostname that never meet', `search?hostname=zebra&${tags('AND', { env: 'prod' })}`],
  ['owner', 'search?owner=team-7'],
  ['owner of half', 'search?owner=everyone'],
  ['of the last days', 'search?created_after=2025-11-10'],
  ['of the first half', 'search?created_before=2025-10-01'],
  ['Reserved', 'search?status=Reserved'],
  ['q: a word', 'search?q=cache'],
  ['by country, fullest first', 'search?sort_by=country:asc,utilization:desc'],
  ['hosts by utilization', 'search?resource_type=host&sort_by=utilization:desc'],
  ['by region name', 'search?sort_by=region_name:desc'],
  ['by hostname', 'search?sort_by=hostname:asc'],
  ['one in 7, by hostname', 'search?hostname=queue&sort_by=hostname:desc'],
  ['newest first', 'search?sort_by=created_at:desc'],
  ['a tag, fullest first', `search?sort_by=utilization:desc&${tags('AND', { tier: 'gold' })}`],
  ['a country by hostname', 'search?country=US&sort_by=hostname:asc'],
  ['one in 7, by country', 'search?hostname=queue&sort_by=country:desc'],
  ['two letters of none, fullest first', 'search?hostname=zq&sort_by=utilization:desc'],
]

const directory = mkdtempSync(join(tmpdir(), 'ipam-bench-'))
const ends: (() => unknown)[] = []
try {
  await run()
} finally {
  for (const end of ends.reverse()) await end()
  rmSync(directory, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const gateway = await StoreGateway.open(directory)
  ends.push(() => gateway.store.close())
  const nowMs = gateway.timeMs
  gateway.timeMs -= DAYS * DAY_MS
  fill(gateway, nowMs)
  gateway.timeMs = nowMs
  const after = { teardown: (end: () => unknown) => ends.push(end) }
  const office = await startOffice(after as unknown as Test, {}, new Harness(gateway))
  const headers = { authorization: `Bearer ${await office.token('reader')}` }
  const { url } = office.h
  const begunMs = performance.now()
  for (let status = 503; status === 503; await sleep(100)) {
    status = (await call(url, '/ipam/search?hostname=needle', { headers })).status
  }
  print(`search index made in ${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
  const plain = await ask(office, ['a plain GET', '/api/v1/allocations/alloc-1'], headers, null)
  const asked = questions.filter(([name]) => name.includes(ONLY))
  for (const [name, path] of asked) await ask(office, [name, `/ipam/${path}`], headers, plain)
}

/** Of every country one, and again, while they have room. */
function* places(): Generator<string> {
  for (let place = 0; place < PLACES_MAX; place++) {
    for (const { xFirst, xLast } of defaultCountries) {
      const x = xFirst + (place >> 8)
      if (x <= xLast) yield `10.${x}.${place & 255}.0/24`
    }
  }
}

/** Of 8,000 regions each gets 50 to 200. */
function fill(gateway: StoreGateway, nowMs: number): void {
  const begunMs = performance.now()
  const stepMs = Math.floor((nowMs - gateway.timeMs) / (HOSTS / BATCH + REGIONS))
  let made = 0
  let at = 0
  for (const cidr of places()) {
    if (at === REGIONS || made >= HOSTS) break
    const outcome = gateway.apply({
      type: 'region.create',
      place: { cidr },
      region: { name: `region-${at}`, owner: `team-${at % 500}`, description: null, tags: [] },
    })
    if (!outcome.ok || outcome.result.type !== 'network') throw new Error(JSON.stringify(outcome))
    const wanted = Math.ceil((50 + ((at * 37) % 151)) * (8000 / REGIONS))
    at += 1
    for (let host = 0; host < wanted; host += BATCH) {
      const count = Math.min(BATCH, wanted - host)
      makeHosts(gateway, outcome.result.network.id, made, count)
      made += count
      gateway.timeMs += stepMs
    }
  }
  print(`${made} hosts in ${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
}

function makeHosts(gateway: StoreGateway, regionId: number, from: number, count: number): void {
  const batch = Math.floor(from / BATCH)
  const env = batch % 2 === 0 ? ['env=prod', `row=${batch % 5000}`] : ['env=test', 'side=odd']
  const outcome = gateway.apply({
    type: 'hosts.create',
    regionId,
    hostnames: Array.from(
      { length: count },
      (_, n) => `${kinds[(from + n) % kinds.length]}-${from + n}`,
    ),
    description: null,
    tags: batch % 7 === 0 ? [...env, 'tier=gold'] : env,
    facts: {
      deviceType: devices[batch % devices.length] ?? 'VM',
      owner: batch % 2 === 0 ? 'everyone' : `team-${batch % 999}`,
    },
  })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
}

/** A command before each, so that no answer is a kept one. */
async function ask(
  { h }: Office<StoreGateway>,
  [name, path]: readonly [string, string],
  headers: { readonly authorization: string },
  plainMs: number | null,
): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < ASKED; n++) {
    h.gateway.apply({ type: 'expire', rowsMax: 1 })
    const begunMs = performance.now()
    const { status, body } = await call(h.url, path, { headers })
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
    times.push(performance.now() - begunMs)
  }
  times.sort((one, other) => one - other)
  const median = at(times, 0.5)
  const ratio = plainMs === null ? '' : `${(median / plainMs).toFixed(1)} x`
  print(
    `${name.padEnd(36)} p50 ${median.toFixed(1)} ms, p95 ${at(times, 0.95).toFixed(1)}  ${ratio}`,
  )
  return median
}
