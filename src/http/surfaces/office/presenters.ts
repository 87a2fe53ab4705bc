// Users and tokens as document 004 writes them.
import type { IssuedToken } from '../../../auth/index.js'
import type { ApiToken, User } from '../../../ledger/index.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'

export function presentProfile(user: User) {
  const { id, username, email, role, theme, createdMs, updatedMs } = user
  const times = { created_at: timestamp(createdMs), updated_at: timestamp(updatedMs) }
  return { id, username, email, role, theme, ...times }
}

export function presentUser(user: User) {
  const last_login = timestampOrNull(user.lastLoginMs)
  return { ...presentProfile(user), is_active: user.isActive, last_login }
}

export function presentAccessToken({ text, ttlSeconds }: IssuedToken) {
  return { access_token: text, token_type: 'bearer', expires_in: ttlSeconds }
}

export function presentSignedIn(user: User, token: IssuedToken) {
  const { id, username, email, role, theme } = user
  return { ...presentAccessToken(token), user: { id, username, email, role, theme } }
}

export function presentPermanentToken(token: ApiToken) {
  return {
    token_id: spellToken(token.id),
    hint: token.hint,
    description: token.description,
    expires_at: timestampOrNull(token.expiresMs),
    ip_restrictions: token.addresses,
    created_at: timestamp(token.createdMs),
    is_revoked: false,
  }
}

const spellToken = (id: number) => `pt_${id}`

/** @returns null when the text cannot be an id. */
export function parseTokenId(text: string): number | null {
  return /^pt_[1-9]\d{0,14}$/.test(text) ? Number(text.slice('pt_'.length)) : null
}
