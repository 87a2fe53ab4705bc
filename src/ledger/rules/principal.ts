// Whether whoever asks may still ask when the command is decided: the node that took the request may not have known of
// a deactivation, a new password or a revoked token that stands in the log before it.
import type { IdentityView } from '../identity/identities.js'
import { type Principal, rolePermissions } from '../identity/nouns.js'
import type { IdentityRefusal } from '../identity/outcomes.js'

const NOT_SIGNED_IN: IdentityRefusal = { code: 'not-signed-in' }

/**
 * Surfaces ask the same of the state that answers a read.
 * @returns null when he may. @param timeMs the entry's time, or the reader's
 */
export function refusePrincipal(
  identities: IdentityView,
  principal: Principal,
  timeMs: number,
): IdentityRefusal | null {
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
    : { code: 'not-permitted', permission, userId }
}
