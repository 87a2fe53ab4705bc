// Tokens and the keys that sign them: made, revoked, turned over, and tidied away when they are over.
import { parseCidr } from '../address/cidr-text.js'
import { apiTokenImage } from '../changes/identity-images.js'
import { COMMAND_ROWS_MAX } from '../commands.js'
import {
  API_TOKENS_OF_USER_MAX,
  type CreateApiTokenCommand,
  REVOCATIONS_MAX,
  type RevokeAccessTokenCommand,
  type RevokeApiTokenCommand,
  type RotateSigningKeyCommand,
  SIGNING_KEYS_MAX,
  type TidyIdentityCommand,
} from '../identity/commands.js'
import { isPast } from '../identity/identities.js'
import type { ApiToken } from '../identity/nouns.js'
import { checkRowsMax, checkTtl } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'

const ADDRESSES_MAX = 32
/** A tidy slice deletes so many kinds of rows. */
const TIDIED_KINDS = 4

export function createApiToken(context: CommandContext, command: CreateApiTokenCommand): Decision {
  const { userId, description, hash, hint, addresses, ttlMs } = command
  const { identities, timeMs, revision } = context
  if (identities.user(userId) === null) return refuse({ code: 'user-not-found', id: userId })
  const refused = checkTtl(ttlMs, timeMs) ?? checkAddresses(addresses)
  if (refused !== null) return refused
  if (identities.apiTokensOf(userId).length >= API_TOKENS_OF_USER_MAX) {
    return refuse({ code: 'too-many-api-tokens', userId, max: API_TOKENS_OF_USER_MAX })
  }
  const token: ApiToken = {
    ...{ id: context.rows.nextId('api-token'), userId, description, hash, hint, addresses },
    expiresMs: ttlMs === null ? null : timeMs + ttlMs,
    createdMs: timeMs,
    revision,
  }
  identities.saveApiToken(token)
  context.record('api-token.created', 'api-token', token.id, null, apiTokenImage(token))
  return answer({ type: 'api-token', token })
}

function checkAddresses(addresses: readonly string[]): Decision | null {
  if (addresses.length > ADDRESSES_MAX)
    return invalid('addresses', addresses.length, `must be at most ${ADDRESSES_MAX}`)
  for (const text of addresses) {
    const cidr = parseCidr(text)
    if ('reason' in cidr) return invalid('addresses', text, cidr.reason)
  }
  return null
}

export function revokeApiToken(context: CommandContext, { id }: RevokeApiTokenCommand): Decision {
  const token = context.identities.apiToken(id)
  if (token === null) return refuse({ code: 'api-token-not-found', id })
  endApiToken(context, token)
  return done()
}

function endApiToken(context: CommandContext, token: ApiToken): void {
  context.identities.deleteApiToken(token)
  context.record('api-token.revoked', 'api-token', token.id, apiTokenImage(token), null)
}

export function revokeAccessToken(
  { identities, timeMs }: CommandContext,
  { tokenId, expiresMs }: RevokeAccessTokenCommand,
): Decision {
  if (expiresMs <= timeMs || identities.isRevoked(tokenId)) return done()
  if (identities.revocationCount >= REVOCATIONS_MAX)
    return refuse({ code: 'too-many-revocations', max: REVOCATIONS_MAX })
  identities.saveRevocation({ tokenId, expiresMs })
  return done()
}

export function rotateSigningKey(
  context: CommandContext,
  command: RotateSigningKeyCommand,
): Decision {
  const { identities, timeMs } = context
  const { id, secret, keepMs, onlyFirst } = command
  const keys = identities.signingKeys()
  if (keys.some(key => key.id === id) || (onlyFirst && keys.length > 0)) return done()
  if (keys.length >= SIGNING_KEYS_MAX)
    return invalid(
      'keys',
      keys.length,
      `must be fewer than ${SIGNING_KEYS_MAX}: wait until old ones are over`,
    )
  for (const key of keys) {
    if (key.retiresMs === null) identities.saveSigningKey({ ...key, retiresMs: timeMs + keepMs })
  }
  // Entry times never go back, but two may be equal: the newest must be told by its age all the same.
  const newest = keys.at(-1)?.createdMs ?? 0
  identities.saveSigningKey({
    id,
    secret,
    createdMs: Math.max(timeMs, newest + 1),
    retiresMs: null,
  })
  context.record('signing-key.rotated', 'cluster', context.state.cluster?.clusterId ?? 0, null, {
    key_id: id,
  })
  return done()
}

/** At most `rowsMax` of each kind, in an order that is the same on every node. */
export function tidyIdentity(context: CommandContext, command: TidyIdentityCommand): Decision {
  const { rowsMax, failuresBeforeMs } = command
  const refused = checkRowsMax(rowsMax, COMMAND_ROWS_MAX / TIDIED_KINDS)
  if (refused !== null) return refused
  const { identities, timeMs } = context
  const revocations = due(
    identities.revocations(),
    rowsMax,
    one => isPast(one.expiresMs, timeMs),
    one => one.tokenId,
  )
  for (const { tokenId } of revocations) identities.deleteRevocation(tokenId)
  const tokens = due(
    identities.apiTokens(),
    rowsMax,
    one => isPast(one.expiresMs, timeMs),
    one => one.id,
  )
  for (const token of tokens) endApiToken(context, token)
  const keys = identities.signingKeys().filter(({ retiresMs }) => isPast(retiresMs, timeMs))
  for (const key of keys) identities.deleteSigningKey(key)
  const failures = due(
    identities.allLoginFailures(),
    rowsMax,
    one => one.sinceMs < failuresBeforeMs,
    one => one.key,
  )
  for (const { key } of failures) identities.deleteLoginFailures(key)
  const most = Math.max(revocations.length, tokens.length, failures.length)
  const rows = revocations.length + tokens.length + keys.length + failures.length
  return answer({ type: 'slice', rows, more: most === rowsMax })
}

function due<T, Key extends string | number>(
  all: Iterable<T>,
  limit: number,
  isDue: (one: T) => boolean,
  keyOf: (one: T) => Key,
): readonly T[] {
  const found = [...all].filter(isDue)
  if (found.length <= limit) return found
  return found.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, limit)
}
