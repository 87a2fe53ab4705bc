import t from 'tap'
import type { Command, User } from '../../src/ledger/index.js'
import { HOUR_MS, START_MS, World } from './world.js'

type Creation = Extract<Command, { type: 'user.create' }>
type Update = Extract<Command, { type: 'user.update' }>

const creation = (username: string, set: Partial<Creation> = {}): Creation => ({
  type: 'user.create',
  username,
  email: `${username}@example.com`,
  role: 'user',
  theme: 'light',
  passwordHash: 'hash',
  ...set,
})
const update = (id: number, set: Update['set'], ifRevision: number | null = null): Update => ({
  type: 'user.update',
  id,
  ifRevision,
  set,
})
const deletion = (id: number, ifRevision: number | null = null): Command => ({
  type: 'user.delete',
  id,
  ifRevision,
})
const BOOTSTRAP: Command = {
  type: 'user.bootstrap',
  username: 'admin',
  email: 'admin@localhost.localdomain',
  passwordHash: 'first',
}
const failure = (userId: number | null, key = 'k'): Command => ({
  type: 'login.fail',
  userId,
  failuresKey: key,
  windowMs: 60_000,
  lockAfter: 3,
  lockMs: 15 * 60_000,
})

function userOf(world: World, command: Command): User {
  const result = world.result(command)
  if (result.type !== 'user') throw new Error(`a ${result.type} is no user`)
  return result.user
}

t.test('the first admin is made once, and never again', async t => {
  const world = new World()
  t.match(userOf(world, BOOTSTRAP), { id: 1, username: 'admin', role: 'admin', isActive: true })
  t.strictSame(world.result({ ...BOOTSTRAP, username: 'other' } as Command), { type: 'none' })
  t.equal(world.ledger.identities().users().length, 1)
})

t.test('a user is made, changed and deleted; history holds no password', async t => {
  const world = new World()
  world.result(BOOTSTRAP)
  const anna = userOf(world, creation('Anna', { role: 'manager' }))
  t.match(anna, { id: 2, epoch: 1, createdMs: START_MS, failedLogins: 0, lockedUntilMs: null })
  world.timeMs += 1000
  const changed = userOf(world, update(2, { email: 'a@b.c', theme: 'dark' }, anna.revision))
  t.match(changed, { email: 'a@b.c', theme: 'dark', epoch: 1, role: 'manager' })
  t.match(world.lastChanges(), [{ action: 'user.updated', entity: 'user', entityId: 2 }])
  t.equal(world.lastChanges()[0]?.before?.email, 'Anna@example.com')
  userOf(world, update(2, { passwordHash: 'secret-hash' }))
  t.match(world.lastChanges(), [{ action: 'user.password-changed' }])
  t.strictSame(world.result(deletion(2)), { type: 'none' })
  t.equal(world.ledger.identities().userNamed('anna'), null)
  t.notMatch(JSON.stringify(world.rows.changes()), /secret-hash|"first"/)
  t.equal(userOf(world, creation('anna')).id, 3, 'the name is free again, the id is not')
})

t.test('names are told apart without the case of ASCII letters, and refused by name', async t => {
  const world = new World()
  userOf(world, creation('Anna'))
  t.strictSame(world.refusal(creation('aNNa')), { code: 'user-exists', username: 'aNNa', id: 1 })
  userOf(world, creation('张三', { email: 'z@example.com' }))
  t.equal(world.ledger.identities().userNamed('张三')?.id, 2)
  for (const name of ['', '-a', 'a b', 'system', 'SYSTEM', 'a'.repeat(65), 'a/b', '\ud800'])
    t.match(
      world.refusal(creation(name, { email: 'x@y' })),
      { code: 'invalid', field: 'username' },
      JSON.stringify(name),
    )
  for (const email of ['', 'x', '@y', 'x@', 'a b@c', `${'x'.repeat(65)}@y`])
    t.match(world.refusal(creation('carl', { email })), { code: 'invalid', field: 'email' }, email)
})

t.test('there is always an active admin, once there was one', async t => {
  const world = new World()
  world.result(BOOTSTRAP)
  userOf(world, creation('m', { role: 'manager' }))
  for (const command of [
    update(1, { isActive: false }),
    update(1, { role: 'user' }),
    deletion(1),
  ] as const)
    t.strictSame(world.refusal(command), { code: 'last-admin', id: 1 })
  userOf(world, update(2, { role: 'admin' }))
  userOf(world, update(1, { role: 'user' }))
  t.strictSame(world.refusal(update(2, { isActive: false })), { code: 'last-admin', id: 2 })
  userOf(world, update(1, { isActive: false }))
})

t.test('the revision that was read must still be the one; who is not there is named', async t => {
  const world = new World()
  world.result(BOOTSTRAP)
  t.match(world.refusal(update(1, { theme: 'dark' }, 999)), { code: 'revision-mismatch' })
  t.match(world.refusal(deletion(1, 999)), { code: 'revision-mismatch' })
  t.strictSame(world.refusal(update(9, {})), { code: 'user-not-found', id: 9 })
  t.strictSame(world.refusal(deletion(9)), { code: 'user-not-found', id: 9 })
})

t.test('failed logins lock the account for a while, a good one begins anew', async t => {
  const world = new World()
  userOf(world, BOOTSTRAP)
  t.strictSame(world.result(failure(1)), { type: 'login', failures: 1, lockedUntilMs: null })
  t.strictSame(world.result(failure(1)), { type: 'login', failures: 2, lockedUntilMs: null })
  t.equal(world.ledger.identities().user(1)?.failedLogins, 2)
  const record = { type: 'login.record', userId: 1, failuresKey: 'k', renewedHash: null } as const
  t.match(userOf(world, record), { failedLogins: 0, lastLoginMs: world.timeMs })
  t.equal(world.ledger.identities().loginFailures('k'), null)
  for (const _ of [1, 2]) world.result(failure(1))
  const lockedUntilMs = world.timeMs + 15 * 60_000
  t.strictSame(world.result(failure(1)), { type: 'login', failures: 3, lockedUntilMs })
  world.timeMs += 60_000
  t.match(world.result(failure(1)), { lockedUntilMs }, 'who tries on does not prolong it')
  world.timeMs = lockedUntilMs
  t.match(world.result(failure(1)), { failures: 1, lockedUntilMs: null }, 'then counting begins')
  t.match(userOf(world, update(1, { isActive: true })), { failedLogins: 0, lockedUntilMs: null })
})

t.test(
  'failures are counted by name and address in a window, strangers too, and bounded',
  async t => {
    const world = new World()
    t.strictSame(world.result(failure(null, 'a')), {
      type: 'login',
      failures: 1,
      lockedUntilMs: null,
    })
    world.timeMs += 59_999
    t.match(world.result(failure(null, 'a')), { failures: 2 })
    world.timeMs += 1
    t.match(world.result(failure(null, 'a')), { failures: 1 }, 'the window began with the first')
    t.strictSame(world.lastChanges(), [], 'a stranger leaves no history')
    world.timeMs += 1
    for (let n = 0; n < 10_000; n++) world.result(failure(null, `n${n}`))
    t.equal(world.ledger.identities().loginFailures('a'), null, 'the oldest was forgotten')
    t.equal(world.rows.identity().loginFailures.length, 10_000)
  },
)

t.test('a login of somebody who is gone or inactive is refused', async t => {
  const world = new World()
  world.result(BOOTSTRAP)
  userOf(world, creation('m'))
  userOf(world, update(2, { isActive: false }))
  const record = (userId: number) =>
    ({ type: 'login.record', userId, failuresKey: 'k', renewedHash: null }) as const
  t.strictSame(world.refusal(record(2)), { code: 'not-signed-in' })
  t.strictSame(world.refusal(record(9)), { code: 'user-not-found', id: 9 })
})

t.test('what a restarted node has in memory is what there was', async t => {
  const world = new World()
  world.result(BOOTSTRAP)
  userOf(world, creation('m'))
  world.result(failure(2))
  world.timeMs += HOUR_MS
  const again = world.reopened().identities()
  t.strictSame(again.users(), world.ledger.identities().users())
  t.strictSame(again.loginFailures('k'), world.ledger.identities().loginFailures('k'))
  t.equal(again.userNamed('M')?.id, 2)
})

t.test('a hash that is renewed at a login ends nothing that is signed in', async t => {
  const world = new World()
  const { epoch } = userOf(world, BOOTSTRAP)
  const record = { type: 'login.record', userId: 1, failuresKey: 'k', renewedHash: 'of today' }
  t.match(userOf(world, record as Command), { passwordHash: 'of today', epoch })
  t.match(world.lastChanges(), [{ action: 'user.logged-in' }])
  t.notMatch(JSON.stringify(world.lastChanges()), /of today/)
})
