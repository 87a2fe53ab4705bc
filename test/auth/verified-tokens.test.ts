import t from 'tap'
import { VerifiedTokens, verifyAccessToken } from '../../src/auth/index.js'
import { CLUSTER, countVerifications, issued, NOW_MS, signingKey, trust } from './identities.js'

t.test('a token is verified once, and answered alike the second time', async t => {
  const verified = new VerifiedTokens()
  const { text } = await issued()
  const counter = countVerifications()
  t.teardown(counter.stop)
  const first = await verified.verify(text, trust, NOW_MS)
  const second = await verified.verify(text, trust, NOW_MS)
  t.equal(counter.count, 1)
  t.strictSame(second, first)
  t.strictSame(second, await verifyAccessToken(text, trust, NOW_MS))
})

t.test('a token that was good ends at its millisecond, and is forgotten', async t => {
  const verified = new VerifiedTokens()
  const { text, expiresMs } = await issued()
  t.notOk('code' in (await verified.verify(text, trust, expiresMs - 1)))
  t.strictSame(await verified.verify(text, trust, expiresMs), { code: 'expired' })
  t.equal(verified.size, 0)
})

t.test('a token that was good falls with its key and with its cluster', async t => {
  const verified = new VerifiedTokens()
  const { text } = await issued()
  const retired = { keys: [signingKey('key-1', NOW_MS + 10)], clusterUuid: CLUSTER }
  await verified.verify(text, trust, NOW_MS)
  t.notOk('code' in (await verified.verify(text, retired, NOW_MS + 9)))
  t.strictSame(await verified.verify(text, retired, NOW_MS + 10), { code: 'unknown-key' })
  await verified.verify(text, trust, NOW_MS)
  const gone = { keys: [], clusterUuid: CLUSTER }
  t.strictSame(await verified.verify(text, gone, NOW_MS), { code: 'unknown-key' })
  await verified.verify(text, trust, NOW_MS)
  const restored = { ...trust, clusterUuid: 'other' }
  t.strictSame(await verified.verify(text, restored, NOW_MS), { code: 'other-cluster' })
})

t.test('a bad token is not kept, and takes nobody’s place', async t => {
  const verified = new VerifiedTokens({ entriesMax: 1 })
  const { text } = await issued()
  await verified.verify(text, trust, NOW_MS)
  const counter = countVerifications()
  t.teardown(counter.stop)
  const bad = `${text.slice(0, -2)}${text.endsWith('AA') ? 'BA' : 'AA'}`
  for (let i = 0; i < 3; i++) {
    t.strictSame(await verified.verify(bad, trust, NOW_MS), { code: 'bad-signature' })
  }
  await verified.verify(text, trust, NOW_MS)
  t.equal(verified.size, 1)
  t.equal(counter.count, 3, 'one each for the bad ones, none for the good one')
})

t.test('it holds as many as it may, and forgets who was away longest', async t => {
  const verified = new VerifiedTokens({ entriesMax: 3 })
  const texts = await Promise.all([1, 2, 3, 4].map(async seed => (await issued({}, seed)).text))
  const [a, b, c, d] = texts as [string, string, string, string]
  for (const text of [a, b, c, a, d]) await verified.verify(text, trust, NOW_MS)
  t.equal(verified.size, 3)
  const counter = countVerifications()
  t.teardown(counter.stop)
  for (const text of [a, c, d]) await verified.verify(text, trust, NOW_MS)
  t.equal(counter.count, 0)
  await verified.verify(b, trust, NOW_MS)
  t.equal(counter.count, 1)
  t.equal(verified.size, 3)
})
