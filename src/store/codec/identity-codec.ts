// Commands about identities, and users and tokens inside stored outcomes, as arrays in a fixed order.
import type { ApiToken, IdentityCommand, Principal, User } from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import type { Fields } from './fields.js'
import { permissions, roles, themes } from './name-codes.js'
import { readSet } from './set-fields.js'

export const identityCommandCodes = {
  'user.bootstrap': 40,
  'user.create': 41,
  'user.update': 42,
  'user.delete': 43,
  'login.record': 44,
  'login.fail': 45,
  'api-token.create': 46,
  'api-token.revoke': 47,
  'access-token.revoke': 48,
  'signing-key.rotate': 49,
  'identity.tidy': 50,
} as const satisfies Record<IdentityCommand['type'], number>

const userSet = {
  email: 'text',
  role: 'role',
  theme: 'theme',
  isActive: 'boolean',
  passwordHash: 'text',
} as const

export function identityCommandFields(command: IdentityCommand): unknown[] {
  switch (command.type) {
    case 'user.bootstrap':
      return [command.username, command.email, command.passwordHash]
    case 'user.create': {
      const { username, email, passwordHash } = command
      const codes = [roles.codeOf(command.role), themes.codeOf(command.theme)]
      return [username, email, ...codes, passwordHash]
    }
    case 'user.update':
      return [command.id, command.ifRevision, command.set]
    case 'user.delete':
      return [command.id, command.ifRevision]
    case 'login.record':
      return [command.userId, command.failuresKey, command.renewedHash]
    case 'login.fail': {
      const { userId, failuresKey, windowMs, lockAfter, lockMs } = command
      return [userId, failuresKey, windowMs, lockAfter, lockMs]
    }
    case 'api-token.create': {
      const { userId, description, hash, hint, addresses, ttlMs } = command
      return [userId, description, hash, hint, addresses, ttlMs]
    }
    case 'api-token.revoke':
      return [command.id]
    case 'access-token.revoke':
      return [command.tokenId, command.expiresMs]
    case 'signing-key.rotate':
      return [command.id, command.secret, command.keepMs, command.onlyFirst]
    case 'identity.tidy':
      return [command.failuresBeforeMs, command.rowsMax]
    default:
      return unreachable(command, 'command about identities')
  }
}

export function readIdentityCommand(
  type: IdentityCommand['type'],
  fields: Fields,
): IdentityCommand {
  switch (type) {
    case 'user.bootstrap':
      return {
        type,
        username: fields.text(),
        email: fields.text(),
        passwordHash: fields.text(),
      }
    case 'user.create':
      return {
        type,
        username: fields.text(),
        email: fields.text(),
        role: roles.nameOf(fields.count()),
        theme: themes.nameOf(fields.count()),
        passwordHash: fields.text(),
      }
    case 'user.update':
      return {
        type,
        id: fields.count(),
        ifRevision: fields.numberOrNull(),
        set: readSet(fields.raw(), userSet),
      }
    case 'user.delete':
      return { type, id: fields.count(), ifRevision: fields.numberOrNull() }
    case 'login.record':
      return {
        type,
        userId: fields.count(),
        failuresKey: fields.text(),
        renewedHash: fields.textOrNull(),
      }
    case 'login.fail':
      return {
        type,
        userId: fields.numberOrNull(),
        failuresKey: fields.text(),
        windowMs: fields.count(),
        lockAfter: fields.count(),
        lockMs: fields.count(),
      }
    case 'api-token.create':
      return {
        type,
        userId: fields.count(),
        description: fields.textOrNull(),
        hash: fields.text(),
        hint: fields.text(),
        addresses: fields.texts(),
        ttlMs: fields.numberOrNull(),
      }
    case 'api-token.revoke':
      return { type, id: fields.count() }
    case 'access-token.revoke':
      return { type, tokenId: fields.text(), expiresMs: fields.count() }
    case 'signing-key.rotate':
      return {
        type,
        id: fields.text(),
        secret: fields.text(),
        keepMs: fields.count(),
        onlyFirst: fields.boolean(),
      }
    case 'identity.tidy':
      return { type, failuresBeforeMs: fields.number(), rowsMax: fields.number() }
    default:
      return unreachable(type, 'command about identities')
  }
}

/** [user id, permission, token id, epoch] of an access token, [user id, permission, API token id] of the other kind. */
export function principalFields(principal: Principal): unknown[] {
  const { userId } = principal
  const permission = permissions.codeOf(principal.permission)
  return principal.kind === 'access'
    ? [userId, permission, principal.tokenId, principal.epoch]
    : [userId, permission, principal.apiTokenId]
}

export function readPrincipal(fields: Fields): Principal {
  const whose = { userId: fields.count(), permission: permissions.nameOf(fields.count()) }
  const token = fields.raw()
  const principal: Principal =
    typeof token === 'string'
      ? { ...whose, kind: 'access', tokenId: token, epoch: fields.count() }
      : { ...whose, kind: 'api', apiTokenId: asId(token) }
  fields.end()
  return principal
}

function asId(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw new Error('A request is damaged: it names no token.')
}

export function encodeUser(user: User): unknown[] {
  return [
    user.id,
    user.username,
    user.email,
    roles.codeOf(user.role),
    themes.codeOf(user.theme),
    user.isActive,
    user.passwordHash,
    user.epoch,
    user.lastLoginMs,
    user.failedLogins,
    user.lockedUntilMs,
    user.createdMs,
    user.updatedMs,
    user.revision,
  ]
}

export function readUser(fields: Fields): User {
  return {
    id: fields.count(),
    username: fields.text(),
    email: fields.text(),
    role: roles.nameOf(fields.count()),
    theme: themes.nameOf(fields.count()),
    isActive: fields.boolean(),
    passwordHash: fields.text(),
    epoch: fields.count(),
    lastLoginMs: fields.numberOrNull(),
    failedLogins: fields.count(),
    lockedUntilMs: fields.numberOrNull(),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeApiToken(token: ApiToken): unknown[] {
  const { id, userId, description, hash, hint, addresses, expiresMs, createdMs, revision } = token
  return [id, userId, description, hash, hint, addresses, expiresMs, createdMs, revision]
}

export function readApiToken(fields: Fields): ApiToken {
  return {
    id: fields.count(),
    userId: fields.count(),
    description: fields.textOrNull(),
    hash: fields.text(),
    hint: fields.text(),
    addresses: fields.texts(),
    expiresMs: fields.numberOrNull(),
    createdMs: fields.number(),
    revision: fields.count(),
  }
}
