import t from 'tap'
import {
  type Alert,
  type AllocationFacts,
  type Command,
  REVIEW_SUBJECTS_MAX,
} from '../../src/ledger/index.js'
import {
  allocate,
  block,
  deleteNetwork,
  deletePool,
  HOUR_MS,
  network,
  pool,
  release,
  renew,
  START_MS,
  World,
} from './world.js'

const DAY_MS = 24 * HOUR_MS
const MAC = '00:11:22:33:44:55'
const OTHER = 'aa:bb:cc:dd:ee:ff'

type Subjects = { networkIds?: number[]; allocationIds?: number[]; forgetBeforeMs?: number }
const review = (set: Subjects): Command => ({
  ...{ type: 'alerts.review', networkIds: [], allocationIds: [], forgetBeforeMs: 0 },
  ...set,
})
const mailed = (id: number, number: number): Command => ({ type: 'alert.mailed', id, number })
const update = (id: number, set: AllocationFacts): Command => ({
  ...{ type: 'allocation.update', id, ifRevision: null, set },
})
const MAIL_SETTINGS: Command = {
  type: 'settings.update',
  ifRevision: null,
  set: { smtpHost: 'mail.example.com', alertEmail: 'noc@example.com' },
}

/** How many alerts are other than before. */
function reviewed(world: World, set: Subjects): number {
  const result = world.result(review(set))
  if (result.type !== 'slice' || result.more) throw new Error('no slice, or more of them')
  return result.rows
}

function open(world: World): readonly Alert[] {
  return world.rows.alerts().filter(alert => alert.resolvedMs === null)
}

t.test('a network that fills up is an alert, and more so the fuller it is', async t => {
  const world = new World()
  // The child has 31 of the usable addresses; the last one was never usable.
  world.network('10.0.0.0/22')
  world.allocation(allocate(1, { count: 800 }))
  world.network('10.0.3.224/27')
  t.equal(world.figures(1), '991 800 0 191')
  t.equal(reviewed(world, { networkIds: [1] }), 1)
  const revision = world.revision
  t.strictSame(world.rows.alerts(), [
    {
      id: 1,
      kind: 'utilization',
      severity: 'medium',
      networkId: 1,
      allocationId: null,
      subject: '10.0.0.0/22',
      figure: 8073,
      raisedMs: START_MS,
      resolvedMs: null,
      mails: 0,
      mailed: 0,
      revision,
    },
  ])
  t.match(world.lastChanges(), [
    {
      action: 'alert.raised',
      entity: 'alert',
      entityId: 1,
      before: null,
      after: {
        id: 1,
        kind: 'utilization',
        severity: 'medium',
        network_id: 1,
        allocation_id: null,
        subject: '10.0.0.0/22',
        figure: 8073,
        raised_at: '2024-01-15T10:30:00.000Z',
        resolved_at: null,
        mails: 0,
        mailed: 0,
        revision,
      },
    },
  ])
  t.equal(reviewed(world, { networkIds: [1, 1] }), 0, 'it is known')
  t.strictSame(world.lastChanges(), [])
})

t.test('80, 90 and 95 percent are where the severities begin', async t => {
  const world = new World()
  world.network('10.0.0.0/30')
  world.network(network('10.1.0.0/16', { description: 'of 65,534' }))
  t.equal(reviewed(world, { networkIds: [1, 2] }), 0)
  // 52,424 of 65,534 are 79.995 %, which are shown, and count, as 80.00 %.
  const table = [
    [52_423, null, 7999],
    [1, 'medium', 8000],
    [6553, 'medium', 8999],
    [1, 'high', 9000],
    [3275, 'high', 9499],
    [2, 'critical', 9500],
    [3279, 'critical', 10_000],
  ] as const
  for (const [count, severity, figure] of table) {
    world.allocation(allocate(2, { count }))
    reviewed(world, { networkIds: [2] })
    const [alert] = open(world)
    t.equal(alert?.severity ?? null, severity, `${figure}`)
    if (alert !== undefined) t.equal(alert.figure, figure)
  }
  t.equal(world.rows.alerts().length, 1, 'all of them one alert')
})

t.test('below 80 percent the alert is resolved, and the next one is another', async t => {
  const world = new World()
  world.network('10.0.0.0/29')
  const claims = Array.from({ length: 5 }, () => world.allocation(allocate(1)))
  t.equal(reviewed(world, { networkIds: [1] }), 1, '5 of 6')
  world.result(release(claims[0]?.id ?? 0))
  world.timeMs += 5
  t.equal(reviewed(world, { networkIds: [1] }), 1)
  t.match(world.rows.alert(1), { resolvedMs: START_MS + 5, severity: 'medium', figure: 8333 })
  t.match(world.lastChanges(), [
    {
      action: 'alert.resolved',
      before: { resolved_at: null },
      after: { resolved_at: '2024-01-15T10:30:00.005Z', figure: 8333 },
    },
  ])
  t.equal(reviewed(world, { networkIds: [1] }), 0)
  world.allocation(allocate(1))
  reviewed(world, { networkIds: [1] })
  t.match(open(world), [{ id: 2 }])
})

t.test('the figure of an open alert follows; a mail goes out only when it gets worse', async t => {
  const world = new World()
  world.network('10.0.0.0/26')
  world.allocation(allocate(1, { count: 50 }))
  world.result(MAIL_SETTINGS)
  reviewed(world, { networkIds: [1] })
  t.match(open(world), [{ severity: 'medium', figure: 8065, mails: 1, mailed: 0 }])
  const more = (count: number) => {
    const { id } = world.allocation(allocate(1, { count }))
    reviewed(world, { networkIds: [1] })
    return id
  }
  more(2)
  t.match(open(world), [{ severity: 'medium', figure: 8387, mails: 1 }])
  t.match(world.lastChanges(), [
    { action: 'alert.changed', before: { figure: 8065 }, after: { figure: 8387 } },
  ])
  const id = more(8)
  t.match(open(world), [{ id: 1, severity: 'critical', figure: 9677, mails: 2 }])
  world.result(release(id))
  reviewed(world, { networkIds: [1] })
  t.match(open(world), [{ severity: 'medium', mails: 2 }], 'it got better')
  more(4)
  t.match(open(world), [{ severity: 'high', mails: 3 }])
})

t.test('nobody is mailed to while there is no server or no receiver', async t => {
  for (const name of ['smtpHost', 'alertEmail'] as const) {
    const world = new World()
    world.result(MAIL_SETTINGS)
    world.result({ type: 'settings.update', ifRevision: null, set: { [name]: null } })
    world.network('10.0.0.0/26')
    world.allocation(allocate(1, { count: 50 }))
    reviewed(world, { networkIds: [1] })
    t.match(open(world), [{ severity: 'medium', mails: 0 }], name)
    world.allocation(allocate(1, { count: 6 }))
    reviewed(world, { networkIds: [1] })
    t.match(open(world), [{ severity: 'high', mails: 0 }], 'and what it rose by is not made good')
    world.result(MAIL_SETTINGS)
    t.equal(reviewed(world, { networkIds: [1] }), 0)
    world.allocation(allocate(1, { count: 6 }))
    reviewed(world, { networkIds: [1] })
    t.match(open(world), [{ severity: 'critical', mails: 1 }])
  }
})

t.test('a mail is marked once, with its Change', async t => {
  const world = new World()
  world.result(MAIL_SETTINGS)
  world.network('10.0.0.0/26')
  world.allocation(allocate(1, { count: 50 }))
  reviewed(world, { networkIds: [1] })
  world.allocation(allocate(1, { count: 6 }))
  reviewed(world, { networkIds: [1] })
  for (const number of [0, 3, -1, 1.5])
    t.match(world.refusal(mailed(1, number)), { code: 'invalid', field: 'number' })
  t.strictSame(world.result(mailed(1, 1)), { type: 'none' })
  t.match(world.rows.alert(1), { mails: 2, mailed: 1, revision: world.revision })
  t.match(world.lastChanges(), [
    { action: 'alert.changed', before: { mailed: 0 }, after: { mailed: 1, mails: 2 } },
  ])
  world.result(mailed(1, 2))
  for (const number of [1, 2]) {
    world.result(mailed(1, number))
    t.strictSame(world.lastChanges(), [], 'it was marked before')
  }
  t.equal(world.rows.alert(1)?.mailed, 2)
  t.strictSame(world.result(mailed(9, 1)), { type: 'none' }, 'it was forgotten meanwhile')
})

t.test('what was resolved long enough ago is forgotten, a hundred at a time', async t => {
  const world = new World()
  for (let n = 0; n < 120; n++) {
    world.network(`10.0.${n}.0/32`)
    world.allocation(allocate(n + 1))
  }
  const networkIds = Array.from({ length: 120 }, (_, n) => n + 1)
  t.equal(reviewed(world, { networkIds }), 120)
  for (const id of networkIds.slice(0, 110)) world.result(release(id))
  t.equal(reviewed(world, { networkIds, forgetBeforeMs: START_MS }), 110)
  t.equal(world.rows.alerts().length, 120, 'resolved at that very time is not before it')
  t.equal(reviewed(world, { forgetBeforeMs: START_MS + 1 }), 0)
  t.strictSame(world.lastChanges(), [], 'the history of an alert ends with its resolution')
  t.equal(world.rows.alerts().length, 20)
  t.equal(world.rows.alert(100), null)
  reviewed(world, { forgetBeforeMs: Number.MAX_SAFE_INTEGER })
  t.equal(world.rows.alerts().length, 10, 'open ones stay')
})

t.test('a review has at most 400 subjects, and all of them may be raised', async t => {
  const world = new World()
  const ids = Array.from({ length: REVIEW_SUBJECTS_MAX }, (_, n) => n + 1)
  t.strictSame(world.refusal(review({ networkIds: ids, allocationIds: [1] })), {
    ...{ code: 'too-many-rows', rows: 401, rowsMax: 400 },
  })
  world.network('10.0.0.0/16')
  for (const id of ids) {
    world.allocation({ ...allocate(1), ttlMs: 8 * DAY_MS, facts: { mac: MAC } })
    world.result(update(id, { mac: OTHER }))
  }
  world.timeMs += 2 * DAY_MS
  t.equal(reviewed(world, { allocationIds: ids }), 800)
})

t.test('a network that is gone, or of another VRF, has no alert', async t => {
  const world = new World()
  world.result({ type: 'vrf.create', name: 'lab', description: null })
  world.network(network('10.0.0.0/32', { vrf: 'lab' }))
  world.allocation({ ...allocate(1), ttlMs: 8 * DAY_MS })
  world.result(update(1, { mac: MAC }))
  world.result(update(1, { mac: OTHER }))
  world.timeMs += 3 * DAY_MS
  t.equal(reviewed(world, { networkIds: [1, 9], allocationIds: [1, 9] }), 0)

  world.network('10.0.0.0/31')
  world.result({ ...allocate(2), ttlMs: 1 })
  world.result(allocate(2))
  t.equal(reviewed(world, { networkIds: [2] }), 1)
  world.result(release(2))
  world.result(release(3))
  world.result(deleteNetwork(2))
  t.equal(reviewed(world, { networkIds: [2] }), 1)
  t.match(world.rows.alerts(), [{ resolvedMs: world.timeMs, subject: '10.0.0.0/31' }])
})

t.test('a network without addresses of its own is not full', async t => {
  const world = new World()
  world.network('10.0.0.0/31')
  world.network('10.0.0.0/32')
  world.network('10.0.0.1/32')
  t.equal(world.figures(1), '0 0 0 0')
  t.equal(reviewed(world, { networkIds: [1] }), 0)
})

t.test('of the largest networks the figure is exact', async t => {
  const world = new World()
  world.network('2001:db8::/32')
  world.allocation(allocate(1, { prefixLength: 33 }))
  t.equal(reviewed(world, { networkIds: [1] }), 0, 'half of it')
  world.allocation(allocate(1, { prefixLength: 34 }))
  world.allocation(allocate(1, { prefixLength: 35 }))
  reviewed(world, { networkIds: [1] })
  t.match(open(world), [{ subject: '2001:db8::/32', severity: 'medium', figure: 8750 }])
})

t.test('a long lease that ends within 7 days is an alert, and more so on its last day', async t => {
  const world = new World()
  world.result(MAIL_SETTINGS)
  world.network('10.0.0.0/24')
  const made = world.allocation({ ...allocate(1, { count: 3 }), ttlMs: 30 * DAY_MS })
  const endsMs = made.expiresMs ?? 0
  const at = (leftMs: number) => {
    world.timeMs = endsMs - leftMs
    return reviewed(world, { allocationIds: [1] })
  }
  t.equal(at(7 * DAY_MS + 1), 0)
  t.equal(at(7 * DAY_MS), 1)
  t.match(open(world), [
    {
      ...{ kind: 'expiry', severity: 'medium', networkId: 1, allocationId: 1, mails: 1 },
      ...{ subject: '10.0.0.1-10.0.0.3', figure: endsMs },
    },
  ])
  t.equal(at(DAY_MS + 1), 0)
  t.equal(at(DAY_MS), 1)
  t.match(open(world), [{ severity: 'high', mails: 2 }])
  t.equal(at(-5), 0, 'it is over when the cluster says so')
  world.result(renew(1, 3 * DAY_MS))
  reviewed(world, { allocationIds: [1] })
  t.match(open(world), [{ severity: 'medium', figure: world.timeMs + 3 * DAY_MS, mails: 2 }])
  world.result(renew(1, 8 * DAY_MS))
  t.equal(reviewed(world, { allocationIds: [1] }), 1)
  t.strictSame(open(world), [])
})

t.test('a lease that ends, or never ends, has no alert, nor has a short one', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const lease = (ttlMs: number | null) => world.allocation({ ...allocate(1), ttlMs }).id
  const ids = [lease(7 * DAY_MS), lease(7 * DAY_MS + 1), lease(null), lease(8 * DAY_MS)]
  world.timeMs += 2 * DAY_MS
  t.equal(reviewed(world, { allocationIds: ids }), 2)
  t.match(open(world), [{ allocationId: 2 }, { allocationId: 4 }])
  world.result(release(2))
  world.timeMs += 6 * DAY_MS
  world.result({ type: 'expire', rowsMax: 10 })
  t.equal(reviewed(world, { allocationIds: ids }), 2)
  t.strictSame(open(world), [])
})

t.test('a claim under several MACs is an alert until somebody says which it is', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation({ ...allocate(1), facts: { mac: MAC } })
  t.equal(reviewed(world, { allocationIds: [1] }), 0)
  world.result(update(1, { mac: OTHER }))
  t.equal(reviewed(world, { allocationIds: [1] }), 1)
  t.match(open(world), [
    {
      ...{ kind: 'conflict', severity: 'high', networkId: 1, allocationId: 1 },
      ...{ subject: '10.0.0.1', figure: 2 },
    },
  ])
  world.result(update(1, { mac: '00:00:00:00:00:01' }))
  reviewed(world, { allocationIds: [1] })
  t.match(open(world), [{ figure: 3 }])
  world.result(update(1, { mac: '00:00:00:00:00:01' }))
  t.equal(reviewed(world, { allocationIds: [1] }), 1)
  t.strictSame(open(world), [])
  world.result(update(1, { mac: OTHER }))
  reviewed(world, { allocationIds: [1] })
  world.result(release(1))
  t.equal(reviewed(world, { allocationIds: [1] }), 1, 'what is over is in conflict with nobody')
})

t.test('of one claim an alert of each kind, and each ends by itself', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation({ ...allocate(1), ttlMs: 8 * DAY_MS, facts: { mac: MAC } })
  world.result(update(1, { mac: OTHER }))
  world.timeMs += 2 * DAY_MS
  t.equal(reviewed(world, { allocationIds: [1] }), 2)
  t.match(open(world), [{ kind: 'expiry' }, { kind: 'conflict' }])
  world.result(renew(1, null))
  t.equal(reviewed(world, { allocationIds: [1] }), 1)
  t.match(open(world), [{ kind: 'conflict', id: 2 }])
})

t.test('an alert moves with its claim, and goes with the pool of its block', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation({ ...allocate(1), ttlMs: 8 * DAY_MS })
  world.result(pool('p', '10.1.0.0/16'))
  world.result(block('p', 24, { ttlMs: 8 * DAY_MS }))
  world.timeMs += 2 * DAY_MS
  t.equal(reviewed(world, { allocationIds: [1, 2] }), 2)
  t.match(open(world), [{ networkId: 1 }, { networkId: 2, subject: '10.1.0.0/24' }])
  const child = world.network('10.0.0.0/28')
  world.result(deletePool('p'))
  t.equal(reviewed(world, { allocationIds: [1, 2] }), 2)
  t.match(open(world), [{ id: 1, networkId: child.id }])
  t.equal(open(world).length, 1)
})
