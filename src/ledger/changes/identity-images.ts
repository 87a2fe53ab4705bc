// Users and tokens as history keeps them: never a hash, a key or a password.
import type { Image } from '../entities.js'
import type { ApiToken, User } from '../identity/nouns.js'
import { isoTime, isoTimeOrNull } from './iso-time.js'

export function userImage(user: User): Image {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    role: user.role,
    theme: user.theme,
    is_active: user.isActive,
    last_login: isoTimeOrNull(user.lastLoginMs),
    failed_logins: user.failedLogins,
    locked_until: isoTimeOrNull(user.lockedUntilMs),
    created_at: isoTime(user.createdMs),
    updated_at: isoTime(user.updatedMs),
    revision: user.revision,
  }
}

export function apiTokenImage(token: ApiToken): Image {
  return {
    id: token.id,
    user_id: token.userId,
    description: token.description,
    hint: token.hint,
    addresses: token.addresses,
    expires_at: isoTimeOrNull(token.expiresMs),
    created_at: isoTime(token.createdMs),
    revision: token.revision,
  }
}
