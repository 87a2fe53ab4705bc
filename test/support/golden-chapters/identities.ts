// Who may ask: users, logins, tokens, the keys that sign them, and what is refused to whom (command version 4).
import type { Command, Refusal } from '../../../src/ledger/index.js'
import { expire, HOUR_MS } from '../../ledger/world.js'
import type { GoldenScript } from '../golden-script.js'

/** Ids of users who are there until the end. */
export type Cast = { readonly admin: number; readonly manager: number; readonly reader: number }

type CreateUser = Extract<Command, { type: 'user.create' }>
type CreateToken = Extract<Command, { type: 'api-token.create' }>
type UserSet = Extract<Command, { type: 'user.update' }>['set']

const MINUTE_MS = 60_000
const SIGNING_KEYS_MAX = 16
/** As a node makes it, with salt and hash as fixed as everything here. */
const HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$Zml4ZWQgaGFzaCBvZiBhIHBhc3N3b3Jk'

function user(username: string, set: Partial<CreateUser> = {}): Command {
  const email = 'someone@example.net'
  const facts = { email, role: 'user', theme: 'light', passwordHash: HASH } as const
  return { type: 'user.create', username, ...facts, ...set }
}

function updateUser(id: number, set: UserSet, ifRevision: number | null = null): Command {
  return { type: 'user.update', id, ifRevision, set }
}

function deleteUser(id: number, ifRevision: number | null = null): Command {
  return { type: 'user.delete', id, ifRevision }
}

function login(userId: number, renewedHash: string | null = null): Command {
  return { type: 'login.record', userId, failuresKey: `key of ${userId}`, renewedHash }
}

function failure(userId: number | null): Command {
  const limits = { windowMs: MINUTE_MS, lockAfter: 3, lockMs: 15 * MINUTE_MS }
  return { type: 'login.fail', userId, failuresKey: `key of ${userId}`, ...limits }
}

function token(userId: number, set: Partial<CreateToken> = {}): Command {
  const facts = { description: null, hint: 'ipam_abcd', addresses: [], ttlMs: null }
  return { type: 'api-token.create', userId, hash: `hash of ${userId}`, ...facts, ...set }
}

function rotate(id: string, secret = `secret of ${id}`, onlyFirst = false): Command {
  return { type: 'signing-key.rotate', id, secret, keepMs: HOUR_MS, onlyFirst }
}

function tidy(rowsMax: number, failuresBeforeMs = 0): Command {
  return { type: 'identity.tidy', failuresBeforeMs, rowsMax }
}

export function identities(script: GoldenScript): Cast {
  const cast = users(script)
  logins(script, cast)
  lockouts(script, cast)
  apiTokens(script, cast)
  accessTokens(script, cast)
  signingKeys(script)
  return cast
}

function users(script: GoldenScript): Cast {
  const bootstrap = { email: 'root@example.net', passwordHash: HASH }
  script.refused('user-not-found', updateUser(1, { theme: 'dark' }))
  const admin = script.made({ type: 'user.bootstrap', username: 'root', ...bootstrap })
  script.does({ type: 'user.bootstrap', username: 'other', ...bootstrap })
  const said = script.signedIn(admin, 'admin')
  const manager = script.made(user('mona', { role: 'manager' }), said)
  const reader = script.made(user('Ülkü.K', { theme: 'dark' }), said)
  script.refused('user-exists', user('MONA'), said)
  for (const name of ['', '-mona', 'System', 'mona lisa', 'm'.repeat(65)])
    script.refused('invalid', user(name), said)
  for (const email of ['', 'nobody', 'a b@example.net', '@example.net'])
    script.refused('invalid', user('nina', { email }), said)
  script.refused('invalid', updateUser(manager, { email: 'nobody' }), said)
  script.refused('revision-mismatch', updateUser(manager, { theme: 'dark' }, 1), said)
  script.does(updateUser(manager, { email: 'mona@example.org', theme: 'dark' }), said)
  for (const set of [{ isActive: false }, { role: 'manager' }] as const)
    script.refused('last-admin', updateUser(admin, set), said)
  script.refused('last-admin', deleteUser(admin), said)
  return { admin, manager, reader }
}

/** What a right password changes, and that a name given again is somebody else. */
function logins(script: GoldenScript, { admin, manager }: Cast): void {
  const said = script.signedIn(admin, 'admin')
  script.does(login(manager))
  script.does(login(manager, `${HASH} renewed`))
  script.refused('user-not-found', login(99))
  const leaving = script.made(user('leo', { role: 'admin' }), said)
  const hisOwn = script.signedIn(leaving, 'admin')
  const hisToken = script.made(token(leaving), hisOwn)
  script.does(updateUser(leaving, { isActive: false }), said)
  script.refused('not-signed-in', login(leaving))
  script.refused('not-signed-in', user('nina'), hisOwn)
  script.does(updateUser(leaving, { isActive: true }), said)
  script.refused('not-signed-in', user('nina'), hisOwn)
  script.refused('revision-mismatch', deleteUser(leaving, 3), said)
  script.does(deleteUser(leaving), said)
  script.refused('api-token-not-found', { type: 'api-token.revoke', id: hisToken }, said)
  script.refused('user-not-found', deleteUser(leaving), said)
  const again = script.made(user('leo'), said)
  script.does(deleteUser(again), said)
}

function lockouts(script: GoldenScript, { admin, reader }: Cast): void {
  for (let times = 0; times < 4; times++) script.does(failure(reader))
  script.does(failure(null))
  script.wait(2 * MINUTE_MS)
  // The window is over, and the lock is not.
  script.does(failure(reader))
  script.wait(14 * MINUTE_MS)
  script.does(failure(reader))
  script.does(failure(reader))
  script.does(login(reader))
  for (let times = 0; times < 3; times++) script.does(failure(reader))
  script.does(updateUser(reader, { isActive: true }), script.signedIn(admin, 'admin'))
}

function apiTokens(script: GoldenScript, { admin, manager, reader }: Cast): void {
  script.refused('user-not-found', token(99))
  for (const ttlMs of [0, -1, 1.5, 400_000_000_000_000])
    script.refused('invalid', token(manager, { ttlMs }))
  script.refused('invalid', token(manager, { addresses: ['10.0.0.0/8', '10.0.0.300/8'] }))
  script.refused('invalid', token(manager, { addresses: Array(33).fill('10.0.0.0/8') }))
  const facts = { description: 'Büro “3”', addresses: ['10.0.0.0/8', '2001:db8::/32'] }
  const kept = script.made(token(manager, { ...facts, hash: 'h1' }))
  const short = script.made(token(manager, { ttlMs: MINUTE_MS, hash: 'h2' }))
  const by = (
    apiTokenId: number,
    userId = manager,
    permission: 'allocate' | 'admin' = 'allocate',
  ) => ({ principal: { kind: 'api', apiTokenId, userId, permission } }) as const
  script.does(expire(), by(kept))
  script.does(expire(), by(short))
  script.refused('not-permitted', expire(), by(kept, manager, 'admin'))
  script.refused('not-signed-in', expire(), by(kept, reader))
  script.refused('not-signed-in', expire(), by(99))
  script.wait(MINUTE_MS)
  script.refused('not-signed-in', expire(), by(short))
  const said = script.signedIn(admin, 'admin')
  script.does({ type: 'api-token.revoke', id: kept }, said)
  script.refused('api-token-not-found', { type: 'api-token.revoke', id: kept }, said)
  script.refused('not-signed-in', expire(), by(kept))
}

function accessTokens(script: GoldenScript, { admin, manager, reader }: Cast): void {
  const first = script.signedIn(manager, 'allocate', 'first')
  const second = script.signedIn(manager, 'update', 'second')
  const logout: Command = {
    type: 'access-token.revoke',
    tokenId: 'first',
    expiresMs: script.timeMs + 10 * MINUTE_MS,
  }
  script.does(logout, first)
  script.refused('not-signed-in', expire(), first)
  script.does(logout)
  script.does({ ...logout, tokenId: 'over', expiresMs: script.timeMs })
  script.does({ ...logout, tokenId: 'third', expiresMs: script.timeMs + MINUTE_MS })
  script.does(expire(), second)
  script.refused('not-permitted', expire(), script.signedIn(reader, 'allocate'))
  const keyed = { idempotency: { scopeHash: 'password', requestHash: 'r1' } }
  const password = updateUser(manager, { passwordHash: `${HASH} new` })
  const said = script.signedIn(admin, 'admin')
  script.does(password, { ...said, ...keyed })
  script.refused('not-signed-in', expire(), second)
  script.does(password, { ...said, ...keyed })
  script.refused('idempotency-key-reused', password, {
    ...said,
    idempotency: { scopeHash: 'password', requestHash: 'r2' },
  })
  // What was decided is not for whoever may not ask now.
  script.refused('not-signed-in', password, { ...second, ...keyed })
}

function signingKeys(script: GoldenScript): void {
  script.does(rotate('k1', 'secret', true))
  script.does(rotate('k0', 'secret', true))
  script.does(rotate('k1'))
  script.does(rotate('k2', `sealed.1.${'n'.repeat(16)}.${'c'.repeat(64)}`))
  for (let key = 3; key <= SIGNING_KEYS_MAX; key++) script.does(rotate(`k${key}`))
  const refused: Refusal['code'] = 'invalid'
  script.refused(refused, rotate('k17'))
  for (const rowsMax of [0, 251, 0.5]) script.refused(refused, tidy(rowsMax))
  script.does(tidy(100))
  script.wait(2 * HOUR_MS)
  script.does(tidy(1, script.timeMs))
  script.does(tidy(250, script.timeMs))
  script.does(tidy(250, script.timeMs))
  script.does(rotate('k17'))
}
