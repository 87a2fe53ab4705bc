import { createHash } from 'node:crypto'
import t from 'tap'
import { hashApiToken, isApiTokenText, makeApiToken, systemRandom } from '../../src/auth/index.js'

t.test('a token is always as long, whatever its bytes', async t => {
  for (const byte of [0, 1, 127, 255]) {
    const { text } = makeApiToken(count => new Uint8Array(count).fill(byte))
    t.match(text, /^ipam_[0-9A-Za-z]{49}$/, text)
    t.ok(isApiTokenText(text))
  }
  t.equal(
    makeApiToken(count => new Uint8Array(count)).text,
    `ipam_${'0'.repeat(43)}2CZclj`,
    'pinned, since scanners know the shape: CRC-32 of the 43 characters',
  )
})

t.test('its hash is SHA-256 in base64url, its hint how it begins', async t => {
  const { text, hash, hint } = makeApiToken(systemRandom)
  t.equal(hash, createHash('sha256').update(text).digest('base64url'))
  t.equal(hash, hashApiToken(text))
  t.equal(hint, text.slice(0, 9))
  t.not(makeApiToken(systemRandom).text, text)
})

t.test('every mistyped character is told', async t => {
  const { text } = makeApiToken(systemRandom)
  for (let at = 0; at < text.length; at++) {
    for (const other of ['0', 'a', 'Z', '_', ' ']) {
      if (other === text[at]) continue
      t.notOk(isApiTokenText(text.slice(0, at) + other + text.slice(at + 1)), `${at} ${other}`)
    }
    t.notOk(isApiTokenText(text.slice(0, at) + text.slice(at + 1)), `without ${at}`)
  }
  for (const wrong of ['', 'ipam_', `${text}\n`, ` ${text}`, text.toUpperCase(), text + text]) {
    t.notOk(isApiTokenText(wrong))
  }
})
