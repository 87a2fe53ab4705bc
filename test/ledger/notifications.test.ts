import t from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { asUser } from './office.js'
import { ADMIN, ANNA, BEN, refusalFor, region, resultFor, rule, worldOfUsers } from './personal.js'
import { START_MS, type World } from './world.js'

const read = (id: number, isRead = true): Command => ({ type: 'notification.read', id, isRead })
const deletion = (id: number): Command => ({ type: 'notification.delete', id })

/** Two notifications of Anna. */
function told(): World {
  const world = worldOfUsers()
  const crossings = ['10.1.0.0/24', '10.2.0.0/24'].map(cidr => {
    const { id: resourceId } = region(world, cidr)
    return { ruleId: 1, resourceType: 'region', resourceId } as const
  })
  resultFor(world, ANNA, rule({ threshold: 0 }), 'rule')
  world.result({ type: 'rules.review', crossings })
  return world
}

t.test('a notification is read and unread again; said twice it changes nothing', async t => {
  const world = told()
  const unread = world.rows.personal.notification(1)
  world.timeMs += 5
  const first = resultFor(world, ANNA, read(1), 'notification').notification
  t.strictSame(first, { ...unread, readMs: START_MS + 5, revision: world.revision })
  t.match(world.lastChanges(), [
    {
      ...{ action: 'notification.updated', entityId: 1 },
      ...{ before: { read_at: null }, after: { read_at: '2024-01-15T10:30:00.005Z' } },
    },
  ])
  world.timeMs += 5
  t.strictSame(resultFor(world, ANNA, read(1), 'notification').notification, first)
  t.strictSame(world.lastChanges(), [])
  const again = resultFor(world, ANNA, read(1, false), 'notification').notification
  t.strictSame(again, { ...unread, revision: world.revision })
  resultFor(world, ANNA, read(1, false), 'notification')
  t.strictSame(world.lastChanges(), [])
  t.equal(world.rows.personal.notification(2)?.readMs, null)
})

t.test('it is for its user; an admin may delete it and not read it for him', async t => {
  const world = told()
  const notFound = { code: 'personal-not-found', noun: 'notification', id: 1 }
  for (const command of [read(1), deletion(1)]) {
    t.strictSame(refusalFor(world, BEN, command), notFound)
    t.strictSame(world.refusal(command), { code: 'not-signed-in' })
  }
  t.strictSame(refusalFor(world, ADMIN, read(1)), notFound)
  t.ok(asUser(world, ANNA, deletion(1)).ok)
  t.match(world.lastChanges(), [{ action: 'notification.deleted', before: { id: 1 }, after: null }])
  t.strictSame(refusalFor(world, ANNA, deletion(1)), notFound)
  t.ok(asUser(world, ADMIN, deletion(2)).ok)
  t.equal(world.rows.personal.notificationCount(ANNA), 0)
})
