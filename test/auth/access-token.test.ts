import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import t from 'tap'
import {
  issueAccessToken,
  makeSigningKey,
  newestKey,
  verifyAccessToken,
} from '../../src/auth/index.js'
import { keyObject } from '../../src/auth/signing-key.js'
import { anna, CLUSTER, issued, key, NOW_MS, seededBytes, signingKey, trust } from './identities.js'

const HOUR_MS = 3_600_000

/** A token that our key signed, but not as `issueAccessToken` would have it. */
function forged(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
  signer: Parameters<SignJWT['sign']>[0] = keyObject(key),
) {
  const good = {
    iss: 'ipam',
    aud: CLUSTER,
    sub: '7',
    jti: 'id',
    epoch: 3,
    iat: NOW_MS / 1000,
    exp: NOW_MS / 1000 + 60,
  }
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.id, ...header })
    .sign(signer)
}

const unsigned = (header: object, payload: object) =>
  [header, payload].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')

t.test('a token names its user, its cluster, its key and its end', async t => {
  const { text, tokenId, expiresMs } = await issued({ nowMs: NOW_MS + 999 })
  t.strictSame(decodeProtectedHeader(text), { alg: 'HS256', typ: 'JWT', kid: 'key-1' })
  t.strictSame(decodeJwt(text), {
    epoch: 3,
    iss: 'ipam',
    aud: CLUSTER,
    sub: '7',
    jti: tokenId,
    iat: NOW_MS / 1000,
    exp: NOW_MS / 1000 + 3600,
  })
  t.match(tokenId, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  t.equal(expiresMs, NOW_MS + HOUR_MS)
  t.strictSame(await verifyAccessToken(text, trust, NOW_MS), {
    userId: 7,
    tokenId,
    epoch: 3,
    issuedMs: NOW_MS,
    expiresMs,
    clusterUuid: CLUSTER,
    keyId: 'key-1',
  })
})

t.test('it is good for the last millisecond and over at the next', async t => {
  const { text, expiresMs } = await issued({ ttlSeconds: 10 })
  t.notOk('code' in (await verifyAccessToken(text, trust, expiresMs - 1)))
  t.strictSame(await verifyAccessToken(text, trust, expiresMs), { code: 'expired' })
})

t.test('a node whose clock is behind takes a token of one that is ahead', async t => {
  const { text } = await issued({ nowMs: NOW_MS + 30_000 })
  t.notOk('code' in (await verifyAccessToken(text, trust, NOW_MS)))
})

t.test('no character can be changed, dropped or doubled', async t => {
  const { text } = await issued()
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    for (const other of [code ^ 1, code ^ 2, code ^ 4, code ^ 0x20, code | 0x80]) {
      const tampered = text.slice(0, at) + String.fromCharCode(other) + text.slice(at + 1)
      if (tampered === text) continue
      t.ok('code' in (await verifyAccessToken(tampered, trust, NOW_MS)), `${at}: ${other}`)
    }
    const dropped = text.slice(0, at) + text.slice(at + 1)
    const doubled = text.slice(0, at) + text.charAt(at) + text.slice(at)
    for (const tampered of [dropped, doubled]) {
      t.ok('code' in (await verifyAccessToken(tampered, trust, NOW_MS)), `length at ${at}`)
    }
  }
})

t.test('a signature has one spelling', async t => {
  const { text } = await issued()
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const accepted: string[] = []
  for (const last of digits) {
    const result = await verifyAccessToken(text.slice(0, -1) + last, trust, NOW_MS)
    if (!('code' in result)) accepted.push(last)
  }
  t.strictSame(accepted, [text.slice(-1)])
})

t.test('a token of another cluster is refused, even one with the same keys', async t => {
  const restored = '00000000-0000-4000-8000-000000000000'
  const { text } = await issued({ clusterUuid: restored })
  t.strictSame(await verifyAccessToken(text, trust, NOW_MS), { code: 'other-cluster' })
  const stranger = await issued({ clusterUuid: restored, key: signingKey('theirs') })
  t.strictSame(await verifyAccessToken(stranger.text, trust, NOW_MS), { code: 'unknown-key' })
})

t.test('an old key verifies until it retires, and the new one signs', async t => {
  const old = signingKey('old', NOW_MS + 5_000)
  const keys = [old, key]
  t.equal(newestKey(keys, NOW_MS), key)
  t.equal(newestKey([], NOW_MS), null)
  t.equal(newestKey([old], NOW_MS + 4_999), old, 'the newer one cannot be opened here')
  t.equal(newestKey([old], NOW_MS + 5_000), null)
  const { text } = await issued({ key: signingKey('old') })
  const rotated = { keys, clusterUuid: CLUSTER }
  t.notOk('code' in (await verifyAccessToken(text, rotated, NOW_MS + 4_999)))
  t.strictSame(await verifyAccessToken(text, rotated, NOW_MS + 5_000), { code: 'unknown-key' })
  t.notOk('code' in (await verifyAccessToken((await issued()).text, rotated, NOW_MS + 5_000)))
})

t.test('a key of the same id with another secret does not verify', async t => {
  const { text } = await issued({ key: { ...key, secret: signingKey('other').secret } })
  t.strictSame(await verifyAccessToken(text, trust, NOW_MS), { code: 'bad-signature' })
})

t.test('the algorithm is not the token’s to choose', async t => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const none = unsigned({ alg: 'none', typ: 'JWT', kid: key.id }, { sub: '7' })
  const long = Buffer.from(key.secret.repeat(2)).subarray(0, 64)
  const rows: readonly (readonly [string, string])[] = [
    [`${none}.`, 'none without a signature'],
    [`${none}.${(await issued()).text.split('.')[2]}`, 'none with one'],
    [await forged({}, { alg: 'RS256' }, privateKey), 'RS256'],
    [await forged({}, { alg: 'HS512' }, long), 'HS512'],
    [`${unsigned({ typ: 'JWT', kid: key.id }, {})}.x`, 'none named'],
    [`${unsigned({ alg: 'hs256', typ: 'JWT', kid: key.id }, {})}.x`, 'another case'],
  ]
  for (const [text, what] of rows) {
    t.strictSame(await verifyAccessToken(text, trust, NOW_MS), { code: 'wrong-algorithm' }, what)
  }
})

t.test('what is no token of ours is malformed, and nothing is thrown', async t => {
  const { text } = await issued()
  const [header, payload, signature] = text.split('.') as [string, string, string]
  const crit = { crit: ['x'], x: 1 }
  const rows: readonly (readonly [string, string])[] = [
    ['', 'nothing'],
    ['..', 'only dots'],
    ['a.b.c', 'letters'],
    [`${header}.${payload}`, 'no signature'],
    [`${text}.${signature}`, 'four parts'],
    [` ${text}`, 'a space before'],
    [`${text}\n`, 'a line end after'],
    [`${text}=`, 'padding'],
    [`${header}..${signature}`, 'no payload'],
    ['x'.repeat(1_000_000), 'a megabyte'],
    [`${unsigned([], {})}.${signature}`, 'a header that is an array'],
    [await forged({}, { typ: 'at+jwt' }), 'another type of token'],
    [`${unsigned({ alg: 'HS256', typ: 'JWT', kid: key.id, ...crit }, {})}.${signature}`, 'crit'],
    [await forged({ sub: 'anna' }), 'a subject that is no id'],
    [await forged({ sub: '07' }), 'an id with a zero in front'],
    [await forged({ sub: 7 }), 'a subject that is no string'],
    [await forged({ sub: '99999999999999999999' }), 'an id beyond exact integers'],
    [await forged({ jti: undefined }), 'no id of the token'],
    [await forged({ epoch: undefined }), 'no epoch'],
    [await forged({ epoch: -1 }), 'an epoch before all'],
    [await forged({ exp: undefined }), 'no end'],
    [await forged({ exp: 'never' }), 'an end that is no number'],
    [await forged({ exp: 1e300 }), 'an end that is no integer of ours'],
    [await forged({ iat: undefined }), 'no beginning'],
    [await forged({ aud: [CLUSTER] }), 'several audiences'],
    [await forged({ iss: 'other' }), 'another issuer'],
  ]
  for (const [token, what] of rows) {
    t.strictSame(await verifyAccessToken(token, trust, NOW_MS), { code: 'malformed' }, what)
  }
  t.notOk('code' in (await verifyAccessToken(await forged({}), trust, NOW_MS)), 'the good one')
})

t.test('keys are made of 32 random bytes, and shorter ones are not used', async t => {
  const made = makeSigningKey(seededBytes(1))
  t.equal(Buffer.from(made.secret, 'base64url').length, 32)
  t.match(made.id, /^[\w-]{11}$/)
  t.not(makeSigningKey(seededBytes(2)).id, made.id)
  const short = { ...key, secret: 'c2hvcnQ' }
  const order = { user: anna, key: short, clusterUuid: CLUSTER, nowMs: NOW_MS }
  const error = await issueAccessToken(order, seededBytes(1)).catch(String)
  t.match(error, /32 bytes/)
  t.notMatch(error, /c2hvcnQ/)
})
