// Tags for many regions and hosts: at once, or as a job.
import t from 'tap'
import { type Ipam, refusal, startIpam } from './ipam.js'

const PATH = '/ipam/bulk/tags'

const bulk = (ipam: Ipam, resource_ids: readonly string[], more = {}, name = 'manager') =>
  ipam.as(name, 'POST', PATH, {
    resource_type: 'region',
    resource_ids,
    operation: 'add',
    tags: { environment: 'production' },
    ...more,
  })
const unknown = (ipam: Ipam, count: number) =>
  Array.from({ length: count }, (_, n) => ipam.uuid('region', 1000 + n))
const tagsOf = ({ gateway }: Ipam, id: number) => gateway.store.reads.network(id)?.tags

t.test('up to a hundred are tagged at once, each by itself', async t => {
  const ipam = await startIpam(t)
  const id = ipam.region(5, 1, 'One', ['team=net'])
  const [known, ...others] = [ipam.uuid('region', id), ipam.uuid('region', 999), 'invalid_id']
  const done = await bulk(ipam, [known ?? '', ...others])
  t.equal(done.status, 200)
  t.match(done.json, { job_id: null, total_requested: 3, successful: 1, failed: 2 })
  t.strictSame(done.json.results[0], {
    resource_id: known,
    success: true,
    message: 'Tags updated successfully',
  })
  for (const [n, resource_id] of others.entries()) {
    t.match(done.json.results[n + 1], { resource_id, success: false, error: /.+/ })
    t.notOk('message' in done.json.results[n + 1])
  }
  t.strictSame(tagsOf(ipam, id), ['team=net', 'environment=production'])
  await bulk(ipam, [known ?? ''], { operation: 'remove', tags: { team: 'whatever' } })
  t.strictSame(tagsOf(ipam, id), ['environment=production'])
  await bulk(ipam, [known ?? ''], { operation: 'replace', tags: { a: '1', b: '' } })
  t.strictSame(tagsOf(ipam, id), ['a=1', 'b'])
})

t.test('hosts are tagged as regions are', async t => {
  const ipam = await startIpam(t)
  const [host = 0] = ipam.hosts(ipam.region(5, 1), 'db-1')
  const done = await bulk(ipam, [ipam.uuid('host', host)], { resource_type: 'host' })
  t.match(done.json, { successful: 1, failed: 0 })
  t.strictSame(ipam.gateway.store.reads.allocation(host)?.tags, ['environment=production'])
})

t.test('more than a hundred become a job', async t => {
  const ipam = await startIpam(t)
  const id = ipam.region(5, 1)
  const ids = [ipam.uuid('region', id), ...unknown(ipam, 119)]
  const queued = await bulk(ipam, ids)
  t.equal(queued.status, 202)
  const { job_id, status_url } = queued.json
  t.match(queued.json, {
    status: 'pending',
    total_requested: 120,
    message: 'Bulk operation queued for processing',
    status_url: `/ipam/bulk/jobs/${job_id}`,
  })
  t.equal(queued.headers.get('location'), status_url)
  const read = async (name = 'manager') => (await ipam.as(name, 'GET', status_url)).json
  const begun = await read()
  t.match(begun, {
    job_id,
    status: 'pending',
    progress: { total: 120, processed: 0, successful: 0, failed: 0 },
    completed_at: null,
  })
  t.notOk('results' in begun)

  ipam.gateway.apply({ type: 'job.advance', id: 1, from: 0, count: 50 })
  const going = await read()
  t.match(going, { status: 'processing', progress: { processed: 50, successful: 1, failed: 49 } })
  t.notOk('results' in going)
  ipam.gateway.timeMs += 60_000
  for (const from of [50, 100]) ipam.gateway.apply({ type: 'job.advance', id: 1, from, count: 50 })
  const done = await read()
  t.match(done, {
    status: 'completed',
    progress: { total: 120, processed: 120, successful: 1, failed: 119 },
    created_at: '2025-11-12T10:00:00Z',
    completed_at: '2025-11-12T10:01:00Z',
  })
  t.strictSame(done.results[0], { resource_id: ids[0], success: true })
  t.match(done.results[119], { resource_id: ids[119], success: false, error: /.+/ })
  t.strictSame(tagsOf(ipam, id), ['environment=production'])
  t.equal((await ipam.as('admin', 'GET', status_url)).status, 200)
  t.equal(refusal(await ipam.as('reader', 'GET', status_url)), '404 not_found', 'not his')
  t.equal(refusal(await ipam.as('manager', 'GET', '/ipam/bulk/jobs/none')), '404 not_found')
})

t.test('what is too much, twice or nothing is refused', async t => {
  const ipam = await startIpam(t)
  const [one = ''] = unknown(ipam, 1)
  for (const [ids, more] of [
    [[], {}],
    [unknown(ipam, 501), {}],
    [[one, one], {}],
    [[one, one.toUpperCase()], {}],
    [[one], { operation: 'erase' }],
    [[one], { resource_type: 'country' }],
    [[one], { tags: { 'a=b': 'c' } }],
    [[one], { tags: ['a'] }],
    [[one], { tags: { a: 7 } }],
  ] as const)
    t.equal(refusal(await bulk(ipam, ids, more)), '400 validation_error', JSON.stringify(more))
  t.equal(refusal(await bulk(ipam, [one], {}, 'reader')), '403 forbidden')
})
