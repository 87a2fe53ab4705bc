// Identity in the log: commands, who asked, results; each comes back as it was, and stands in the bytes it always had.
import * as fc from 'fast-check'
import t from 'tap'
import type {
  ApiToken,
  Command,
  IdentityCommand,
  Outcome,
  Principal,
  Request,
  Result,
  User,
} from '../../src/ledger/index.js'
import { decodeCommand, encodeCommand } from '../../src/store/codec/command-codec.js'
import { decodeOutcome, encodeOutcome } from '../../src/store/codec/outcome-codec.js'
import { packAs, unpackAs } from '../../src/store/codec/packed.js'
import { decodeRequest, encodeRequest } from '../../src/store/index.js'

const count = fc.maxSafeNat()
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const texts = fc.array(text, { maxLength: 4 })
const textOrNull = fc.option(text)
const countOrNull = fc.option(count)
const role = fc.constantFrom<User['role'][]>('admin', 'manager', 'user')
const theme = fc.constantFrom<User['theme'][]>('light', 'dark')
const type = <Type extends IdentityCommand['type']>(name: Type) => fc.constant(name)

const command: fc.Arbitrary<IdentityCommand> = fc.oneof(
  fc.record({ type: type('user.bootstrap'), username: text, email: text, passwordHash: text }),
  fc.record({
    type: type('user.create'),
    username: text,
    email: text,
    role,
    theme,
    passwordHash: text,
  }),
  fc.record({
    type: type('user.update'),
    id: count,
    ifRevision: countOrNull,
    set: fc.record(
      { email: text, role, theme, isActive: fc.boolean(), passwordHash: text },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ type: type('user.delete'), id: count, ifRevision: countOrNull }),
  fc.record({
    type: type('login.record'),
    userId: count,
    failuresKey: text,
    renewedHash: textOrNull,
  }),
  fc.record({
    type: type('login.fail'),
    userId: countOrNull,
    failuresKey: text,
    windowMs: count,
    lockAfter: count,
    lockMs: count,
  }),
  fc.record({
    type: type('api-token.create'),
    userId: count,
    description: textOrNull,
    hash: text,
    hint: text,
    addresses: texts,
    ttlMs: countOrNull,
  }),
  fc.record({ type: type('api-token.revoke'), id: count }),
  fc.record({ type: type('access-token.revoke'), tokenId: text, expiresMs: count }),
  fc.record({
    type: type('signing-key.rotate'),
    id: text,
    secret: text,
    keepMs: count,
    onlyFirst: fc.boolean(),
  }),
  fc.record({ type: type('identity.tidy'), failuresBeforeMs: count, rowsMax: count }),
)

const permissions = ['read', 'allocate', 'release', 'update', 'admin'] as const
const whose = { userId: count, permission: fc.constantFrom(...permissions) }
const principal: fc.Arbitrary<Principal> = fc.oneof(
  fc.record({ ...whose, kind: fc.constant('access' as const), tokenId: text, epoch: count }),
  fc.record({ ...whose, kind: fc.constant('api' as const), apiTokenId: count }),
)

const sample: Request = {
  version: 4,
  session: { nodeId: 1, start: 1 },
  sequence: 1,
  awaitedFrom: 0,
  origin: { actor: 'anna', clientAddress: null, userAgent: null },
  principal: null,
  idempotency: null,
  command: { type: 'identity.tidy', failuresBeforeMs: 5, rowsMax: 10 },
}
const signedIn = (set: object = {}) => ({
  ...{ kind: 'access', userId: 7, permission: 'update', tokenId: 'jti', epoch: 3 },
  ...set,
})

const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

t.test('every command comes back as it was, whoever asked for it', async t => {
  const request = fc.record({
    ...Object.fromEntries(Object.entries(sample).map(([key, value]) => [key, fc.constant(value)])),
    principal: fc.option(principal),
    command,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<Request>
  fc.assert(
    fc.property(request, value => {
      t.strictSame(plain(decodeRequest(encodeRequest(value))), plain(value))
    }),
    { numRuns: 400 },
  )
})

t.test('codes of commands stand as they are in logs', async t => {
  const target = { id: 5, ifRevision: null }
  for (const [command, values] of [
    [
      { type: 'user.bootstrap', username: 'admin', email: 'a@b', passwordHash: 'h' },
      [40, 'admin', 'a@b', 'h'],
    ],
    [
      {
        type: 'user.create',
        username: 'anna',
        email: 'a@b',
        role: 'manager',
        theme: 'dark',
        passwordHash: 'h',
      },
      [41, 'anna', 'a@b', 1, 1, 'h'],
    ],
    [
      { type: 'user.update', ...target, set: { role: 'user', isActive: false } },
      [42, 5, null, { role: 'user', isActive: false }],
    ],
    [{ type: 'user.delete', id: 5, ifRevision: 9 }, [43, 5, 9]],
    [{ type: 'login.record', userId: 5, failuresKey: 'k', renewedHash: null }, [44, 5, 'k', null]],
    [
      {
        type: 'login.fail',
        userId: null,
        failuresKey: 'k',
        windowMs: 60_000,
        lockAfter: 10,
        lockMs: 900_000,
      },
      [45, null, 'k', 60_000, 10, 900_000],
    ],
    [
      {
        type: 'api-token.create',
        userId: 5,
        description: null,
        hash: 'h',
        hint: 'ipam_abcd',
        addresses: ['10.0.0.0/8'],
        ttlMs: null,
      },
      [46, 5, null, 'h', 'ipam_abcd', ['10.0.0.0/8'], null],
    ],
    [{ type: 'api-token.revoke', id: 5 }, [47, 5]],
    [{ type: 'access-token.revoke', tokenId: 'j', expiresMs: 77 }, [48, 'j', 77]],
    [
      { type: 'signing-key.rotate', id: 'k', secret: 's', keepMs: 5, onlyFirst: true },
      [49, 'k', 's', 5, true],
    ],
    [{ type: 'identity.tidy', failuresBeforeMs: 5, rowsMax: 10 }, [50, 5, 10]],
  ] as unknown as [Command, unknown[]][]) {
    t.strictSame(encodeCommand(command), values)
    t.strictSame(decodeCommand(values), command)
  }
})

t.test('who asked stands behind a request of format 2; without anybody it is format 1', async t => {
  const nobody = encodeRequest(sample)
  t.equal(nobody[0], 1)
  for (const [asked, stands] of [
    [signedIn(), [7, 3, 'jti', 3]],
    [{ kind: 'api', userId: 7, permission: 'read', apiTokenId: 12 }, [7, 0, 12]],
  ] as const) {
    const bytes = encodeRequest({ ...sample, principal: asked as Principal })
    t.equal(bytes[0], 2)
    const fields = unpackAs(2, bytes, 'A request') as unknown[]
    t.strictSame(fields.at(-1), stands)
    t.strictSame(fields.slice(0, -1), unpackAs(1, nobody, 'A request'))
  }
})

t.test('what another node could not read is refused before it enters the log', async t => {
  const user = { type: 'user.create', username: 'a', email: 'b', theme: 'dark', passwordHash: 'h' }
  const update = (set: object) => ({ type: 'user.update', id: 1, ifRevision: null, set })
  const key = { type: 'signing-key.rotate', id: 'k', secret: 's', keepMs: 1 }
  const wrong: [string, object][] = [
    ['a role that there is not', { command: { ...user, role: 'root' } }],
    ['no role', { command: user }],
    ['a role to set that there is not', { command: update({ role: 'root' }) }],
    ['an activity that is a number', { command: update({ isActive: 1 }) }],
    ['a hash that is none', { command: update({ passwordHash: null }) }],
    ['a field that nobody sets', { command: update({ epoch: 1 }) }],
    ['a flag that is text', { command: { ...key, onlyFirst: 'yes' } }],
    ['a key without its secret', { command: { ...key, secret: undefined, onlyFirst: true } }],
    ['a permission that there is not', { principal: signedIn({ permission: 'all' }) }],
    ['an epoch that is a fraction', { principal: signedIn({ epoch: 0.5 }) }],
    ['an access token without its id', { principal: signedIn({ tokenId: undefined }) }],
    [
      'an API token without its id',
      { principal: { kind: 'api', userId: 1, permission: 'read', apiTokenId: null } },
    ],
  ]
  for (const [what, set] of wrong)
    t.throws(() => encodeRequest({ ...sample, ...set } as Request), Error, what)
})

const user: fc.Arbitrary<User> = fc.record({
  id: count,
  username: text,
  email: text,
  role,
  theme,
  isActive: fc.boolean(),
  passwordHash: text,
  epoch: count,
  lastLoginMs: countOrNull,
  failedLogins: count,
  lockedUntilMs: countOrNull,
  createdMs: count,
  updatedMs: count,
  revision: count,
})
const apiToken: fc.Arbitrary<ApiToken> = fc.record({
  id: count,
  userId: count,
  description: textOrNull,
  hash: text,
  hint: text,
  addresses: texts,
  expiresMs: countOrNull,
  createdMs: count,
  revision: count,
})
const result: fc.Arbitrary<Result> = fc.oneof(
  fc.record({ type: fc.constant('user' as const), user }),
  fc.record({ type: fc.constant('api-token' as const), token: apiToken }),
  fc.record({ type: fc.constant('login' as const), failures: count, lockedUntilMs: countOrNull }),
)
const times = { revision: count, originalRevision: count }
const refusal = fc.oneof(
  fc.record({ code: fc.constant('user-exists' as const), username: text, id: count }),
  fc.record({ code: fc.constant('last-admin' as const), id: count }),
  fc.record({ code: fc.constant('not-signed-in' as const) }),
  fc.record({ code: fc.constant('not-permitted' as const), ...whose }),
)
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ ...times, ok: fc.constant(true as const), result }),
  fc.record({ ...times, ok: fc.constant(false as const), refusal }),
)

t.test('every outcome comes back as it was, and encodes to the same bytes', async t => {
  fc.assert(
    fc.property(outcome, value => {
      const bytes = encodeOutcome(value)
      const back = decodeOutcome(bytes)
      t.strictSame(plain(back), plain(value))
      t.strictSame(encodeOutcome(back), bytes)
    }),
    { numRuns: 200 },
  )
})

t.test('a damaged principal is refused with a sentence', async t => {
  const request = { ...sample, principal: signedIn() as Principal }
  const fields = unpackAs(2, encodeRequest(request), 'A request') as unknown[]
  for (const stands of [[], [7, 3], [7, 9, 'jti', 3], [7, 3, 'jti'], [7, 3, 12, 0], 'jti', 5]) {
    const bytes = packAs(2, [...fields.slice(0, -1), stands])
    t.throws(() => decodeRequest(bytes), /\.$/, JSON.stringify(stands))
  }
})
