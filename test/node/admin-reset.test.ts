// A lost admin password is set from the data directory: once, on any node, and never to something that is none.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { GatewayError } from '../../src/gateway/index.js'
import { RESET_FILE, watchForReset } from '../../src/node/admin-reset.js'
import { FakeGateway } from '../support/fake-gateway.js'
import { SimClock } from '../support/sim-clock.js'

const LOOK_MS = 2_000

function watched(t: Test) {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-node-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const gateway = new FakeGateway()
  const clock = new SimClock()
  const logged: { fields: object; message: string }[] = []
  const log = (fields: object, message: string) => void logged.push({ fields, message })
  const close = watchForReset(directory, {
    gateway,
    identities: () => gateway.store.reads.identities(),
    hash: async password => `hash of ${password.length}`,
    clock: clock.node(),
    log: { warn: log, error: log },
  })
  t.teardown(close)
  const path = join(directory, RESET_FILE)
  const put = (text: string) => writeFileSync(path, text, { mode: 0o600 })
  const admin = () => gateway.store.reads.identities().userNamed('admin')
  return { gateway, clock, logged, path, put, admin }
}

const bootstrap = {
  type: 'user.bootstrap',
  username: 'admin',
  email: 'a@b',
  passwordHash: 'lost',
} as const

t.test('without the file nothing is asked', async t => {
  const { gateway, clock, logged } = watched(t)
  await clock.run(10 * LOOK_MS)
  t.strictSame([gateway.submitsAsked, gateway.readsAsked, logged], [[], [], []])
})

t.test('the new password is set once, the file is gone, and old logins end', async t => {
  const { gateway, clock, logged, path, put, admin } = watched(t)
  gateway.apply(bootstrap)
  gateway.apply({ type: 'user.create', ...other, role: 'admin' })
  gateway.apply({ type: 'user.update', id: 1, ifRevision: null, set: { isActive: false } })
  const before = admin()
  put('correct horse\n')
  await clock.run(LOOK_MS)
  t.match(admin(), { passwordHash: 'hash of 13', role: 'admin', isActive: true })
  t.ok((admin()?.epoch ?? 0) > (before?.epoch ?? 0))
  t.notOk(existsSync(path))
  t.match(logged, [{ message: /was set from the data directory/ }])
  t.notMatch(JSON.stringify(logged), /correct horse|hash of/)
  await clock.run(10 * LOOK_MS)
  t.equal(gateway.submitsAsked.length, 1)
})

const other = { username: 'berta', email: 'b@b', theme: 'light', passwordHash: 'x' } as const

t.test('a file that is only just being written is waited for', async t => {
  const { gateway, clock, path, put, admin } = watched(t)
  gateway.apply(bootstrap)
  put('')
  await clock.run(2 * LOOK_MS)
  t.ok(existsSync(path))
  put('correct horse')
  await clock.run(LOOK_MS)
  t.equal(admin()?.passwordHash, 'hash of 13')
})

t.test('an admin who was deleted is made again', async t => {
  const { gateway, clock, put, admin } = watched(t)
  gateway.apply(bootstrap)
  gateway.apply({ type: 'user.create', ...other, role: 'admin' })
  gateway.apply({ type: 'user.delete', id: 1, ifRevision: null })
  put('correct horse')
  await clock.run(LOOK_MS)
  t.match(admin(), { id: 3, role: 'admin', passwordHash: 'hash of 13' })
})

t.test('what is no password is refused with the reason, and goes all the same', async t => {
  const { gateway, clock, logged, path, put } = watched(t)
  gateway.apply(bootstrap)
  put('short')
  await clock.run(LOOK_MS)
  t.match(logged, [{ fields: { reason: /at least 8 characters/ }, message: /was not set/ }])
  t.notMatch(JSON.stringify(logged), /short"/)
  t.notOk(existsSync(path))
  t.strictSame(gateway.submitsAsked, [])
})

t.test('without a leader it is not set later by surprise', async t => {
  const { gateway, clock, logged, put, admin } = watched(t)
  gateway.apply(bootstrap)
  gateway.failure = new GatewayError('no-leader', 'known', 'no leader')
  put('correct horse')
  await clock.run(LOOK_MS)
  gateway.failure = null
  await clock.run(10 * LOOK_MS)
  t.match(logged, [{ message: /put the file there again/ }])
  t.equal(admin()?.passwordHash, 'lost')
})
