// `ipam check` and the state hash on users, tokens and keys: a row that somebody changed in the file is found.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import { EntryMaker, genesis, never, openStore, START_MS, temporaryDirectory } from './support.js'

const FILE = join('state', '0-0', 'state.db')
const TTL_MS = 3_600_000

const commands: readonly Command[] = [
  genesis,
  { type: 'user.bootstrap', username: 'admin', email: 'a@b', passwordHash: 'hash-1' },
  {
    type: 'user.create',
    username: 'berta',
    email: 'b@b',
    role: 'user',
    theme: 'dark',
    passwordHash: 'hash-2',
  },
  {
    type: 'api-token.create',
    userId: 2,
    description: 'CI',
    hash: 'hash-3',
    hint: 'ipam_abcd',
    addresses: ['10.0.0.0/8'],
    ttlMs: null,
  },
  { type: 'signing-key.rotate', id: 'key-1', secret: 'secret-1', keepMs: 5, onlyFirst: true },
  { type: 'signing-key.rotate', id: 'key-2', secret: 'secret-2', keepMs: TTL_MS, onlyFirst: false },
  { type: 'access-token.revoke', tokenId: 'jti-1', expiresMs: START_MS + TTL_MS },
  {
    type: 'login.fail',
    userId: 2,
    failuresKey: 'key-of-berta',
    windowMs: 60_000,
    lockAfter: 10,
    lockMs: 900_000,
  },
  { type: 'login.record', userId: 1, failuresKey: 'key-of-admin', renewedHash: null },
]

async function makeState(t: Test, more: readonly Command[] = []): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  store.apply([...commands, ...more].map(command => entries.command(command)))
  await store.close()
  return directory
}

function edited(t: Test, sound: string, sql: string): ReturnType<typeof checkState> {
  const directory = temporaryDirectory(t)
  cpSync(sound, directory, { recursive: true })
  const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
  const { changes } = db.prepare(sql).run()
  db.close()
  t.equal(changes, 1, `${sql} changes a row`)
  return checkState(directory)
}

t.test('a sound state passes, and is the same after a reopen', async t => {
  const directory = await makeState(t)
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  const store = await openStore(t, directory)
  t.equal((await store.scans.stateHash(never)).hash, report.stateHash)
  const identities = store.reads.identities()
  t.match(identities.users(), [
    { id: 1, username: 'admin', role: 'admin', passwordHash: 'hash-1' },
    { id: 2, username: 'berta', theme: 'dark', failedLogins: 1 },
  ])
  t.match(identities.apiTokenByHash('hash-3'), { id: 1, userId: 2, addresses: ['10.0.0.0/8'] })
  t.match(identities.signingKeys(), [{ id: 'key-1' }, { id: 'key-2', retiresMs: null }])
  t.equal(identities.isRevoked('jti-1'), true)
  t.match(identities.loginFailures('key-of-berta'), { count: 1 })
})

t.test('the tokens of a user who was deleted are missed by nobody', async t => {
  const directory = await makeState(t, [{ type: 'user.delete', id: 2, ifRevision: null }])
  t.strictSame(checkState(directory).findings, [])
})

t.test('an edited row that history tells of is found and named', async t => {
  const sound = await makeState(t)
  for (const [sql, area, message] of [
    [
      'UPDATE users SET role = 0 WHERE id = 2',
      'history',
      /^user 2 has role "admin", and Change 8\.0 left "user"/,
    ],
    [
      "UPDATE users SET username = 'mallory' WHERE id = 2",
      'history',
      /^user 2 has username "mallory"/,
    ],
    ['UPDATE users SET is_active = 0 WHERE id = 1', 'history', /^user 1 has is_active false/],
    ['DELETE FROM users WHERE id = 2', 'history', /^user 2 is missing; Change 8\.0 left it/],
    [
      `INSERT INTO users SELECT 3, 'mallory', email, role, theme, is_active, password_hash, epoch, last_login_ms,
         failed_logins, locked_until_ms, created_ms, updated_ms, revision FROM users WHERE id = 1`,
      'history',
      /^1 rows of kind user have no history/,
    ],
    [
      "UPDATE api_tokens SET addresses = '[]' WHERE id = 1",
      'history',
      /^api-token 1 has addresses \[\]/,
    ],
    ['UPDATE api_tokens SET user_id = 1 WHERE id = 1', 'history', /^api-token 1 has user_id 1/],
    ['DELETE FROM api_tokens WHERE id = 1', 'history', /^api-token 1 is missing/],
    [
      'UPDATE state SET last_user_id = 1',
      'counters',
      /^The highest user has id 2, and the sequence stands at 1/,
    ],
    [
      'UPDATE api_tokens SET revision = 99',
      'counters',
      /^A api-token has revision 99, beyond the applied index 9/,
    ],
  ] as const) {
    const { ok, findings } = edited(t, sound, sql)
    t.equal(ok, false, sql)
    const found = findings.some(finding => finding.area === area && message.test(finding.message))
    t.ok(found, `${sql}: ${JSON.stringify(findings)}`)
  }
})

t.test('whatever is edited, the state hash is another one', async t => {
  const sound = await makeState(t)
  const { stateHash } = checkState(sound)
  const hashes = [
    "UPDATE users SET password_hash = 'mine' WHERE id = 1",
    'UPDATE users SET epoch = 9 WHERE id = 1',
    "UPDATE api_tokens SET hash = 'mine'",
    'UPDATE api_tokens SET expires_ms = 5',
    "UPDATE signing_keys SET secret = 'mine' WHERE id = 'key-1'",
    "UPDATE signing_keys SET retires_ms = 5 WHERE id = 'key-1'",
    'DELETE FROM revocations',
    'UPDATE revocations SET expires_ms = 5',
    'DELETE FROM login_failures',
    'UPDATE login_failures SET count = 0',
    'UPDATE state SET last_api_token_id = 7',
  ].map(sql => edited(t, sound, sql).stateHash)
  t.equal(new Set([stateHash, ...hashes]).size, hashes.length + 1)
})
