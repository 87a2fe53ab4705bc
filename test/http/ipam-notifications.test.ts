// Notifications, as rules raise them: listed, marked, dismissed.
import t, { type Test } from 'tap'
import { type Ipam, refusal, startIpam } from './ipam.js'

const PATH = '/ipam/notifications'

/** Of the reader: about so many regions, each of a rule of its own, one a second; the first critical, the others warnings. */
async function begin(t: Test, count: number) {
  const ipam = await startIpam(t)
  const regions: number[] = []
  for (let n = 0; n < count; n++) {
    const regionId = ipam.region(5, n)
    regions.push(regionId)
    ipam.hosts(regionId, 'a')
    const { json } = await ipam.as('reader', 'POST', `${PATH}/rules`, {
      rule_name: `Rule ${n}`,
      conditions: {
        utilization_threshold: 0.1,
        resource_type: 'region',
        resource_ids: [ipam.uuid('region', regionId)],
      },
      severity: n === 0 ? 'critical' : 'warning',
    })
    ipam.gateway.timeMs += 1000
    review(ipam, n + 1, regionId)
    t.ok(json.rule_id)
  }
  return { ipam, regions }
}

/** As the leader does it. */
function review({ gateway }: Ipam, ruleId: number, resourceId: number) {
  gateway.apply({
    type: 'rules.review',
    crossings: [{ ruleId, resourceType: 'region', resourceId }],
  })
}

t.test('they are listed, the newest first, by page, state and severity', async t => {
  const { ipam, regions } = await begin(t, 3)
  const list = async (query = '', name = 'reader') =>
    (await ipam.as(name, 'GET', `${PATH}${query}`)).json
  const all = await list()
  const about = ipam.uuid('region', regions[2] ?? 0)
  t.equal(all.notifications.length, 3)
  t.match(all.notifications[0], {
    notification_type: 'capacity_warning',
    severity: 'warning',
    message: /10\.5\.2\.0\/24/,
    resource_type: 'region',
    resource_id: about,
    resource_link: `/ipam/regions/${about}`,
    is_read: false,
    read_at: null,
    created_at: '2025-11-12T10:00:03Z',
  })
  t.equal(all.unread_count, 3)
  t.match(all.pagination, { page: 1, page_size: 50, total_count: 3, total_pages: 1 })

  const critical = await list('?severity=critical')
  t.match(critical, { notifications: [{ severity: 'critical' }], unread_count: 3 })
  t.equal(critical.pagination.total_count, 1)
  const second = await list('?page=2&page_size=2')
  t.match(second, { pagination: { page: 2, total_pages: 2, has_next: false, has_prev: true } })
  t.match(second.notifications, [{ severity: 'critical' }])
  t.match(await list('?is_read=true'), { notifications: [], unread_count: 3 })
  t.match(await list('', 'other'), { notifications: [], unread_count: 0 })
  for (const query of ['?severity=loud', '?page_size=101', '?page=0', '?is_read=maybe', '?x=1'])
    t.equal(refusal(await ipam.as('reader', 'GET', PATH + query)), '400 validation_error', query)
})

t.test('marked as read it counts no more as unread, and back again', async t => {
  const { ipam } = await begin(t, 2)
  const unread = async () => (await ipam.as('reader', 'GET', `${PATH}/unread`)).json
  const before = await unread()
  t.equal(before.unread_count, 2)
  t.strictSame(Object.keys(before.recent[0]).sort(), [
    'created_at',
    'message',
    'notification_id',
    'severity',
  ])
  const path = `${PATH}/${before.recent[0].notification_id}`
  const mark = (is_read: unknown, name = 'reader') => ipam.as(name, 'PATCH', path, { is_read })
  t.strictSame((await mark(true)).json, { success: true, read_at: '2025-11-12T10:00:02Z' })
  ipam.gateway.timeMs += 5000
  t.match((await mark(true)).json, { read_at: '2025-11-12T10:00:02Z' }, 'said twice')
  t.match(await unread(), { unread_count: 1, recent: [before.recent[1]] })
  t.match((await ipam.as('reader', 'GET', `${PATH}?is_read=true`)).json.notifications, [
    { notification_id: before.recent[0].notification_id, is_read: true },
  ])
  t.strictSame((await mark(false)).json, { success: true, read_at: null })
  t.equal((await unread()).unread_count, 2)
  t.equal(refusal(await mark('yes')), '400 validation_error')
  t.equal(refusal(await mark(true, 'other')), '404 not_found', 'not his')
})

t.test('of many unread ones the newest ten are shown', async t => {
  const { ipam } = await begin(t, 12)
  const { json } = await ipam.as('reader', 'GET', `${PATH}/unread`)
  t.equal(json.unread_count, 12)
  t.equal(json.recent.length, 10)
  t.equal(json.recent[0].created_at, '2025-11-12T10:00:12Z')
})

t.test('a dismissed one is gone', async t => {
  const { ipam } = await begin(t, 1)
  const [{ notification_id: id }] = (await ipam.as('reader', 'GET', PATH)).json.notifications
  t.equal(refusal(await ipam.as('other', 'DELETE', `${PATH}/${id}`)), '404 not_found', 'not his')
  t.equal((await ipam.as('reader', 'DELETE', `${PATH}/${id}`)).status, 204)
  t.equal(refusal(await ipam.as('reader', 'DELETE', `${PATH}/${id}`)), '404 not_found')
  t.equal(refusal(await ipam.as('reader', 'DELETE', `${PATH}/none`)), '404 not_found')
  t.match((await ipam.as('reader', 'GET', PATH)).json, { notifications: [], unread_count: 0 })
})
