// What a node has to tell who asks: one hasher for all logins, what it verified lately, and the first admin's password.
import {
  FirstAdminError,
  type FirstAdminPassword,
  firstAdminPassword,
  KeyRing,
  nativeArgon2,
  PasswordHasher,
  passwordHasherDefaults,
  Sealer,
  systemRandom,
  VerifiedTokens,
} from '../auth/index.js'
import type { Config } from '../config/index.js'
import type { IdentityTools } from '../http/index.js'
import { systemClock } from '../raft/index.js'
import type { Surroundings } from './opened.js'

/** Takes as long as one hash. */
export async function openIdentity({ secret }: Pick<Config, 'secret'>): Promise<IdentityTools> {
  const random = systemRandom
  const hashing = { argon2: nativeArgon2, timer: systemClock, random }
  const hasher = await PasswordHasher.open(passwordHasherDefaults, hashing)
  const sealer = new Sealer(secret, random)
  const keys = new KeyRing(sealer, random)
  return { verified: new VerifiedTokens(), keys, sealer, hasher, random }
}

/** Asked where there is no user: each time anew, as the file may have been put there meanwhile. */
export function firstPasswordOf(
  config: Pick<Config, 'adminPasswordFile'>,
  environment: Surroundings['environment'],
): () => FirstAdminPassword {
  return () => firstAdminPassword({ environment, file: config.adminPasswordFile }, systemRandom)
}

/**
 * Before anything is opened: a password that could never be set ends the start. A file that cannot be read does not: it
 * was needed once, and is better gone.
 * @throws FirstAdminError
 */
export function checkFirstPassword(password: () => FirstAdminPassword): void {
  try {
    password()
  } catch (error) {
    if (error instanceof FirstAdminError && error.code === 'file-unreadable') return
    throw error
  }
}
