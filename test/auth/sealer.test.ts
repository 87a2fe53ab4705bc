// What is sealed opens with the same secret for the same purpose, and else not at all.
import t from 'tap'
import { Sealer } from '../../src/auth/index.js'
import { isSealed } from '../../src/ledger/index.js'
import { seededBytes } from './identities.js'

const SECRET = 'a secret for tests only'
const PURPOSE = 'smtp-password'
const sealer = new Sealer(SECRET, seededBytes(1))

t.test('every text comes back, and is sealed otherwise each time', t => {
  for (const text of [
    '',
    'hunter2',
    'ключ 🔑',
    '\u{1f511}'.repeat(512),
    sealer.seal('x', PURPOSE),
  ]) {
    const [first, second] = [sealer.seal(text, PURPOSE), sealer.seal(text, PURPOSE)]
    t.match(first, /^sealed\.1\.[\w-]{16}\.[\w-]{22,}$/)
    t.not(first, second)
    for (const sealed of [first, second]) {
      t.equal(isSealed(sealed), true)
      t.equal(new Sealer(SECRET, seededBytes(2)).open(sealed, PURPOSE), text)
    }
  }
  t.end()
})

t.test('another secret, another purpose, or none, opens nothing', t => {
  const sealed = sealer.seal('hunter2', PURPOSE)
  for (const secret of ['another secret for tests', `${SECRET} `, null])
    t.equal(new Sealer(secret, seededBytes(1)).open(sealed, PURPOSE), null, String(secret))
  t.equal(sealer.open(sealed, 'signing-key k'), null)
  t.equal(sealer.open(sealed, ''), null)
  t.end()
})

t.test('what is damaged anywhere opens to nothing, and nothing is thrown', t => {
  const sealed = sealer.seal('hunter2 and more', PURPOSE)
  for (let at = 'sealed.1.'.length; at < sealed.length; at++) {
    const other = sealed[at] === 'A' ? 'Q' : 'A'
    t.equal(sealer.open(sealed.slice(0, at) + other + sealed.slice(at + 1), PURPOSE), null, `${at}`)
    t.equal(sealer.open(sealed.slice(0, at), PURPOSE), null, `cut at ${at}`)
  }
  for (const text of ['sealed.1.', 'sealed.1..', `${sealed}.x`, `${sealed}\n`, `${sealed}AAAA`])
    t.equal(sealer.open(text, PURPOSE), null, text)
  t.end()
})

t.test('what is not sealed is as it is, and without a secret nothing is sealed', t => {
  const bare = new Sealer(null, seededBytes(1))
  t.equal(sealer.hasSecret, true)
  t.equal(bare.hasSecret, false)
  for (const text of ['', 'hunter2', 'sealed', 'sealed.2.x.y', 'Sealed.1.x.y']) {
    t.equal(sealer.open(text, PURPOSE), text)
    t.equal(bare.seal(text, PURPOSE), text)
    t.equal(bare.open(text, PURPOSE), text)
  }
  t.end()
})

t.test('what was sealed by the first program that did opens for ever', t => {
  const nonce = Uint8Array.from({ length: 12 }, (_, at) => at)
  const sealed = new Sealer(SECRET, () => nonce).seal('hunter2', PURPOSE)
  t.equal(sealed, 'sealed.1.AAECAwQFBgcICQoL.CUYq8C7ZdNtV2VvX0E7vogSDjSTt-1s')
  t.equal(sealer.open(sealed, PURPOSE), 'hunter2')
  t.end()
})
