// Signing keys as a node uses them: opened once for each change, and only those that its secret opens.
import t from 'tap'
import {
  issueAccessToken,
  KeyRing,
  newestKey,
  Sealer,
  VerifiedTokens,
} from '../../src/auth/index.js'
import type { SigningKey } from '../../src/ledger/index.js'
import { anna, CLUSTER, countCrypto, key, NOW_MS, seededBytes } from './identities.js'

const SECRET = 'a secret for tests only'

function ringWith(secret: string | null, seed = 1): KeyRing {
  return new KeyRing(new Sealer(secret, seededBytes(seed)), seededBytes(seed + 100))
}

function madeBy(ring: KeyRing, retiresMs: number | null = null): SigningKey {
  return { ...ring.make(), createdMs: NOW_MS, retiresMs }
}

t.test('a token that one node signs is good on another with the same secret', async t => {
  const [one, other] = [ringWith(SECRET, 1), ringWith(SECRET, 2)]
  const keys = [key, madeBy(one)]
  t.match(keys[1]?.secret, /^sealed\.1\./)
  const signer = newestKey(one.opened(keys), NOW_MS)
  if (signer === null) throw new Error('there is a key')
  t.equal(signer.id, keys[1]?.id)
  const order = { user: anna, key: signer, clusterUuid: CLUSTER, nowMs: NOW_MS }
  const { text } = await issueAccessToken(order, seededBytes(3))
  const judge = (ring: KeyRing) =>
    new VerifiedTokens().verify(text, { keys: ring.opened(keys), clusterUuid: CLUSTER }, NOW_MS)
  t.match(await judge(other), { userId: anna.id })
  t.strictSame(await judge(ringWith('another secret')), { code: 'unknown-key' })
  t.strictSame(await judge(ringWith(null)), { code: 'unknown-key' })
})

t.test('what cannot be opened is no key: the newest of the others signs while it verifies', t => {
  const [ours, theirs] = [ringWith(SECRET), ringWith('another secret', 2)]
  const old = madeBy(ours, NOW_MS + 1)
  const opened = ours.opened([key, old, madeBy(theirs)])
  t.strictSame(
    opened.map(({ id }) => id),
    [key.id, old.id],
  )
  t.equal(newestKey(opened, NOW_MS)?.id, old.id)
  t.equal(newestKey(opened, NOW_MS + 1), null)
  t.equal(newestKey(theirs.opened([old]), NOW_MS), null)
  t.end()
})

t.test('a sealed key stands for its own id only', t => {
  const ring = ringWith(SECRET)
  const [one, two] = [madeBy(ring), madeBy(ring)]
  t.equal(ring.canOpen({ ...one, secret: two.secret }), false)
  t.equal(
    ring.canOpen({ ...one, secret: new Sealer(SECRET, seededBytes(9)).seal('x', 'smtp-password') }),
    false,
  )
  t.equal(ring.canOpen(one), true)
  t.end()
})

t.test('a key in clear opens everywhere, and is bare where there is a secret', t => {
  for (const [secret, bare] of [
    [SECRET, true],
    [null, false],
  ] as const) {
    const ring = ringWith(secret)
    t.equal(ring.canOpen(key), true)
    t.equal(ring.isBare(key), bare)
    t.equal(ring.isBare(madeBy(ring)), false)
    t.strictSame(ring.opened([key]), [key])
  }
  t.end()
})

t.test('keys are opened once for each list, not for each request', t => {
  const ring = ringWith(SECRET)
  const keys = [madeBy(ring), madeBy(ring)]
  const first = ring.opened(keys)
  const counter = countCrypto('createDecipheriv')
  t.teardown(counter.stop)
  for (let i = 0; i < 10; i++) t.equal(ring.opened(keys), first)
  t.equal(counter.count, 0)
  t.strictSame(ring.opened([...keys]), first)
  t.equal(counter.count, 2)
  t.end()
})
