// What every implementation of IdentityRows must give: rows are replaced by their key, and read again as they were.
import type { ApiToken, User } from '../../src/ledger/index.js'
import type { WithRows } from './ledger-rows-samples.js'

export function userRow(set: Partial<User> = {}): User {
  return {
    id: 1,
    username: 'Anna',
    email: 'anna@example.com',
    role: 'manager',
    theme: 'dark',
    isActive: true,
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    epoch: 3,
    lastLoginMs: null,
    failedLogins: 0,
    lockedUntilMs: null,
    createdMs: 1000,
    updatedMs: 2000,
    revision: 7,
    ...set,
  }
}

export function apiTokenRow(set: Partial<ApiToken> = {}): ApiToken {
  return {
    id: 1,
    userId: 1,
    description: null,
    hash: 'aGFzaA',
    hint: 'ipam_abc',
    addresses: ['10.0.0.0/8', '2001:db8::/32'],
    expiresMs: null,
    createdMs: 1000,
    revision: 8,
    ...set,
  }
}

export function testIdentityRows(withRows: WithRows): void {
  withRows('users and API tokens are replaced by id, read in its order, and deleted', (t, made) => {
    const { rows } = made
    rows.saveUser(userRow({ id: 2, username: 'berta', lastLoginMs: 5, lockedUntilMs: 9 }))
    rows.saveUser(userRow())
    rows.saveUser(userRow({ isActive: false, role: 'user', theme: 'light', failedLogins: 4 }))
    rows.saveApiToken(apiTokenRow({ id: 4, expiresMs: 77, description: 'CI' }))
    rows.saveApiToken(apiTokenRow({ id: 3, addresses: [] }))
    const { users, apiTokens } = made.image().identity
    t.strictSame(users, [
      userRow({ isActive: false, role: 'user', theme: 'light', failedLogins: 4 }),
      userRow({ id: 2, username: 'berta', lastLoginMs: 5, lockedUntilMs: 9 }),
    ])
    t.strictSame(apiTokens, [
      apiTokenRow({ id: 3, addresses: [] }),
      apiTokenRow({ id: 4, expiresMs: 77, description: 'CI' }),
    ])
    rows.deleteUser(1)
    rows.deleteApiToken(4)
    t.strictSame(
      [made.image().identity.users.length, made.image().identity.apiTokens.length],
      [1, 1],
    )
  })

  withRows('keys, revocations and failed logins are replaced and deleted by theirs', (t, made) => {
    const { rows } = made
    const key = { id: 'k1', secret: 's', createdMs: 1, retiresMs: null }
    rows.saveSigningKey(key)
    rows.saveSigningKey({ ...key, retiresMs: 50 })
    rows.saveRevocation({ tokenId: 'b', expiresMs: 5 })
    rows.saveRevocation({ tokenId: 'a', expiresMs: 6 })
    rows.saveLoginFailures({ key: 'x', count: 1, sinceMs: 1 })
    rows.saveLoginFailures({ key: 'x', count: 2, sinceMs: 1 })
    const { signingKeys, revocations, loginFailures } = made.image().identity
    t.strictSame(signingKeys, [{ ...key, retiresMs: 50 }])
    t.strictSame(revocations, [
      { tokenId: 'a', expiresMs: 6 },
      { tokenId: 'b', expiresMs: 5 },
    ])
    t.strictSame(loginFailures, [{ key: 'x', count: 2, sinceMs: 1 }])
    rows.deleteSigningKey('k1')
    rows.deleteRevocation('a')
    rows.deleteLoginFailures('x')
    t.strictSame(made.image().identity, {
      users: [],
      apiTokens: [],
      signingKeys: [],
      revocations: [{ tokenId: 'b', expiresMs: 5 }],
      loginFailures: [],
    })
  })
}
