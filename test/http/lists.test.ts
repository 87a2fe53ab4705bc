// Lists: complete and streamed without limit, paged with it, and never silently cut.
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import type { HttpOptions } from '../../src/http/index.js'
import { ScanError } from '../../src/store/index.js'
import { type Harness, startHarness } from './harness.js'

const MANY = 450

async function begun(t: Test, options: Partial<HttpOptions> = {}): Promise<Harness> {
  const h = await startHarness(t, options)
  await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/16' })
  for (let made = 0; made < MANY; made++)
    h.gateway.apply({
      type: 'allocation.create',
      networkId: 1,
      place: { count: 1 },
      hostname: null,
      description: 'x'.repeat(200),
      tags: [],
      ttlMs: null,
    })
  return h
}

t.test('a list without limit is complete, however long', async t => {
  const h = await begun(t)
  const all = await h.call('GET', '/api/v1/allocations')
  t.equal(all.status, 200)
  t.same(
    all.json.map((row: { id: string }) => row.id),
    Array.from({ length: MANY }, (_, index) => `alloc-${index + 1}`),
  )
  await h.call('POST', '/api/v1/allocations/alloc-7/release')
  t.equal((await h.call('GET', '/api/v1/allocations')).json.length, MANY - 1)
  t.equal((await h.call('GET', '/api/v1/allocations?all=true')).json.length, MANY)
  t.equal((await h.call('GET', '/api/v1/allocations?all=false')).json.length, MANY - 1)
  t.equal((await h.call('GET', '/api/v1/allocations?network_id=net-1')).json.length, MANY - 1)
  t.equal((await h.call('GET', '/api/v1/networks')).json.length, 1)
})

t.test('a list of nothing is an empty array', async t => {
  const h = await startHarness(t)
  t.equal((await h.call('GET', '/api/v1/networks')).text, '[]')
  t.equal((await h.call('GET', '/api/v1/allocations?limit=5')).text, '[]')
})

t.test('pages follow their links to the end, each once, with the filter kept', async t => {
  const h = await begun(t)
  const seen: string[] = []
  let path: string | null = '/api/v1/allocations?network_id=net-1&limit=100'
  const sizes: number[] = []
  while (path !== null) {
    const page = await h.call('GET', path)
    sizes.push(page.json.length)
    for (const row of page.json) seen.push(row.id)
    const link: string | null = page.headers.get('link')
    path =
      link === null
        ? null
        : (/^<(\/api\/v1\/allocations\?network_id=net-1&[^>]+)>; rel="next"$/.exec(link)?.[1] ?? '')
  }
  t.same(sizes, [100, 100, 100, 100, 50])
  t.equal(new Set(seen).size, MANY)
  const exact = await h.call('GET', `/api/v1/allocations?limit=${MANY}`)
  t.equal(exact.json.length, MANY)
  t.equal(exact.headers.get('link'), null)
})

t.test('a list that takes too long is cut so that the client sees it', async t => {
  const h = await begun(t, { listTimeoutMs: 100 })
  let slices = 0
  h.gateway.beforeSlice = async () => {
    if (++slices === 3) await new Promise(resolve => setTimeout(resolve, 400))
  }
  await t.rejects(h.call('GET', '/api/v1/allocations'), 'the body ends without its end')
  t.match(await h.registry.metrics(), 'http_lists_cut_total 1')
  t.equal((await h.call('GET', '/api/v1/networks')).status, 200, 'the server goes on')
})

t.test('a scan that fails midway cuts the list; one that fails at once is an error', async t => {
  const h = await begun(t)
  let slices = 0
  h.gateway.beforeSlice = async () => {
    if (++slices === 3) throw new Error('disk broken')
  }
  await t.rejects(h.call('GET', '/api/v1/allocations'))
  t.match(h.logged.at(-1), { level: 'error', message: 'request failed' })
  h.gateway.beforeSlice = () => Promise.reject(new Error('disk broken'))
  t.equal((await h.call('GET', '/api/v1/allocations')).status, 500)
})

t.test(
  'only so many lists are streamed at once, and a client that leaves frees its place',
  async t => {
    const h = await begun(t, { listsMax: 1 })
    let release: () => void = () => undefined
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    h.gateway.beforeSlice = () => held
    const controller = new AbortController()
    const first = fetch(`${h.url}/api/v1/allocations`, { signal: controller.signal }).catch(
      () => null,
    )
    let second = await h.call('GET', '/api/v1/allocations?limit=1')
    while (second.status !== 503) {
      // The first may not have arrived yet; then this one is the first, and is given up.
      const probe = new AbortController()
      const answer = fetch(`${h.url}/api/v1/allocations`, { signal: probe.signal })
      const status = await Promise.race([
        answer.then(response => response.status),
        new Promise<number>(resolve => setTimeout(() => resolve(0), 100)),
      ]).catch(() => 0)
      if (status === 503) second = await h.call('GET', '/api/v1/allocations')
      probe.abort()
      await answer.catch(() => null)
    }
    t.match(second, { status: 503, json: { reason: 'overloaded', outcome: 'known' } })
    t.equal(second.headers.get('retry-after'), '1')
    controller.abort()
    await first
    release()
    h.gateway.beforeSlice = () => Promise.resolve()
    let last = await h.call('GET', '/api/v1/allocations')
    while (last.status === 503) last = await h.call('GET', '/api/v1/allocations')
    t.equal(last.json.length, MANY)
  },
)

t.test('a stream goes no faster than its client reads', async t => {
  const h = await begun(t)
  let slices = 0
  // An endless list: only a client that does not read can stop it being read on.
  h.gateway.store.scans.allocations = async function* (_filter, signal) {
    const page = h.gateway.rows.allocations().slice(0, 100)
    while (!signal.aborted) {
      slices++
      yield page
    }
  }
  const socket = connect(h.port, '127.0.0.1')
  socket.pause()
  socket.write('GET /api/v1/allocations HTTP/1.1\r\nHost: x\r\n\r\n')
  let before = -1
  while (before !== slices || slices === 0) {
    before = slices
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  t.ok(slices < 2000, `${slices} slices were read for a client that reads nothing`)
  socket.destroy()
  await new Promise(resolve => socket.once('close', resolve))
})

t.test('a list that the store has no room for is 503, and nothing is lost', async t => {
  const h = await begun(t)
  // biome-ignore lint/correctness/useYield: it fails before the first slice, as a scan that may not begin does.
  h.gateway.store.scans.allocations = async function* () {
    throw new ScanError('too-many-scans', 'too many lists and reports are being read')
  }
  const answer = await h.call('GET', '/api/v1/allocations')
  t.match(answer, {
    status: 503,
    json: { reason: 'overloaded', outcome: 'known', error: /too many lists.*limit/ },
  })
  t.equal(answer.headers.get('retry-after'), '1')
})
