// Saved filters: the newest fifty of each user.
import t from 'tap'
import { refusal, startIpam } from './ipam.js'

const PATH = '/ipam/preferences/filters'
const criteria = { resource_type: 'region', tags: { environment: 'production' } }

t.test('a filter is kept as it was given, and deleted by its id', async t => {
  const ipam = await startIpam(t)
  const made = await ipam.as('reader', 'POST', PATH, { name: 'High utilization', criteria })
  t.equal(made.status, 201)
  t.strictSame(Object.keys(made.json), ['filter_id', 'name', 'created_at'])
  t.match(made.json, {
    filter_id: /^filter_[0-9a-f]{8}-[0-9a-f-]{27}$/,
    created_at: '2025-11-12T10:00:00Z',
  })
  const listed = async (name: string) => (await ipam.as(name, 'GET', PATH)).json.filters
  t.strictSame(await listed('reader'), [{ ...made.json, criteria }])
  t.strictSame(await listed('other'), [])

  const path = `${PATH}/${made.json.filter_id}`
  t.equal(refusal(await ipam.as('other', 'DELETE', path)), '404 not_found', 'not his')
  t.equal((await ipam.as('reader', 'DELETE', path)).status, 204)
  t.equal(refusal(await ipam.as('reader', 'DELETE', path)), '404 not_found', 'twice')
  t.strictSame(await listed('reader'), [])
})

t.test('with one too many the oldest goes', async t => {
  const ipam = await startIpam(t)
  for (let n = 1; n <= 51; n++)
    await ipam.as('reader', 'POST', PATH, { name: `Filter ${n}`, criteria: { n } })
  const { filters } = (await ipam.as('reader', 'GET', PATH)).json
  t.equal(filters.length, 50)
  t.match(filters[0], { name: 'Filter 51', criteria: { n: 51 } })
  t.match(filters[49], { name: 'Filter 2' })
})

t.test('what is no filter is refused', async t => {
  const ipam = await startIpam(t)
  for (const body of [
    {},
    { name: 'x' },
    { name: '', criteria },
    { name: ' \u00a0', criteria },
    { name: 'x'.repeat(101), criteria },
    { name: 'x', criteria: [] },
    { name: 'x', criteria: { long: 'x'.repeat(10_240) } },
    { name: 'x', criteria, user_id: 1 },
  ]) {
    const reply = await ipam.as('reader', 'POST', PATH, body)
    t.equal(refusal(reply), '400 validation_error', JSON.stringify(body).slice(0, 60))
  }
  const deep = `{"name":"x","criteria":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`
  t.equal(refusal(await ipam.as('reader', 'POST', PATH, deep)), '400 validation_error')
  for (const id of [
    'none',
    'filter_none',
    ipam.uuid('filter', 1),
    `filter_${ipam.uuid('rule', 1)}`,
  ]) {
    const reply = await ipam.as('reader', 'DELETE', `${PATH}/${id}`)
    t.equal(refusal(reply), '404 not_found', id)
    t.equal(reply.json.message, `Filter not found: ${id}.`)
  }
})
