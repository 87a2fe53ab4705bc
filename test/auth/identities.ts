// A small world to authenticate in: one user, his tokens, keys; and counters of what it costs.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { type IdentityView, issueAccessToken, type RandomBytes } from '../../src/auth/index.js'
import type { ApiToken, SigningKey, User } from '../../src/ledger/index.js'
import { seededRandom } from '../support/seeded-random.js'

/** 2026-01-01, on a full second. */
export const NOW_MS = 1_767_225_600_000
export const CLUSTER = '6f8f0f3e-58a5-4a6b-9d0c-2f3f7a4c1d11'

export function seededBytes(seed: number): RandomBytes {
  const random = seededRandom(seed)
  return byteCount => Uint8Array.from({ length: byteCount }, () => Math.floor(random() * 256))
}

export const anna: User = {
  id: 7,
  username: 'anna',
  email: 'anna@example.net',
  role: 'manager',
  theme: 'light',
  isActive: true,
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  epoch: 3,
  lastLoginMs: null,
  failedLogins: 0,
  lockedUntilMs: null,
  createdMs: NOW_MS,
  updatedMs: NOW_MS,
  revision: 1,
}

export function signingKey(id: string, retiresMs: number | null = null): SigningKey {
  const secret = crypto.createHash('sha256').update(`secret of ${id}`).digest('base64url')
  return { id, secret, createdMs: NOW_MS, retiresMs }
}

export const key = signingKey('key-1')
export const trust = { keys: [key], clusterUuid: CLUSTER }

export type World = {
  readonly users?: readonly User[]
  readonly apiTokens?: readonly ApiToken[]
  readonly keys?: readonly SigningKey[]
  readonly revoked?: readonly string[]
  readonly clusterUuid?: string
}

/** `asked` counts the look-ups. */
export function viewOf(world: World = {}): IdentityView & { asked: number } {
  const { users = [anna], apiTokens = [], keys = [key], revoked = [] } = world
  return {
    asked: 0,
    clusterUuid: world.clusterUuid ?? CLUSTER,
    user(id) {
      this.asked += 1
      return users.find(user => user.id === id) ?? null
    },
    apiTokenByHash(hash) {
      this.asked += 1
      return apiTokens.find(token => token.hash === hash) ?? null
    },
    signingKeys() {
      this.asked += 1
      return keys
    },
    isRevoked(tokenId) {
      this.asked += 1
      return revoked.includes(tokenId)
    },
  }
}

/** One of Anna's, of this cluster, as of NOW_MS. */
export function issued(order: Partial<Parameters<typeof issueAccessToken>[0]> = {}, seed = 1) {
  const whole = { user: anna, key, clusterUuid: CLUSTER, nowMs: NOW_MS, ...order }
  return issueAccessToken(whole, seededBytes(seed))
}

/** Counts calls of a function of node:crypto, wherever it was imported, until `stop`. */
export function countCrypto(name: 'createHash' | 'createHmac' | 'createDecipheriv'): {
  count: number
  stop(): void
} {
  const original = crypto[name] as (...args: unknown[]) => unknown
  const replace = (with_: unknown) => {
    Object.assign(crypto, { [name]: with_ })
    syncBuiltinESMExports()
  }
  const counter = { count: 0, stop: () => replace(original) }
  replace((...args: unknown[]) => {
    counter.count += 1
    return original.apply(crypto, args)
  })
  return counter
}

/** Counts signatures verified by WebCrypto until `stop`. */
export function countVerifications(): { count: number; stop(): void } {
  const { subtle } = globalThis.crypto
  const original = subtle.verify
  const counter = {
    count: 0,
    stop: () => {
      subtle.verify = original
    },
  }
  subtle.verify = (...args) => {
    counter.count += 1
    return original.apply(subtle, args)
  }
  return counter
}
