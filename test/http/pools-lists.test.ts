// Long lists of a pool: complete and streamed, with a length that is theirs while others write.
import t, { type Test } from 'tap'
import type { HttpOptions } from '../../src/http/index.js'
import { type Harness, startHarness } from './harness.js'

const IP = '/api/v1/ip-pools/p'
const RT = '/api/v1/rtrd-pools/rt'
const MANY = 450

async function begun(t: Test, options: Partial<HttpOptions> = {}): Promise<Harness> {
  const h = await startHarness(t, options)
  const pool = { name: 'p', pool_type: 'ipv4', cidr: '10.0.0.0/16' }
  await h.call('POST', '/api/v1/ip-pools', pool)
  await h.call('POST', '/api/v1/rtrd-pools', {
    name: 'rt',
    pool_type: 'rt',
    format_type: 0,
    admin_value: '65000',
    range_start: 1,
    range_end: 9999,
  })
  for (let made = 0; made < MANY; made++) takeBoth(h)
  return h
}

function takeBoth({ gateway }: Harness): void {
  const facts = { description: 'x'.repeat(100), owner: null }
  gateway.apply({ type: 'block.allocate', pool: 'p', prefixLength: 30, ttlMs: null, ...facts })
  gateway.apply({ type: 'number.allocate', pool: 'rt', value: null, ...facts })
}

type Item = { readonly id: number }
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
const idsOf = (items: readonly Item[]) => items.map(({ id }) => id)

t.test(
  'lists and details of long pools are complete, in order, and end where they say',
  async t => {
    const h = await begun(t)
    for (const path of [IP, RT]) {
      const list = await h.call('GET', `${path}/allocations`)
      t.same(Object.keys(list.json), ['pool_name', 'total_allocations', 'allocations'])
      t.equal(list.json.total_allocations, MANY)
      t.same(idsOf(list.json.allocations), upTo(MANY), path)
      const detail = await h.call('GET', path)
      t.equal(detail.status, 200)
      t.ok(detail.headers.get('etag'), path)
      t.same(detail.json.allocations, list.json.allocations)
    }
    t.equal((await h.call('GET', '/api/v1/number-pools/rt/allocations')).json.length, MANY)
  },
)

t.test('total_allocations is the number of items, also while others write', async t => {
  const h = await begun(t)
  h.gateway.beforeSlice = async () => {
    takeBoth(h)
    h.gateway.apply({ type: 'number.release', pool: 'rt', value: '65000:7', ifRevision: null })
  }
  for (let round = 0; round < 5; round++)
    for (const path of [IP, RT]) {
      const { json } = await h.call('GET', `${path}/allocations`)
      t.equal(json.allocations.length, json.total_allocations, path)
    }
})

t.test('pages follow their links, and say how many there are in all', async t => {
  const h = await begun(t)
  for (const path of [IP, RT]) {
    const seen: number[] = []
    let next: string | null = `${path}/allocations?limit=200`
    while (next !== null) {
      const page = await h.call('GET', next)
      t.equal(page.json.total_allocations, MANY)
      seen.push(...idsOf(page.json.allocations))
      next = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1] ?? null
    }
    t.same(seen, upTo(MANY), path)
  }
})

t.test('a list that fails midway is cut before its end', async t => {
  const h = await begun(t)
  let slices = 0
  h.gateway.beforeSlice = async () => {
    if (++slices === 3) throw new Error('disk broken')
  }
  await t.rejects(h.call('GET', `${IP}/allocations`))
  h.gateway.beforeSlice = () => Promise.reject(new Error('disk broken'))
  t.match(await h.call('GET', IP), { status: 500, json: { detail: /request id/ } })
})

t.test('a list that has become empty is still whole', async t => {
  const h = await begun(t)
  const none = async function* () {}
  h.gateway.store.scans.blocks = none
  t.same((await h.call('GET', `${IP}/allocations`)).json, {
    pool_name: 'p',
    total_allocations: 0,
    allocations: [],
  })
  t.same((await h.call('GET', IP)).json.allocations, [])
})

t.test('long lists of pools are streamed, and what is gone by then is left out', async t => {
  const h = await startHarness(t)
  for (let made = 0; made < 250; made++)
    h.gateway.apply({
      type: 'pool.create',
      name: `p${made}`,
      cidr: `10.0.${made}.0/24`,
      description: null,
      strategy: 'first',
    })
  t.same(idsOf((await h.call('GET', '/api/v1/ip-pools')).json), upTo(250))
  let slices = 0
  h.gateway.beforeSlice = async () => {
    if (++slices === 2) h.gateway.apply({ type: 'pool.delete', name: 'p249', ifRevision: null })
  }
  t.same(idsOf((await h.call('GET', '/api/v1/ip-pools')).json), upTo(249))
  t.equal((await h.call('GET', '/api/v1/ip-pools?limit=7')).json.length, 7)
})
