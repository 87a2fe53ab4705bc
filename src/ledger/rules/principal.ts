// Whether whoever asks may still ask when the command is decided: the node that took the request may not have known of
// a deactivation, a new password or a revoked token that stands in the log before it.
import type { Identities } from '../identity/identities.js'
import { type Principal, rolePermissions } from '../identity/nouns.js'
import { type Decision, refuse } from './decision.js'

const NOT_SIGNED_IN: Decision = refuse({ code: 'not-signed-in' })

/** @returns null when he may. @param timeMs the entry's time */
export function refusePrincipal(
  identities: Identities,
  principal: Principal,
  timeMs: number,
): Decision | null {
  const { userId, permission } = principal
  const user = identities.user(userId)
  if (user === null || !user.isActive) return NOT_SIGNED_IN
  if (principal.kind === 'access') {
    if (principal.epoch !== user.epoch || identities.isRevoked(principal.tokenId))
      return NOT_SIGNED_IN
  } else {
    const token = identities.apiToken(principal.apiTokenId)
    if (token === null || token.userId !== userId) return NOT_SIGNED_IN
    if (token.expiresMs !== null && token.expiresMs <= timeMs) return NOT_SIGNED_IN
  }
  return rolePermissions[user.role].has(permission)
    ? null
    : refuse({ code: 'not-permitted', permission, userId })
}
