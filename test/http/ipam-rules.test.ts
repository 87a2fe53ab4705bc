// Notification rules: made, narrowed, changed in part.
import t, { type Test } from 'tap'
import { type Ipam, refusal, startIpam } from './ipam.js'

const PATH = '/ipam/notifications/rules'

async function begin(t: Test) {
  const ipam = await startIpam(t)
  const regions = [ipam.uuid('region', ipam.region(5, 1)), ipam.uuid('region', ipam.region(5, 2))]
  return { ipam, regions }
}

const make = (ipam: Ipam, conditions: object, more = {}) =>
  ipam.as('reader', 'POST', PATH, { rule_name: 'High utilization', conditions, ...more })
const listed = async (ipam: Ipam, name = 'reader') => (await ipam.as(name, 'GET', PATH)).json.rules

t.test('a rule says which percentage, of what, and how loud', async t => {
  const { ipam, regions } = await begin(t)
  const [region] = regions
  const bare = await make(ipam, { utilization_threshold: 80.5 })
  t.equal(bare.status, 201)
  t.match(bare.json, {
    rule_id: /^[0-9a-f-]{36}$/,
    rule_name: 'High utilization',
    conditions: { utilization_threshold: 80.5 },
    notification_channels: ['in_app'],
    severity: 'warning',
    is_active: true,
    last_triggered: null,
    created_at: '2025-11-12T10:00:00Z',
  })
  t.strictSame(Object.keys(bare.json.conditions), ['utilization_threshold'])
  const conditions = { utilization_threshold: 90, resource_type: 'region', resource_ids: [region] }
  const more = { severity: 'critical', notification_channels: ['in_app'] }
  const narrow = await make(ipam, conditions, more)
  t.match(narrow.json, { conditions, severity: 'critical' })
  const ofCountry = {
    utilization_threshold: 0,
    resource_type: 'country',
    resource_ids: ['US', 'in'],
  }
  const countries = await make(ipam, ofCountry)
  t.strictSame(countries.json.conditions, { ...ofCountry, resource_ids: ['US', 'IN'] })
  t.strictSame(
    (await listed(ipam)).map(({ rule_id }: { rule_id: string }) => rule_id),
    [countries, narrow, bare].map(({ json }) => json.rule_id),
  )
  t.strictSame(await listed(ipam, 'other'), [])
})

t.test('details name each field that is wrong once, also one inside another', async t => {
  const { ipam } = await begin(t)
  const detailsOf = async (body: object) =>
    (await ipam.as('reader', 'POST', PATH, body)).json.details
  t.strictSame(await detailsOf({ rule_name: 'Full', conditions: {} }), {
    'conditions.utilization_threshold': 'It is missing',
  })
  const odd = { utilization_threshold: 80, colour: 'red' }
  t.strictSame(await detailsOf({ rule_name: '', conditions: odd, notification_channels: [] }), {
    rule_name: 'Must not be empty',
    'conditions.colour': 'It is not known here',
    notification_channels: 'Must not be empty',
  })
  const twice = { utilization_threshold: 80, resource_type: 'country', resource_ids: ['US', 'US'] }
  t.strictSame(await detailsOf({ rule_name: 'Full', conditions: twice }), {
    'conditions.resource_ids': 'No two of its items may be the same',
  })
  t.strictSame(await detailsOf([]), { body: 'Must be object' })
})

t.test('conditions that cannot be are refused', async t => {
  const { ipam, regions } = await begin(t)
  const at = { utilization_threshold: 80 }
  for (const [conditions, says] of [
    [{}, '400 validation_error'],
    [{ utilization_threshold: -1 }, '400 validation_error'],
    [{ utilization_threshold: 100.1 }, '400 validation_error'],
    [{ ...at, resource_type: 'host' }, '400 validation_error'],
    [{ ...at, resource_ids: regions }, '400 validation_error'],
    [{ ...at, resource_type: 'region', resource_ids: ['US'] }, '404 not_found'],
    [{ ...at, resource_type: 'region', resource_ids: [ipam.uuid('region', 99)] }, '404 not_found'],
    [{ ...at, resource_type: 'country', resource_ids: ['Atlantis'] }, '404 not_found'],
    [{ ...at, free: 7 }, '400 validation_error'],
  ] as const)
    t.equal(refusal(await make(ipam, conditions)), says, JSON.stringify(conditions))
  for (const more of [
    { notification_channels: ['email'] },
    { notification_channels: [] },
    { severity: 'loud' },
    { rule_name: '' },
    { rule_name: '  ' },
  ]) {
    const reply = await make(ipam, at, more)
    t.equal(refusal(reply), '400 validation_error', JSON.stringify(more))
    const [field = ''] = Object.keys(more)
    t.match(Object.keys(reply.json.details).join(), field)
  }
  const high = await make(ipam, { utilization_threshold: 100.1 })
  t.strictSame(high.json.details, {
    'conditions.utilization_threshold': 'Must be between 0 and 100',
  })
})

t.test('a change leaves what it does not name', async t => {
  const { ipam, regions } = await begin(t)
  const [one, two] = regions
  const made = await make(ipam, {
    utilization_threshold: 80,
    resource_type: 'region',
    resource_ids: [one],
  })
  const path = `${PATH}/${made.json.rule_id}`
  const change = (body: object, name = 'reader') => ipam.as(name, 'PATCH', path, body)
  ipam.gateway.timeMs += 60_000
  const changed = await change({ is_active: false, conditions: { utilization_threshold: 90 } })
  t.strictSame(changed.json, { success: true, updated_at: '2025-11-12T10:01:00Z' })
  const conditions = { utilization_threshold: 90, resource_type: 'region', resource_ids: [one] }
  t.match(await listed(ipam), [{ rule_name: 'High utilization', is_active: false, conditions }])

  await change({ rule_name: 'Other', conditions: { resource_ids: [one, two] } })
  t.match(await listed(ipam), [{ rule_name: 'Other', conditions: { resource_ids: [one, two] } }])
  for (const resource_type of ['country', null]) {
    const { json } = await change({ conditions: { resource_type } })
    t.match(json, { error: 'validation_error', message: /resources of type region/ })
  }
  await change({ conditions: { resource_type: 'country', resource_ids: ['GB'] } })
  t.match(await listed(ipam), [
    { conditions: { resource_type: 'country', resource_ids: ['GB'], utilization_threshold: 90 } },
  ])
  await change({ conditions: { resource_type: null, resource_ids: null } })
  t.strictSame((await listed(ipam))[0].conditions, { utilization_threshold: 90 })

  t.equal(refusal(await change({})), '400 validation_error')
  t.equal(refusal(await change({ is_active: true }, 'other')), '404 not_found', 'not his')
  t.equal(refusal(await change({ is_active: true }, 'admin')), '404 not_found', 'nor an admin’s')
})

t.test('a rule is deleted by whoever made it, or an admin', async t => {
  const { ipam } = await begin(t)
  const conditions = { utilization_threshold: 80 }
  for (const name of ['reader', 'admin']) {
    const path = `${PATH}/${(await make(ipam, conditions)).json.rule_id}`
    t.equal(refusal(await ipam.as('other', 'DELETE', path)), '404 not_found')
    t.equal((await ipam.as(name, 'DELETE', path)).status, 204, name)
    t.equal(refusal(await ipam.as(name, 'DELETE', path)), '404 not_found')
  }
  t.equal(refusal(await ipam.as('reader', 'DELETE', `${PATH}/none`)), '404 not_found')
  t.strictSame(await listed(ipam), [])
})
