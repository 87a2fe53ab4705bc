// Argon2id (RFC 9106) as the package gives it. The only file that names it, so that tests can count what it is asked.
import { hash, parseOptions, verify } from '@node-rs/argon2'

export type Argon2Parameters = {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

/** OWASP Password Storage Cheat Sheet, 2024: Argon2id with m = 19 MiB, t = 2, p = 1. */
export const argon2Defaults: Argon2Parameters = { memoryKib: 19_456, passes: 2, lanes: 1 }

/** Works on libuv's threads, never on the main one. */
export interface Argon2 {
  /** PHC string with a fresh salt of 16 bytes. */
  hash(password: string, parameters: Argon2Parameters): Promise<string>
  /** With the parameters that the hash names. @throws when it is no PHC string of Argon2 */
  verify(hash: string, password: string): Promise<boolean>
}

// Of the package's enumerations, which exist for the compiler only.
const ARGON2ID = 2
const VERSION_13 = 1

export const nativeArgon2: Argon2 = {
  hash: (password, { memoryKib, passes, lanes }) =>
    hash(password, {
      algorithm: ARGON2ID,
      version: VERSION_13,
      memoryCost: memoryKib,
      timeCost: passes,
      parallelism: lanes,
    }),
  verify: (phc, password) => verify(phc, password),
}

/** True when the hash was made by exactly this algorithm with these parameters. @throws when it is no PHC string */
export function isMadeWith(phc: string, parameters: Argon2Parameters): boolean {
  const made = parseOptions(phc)
  return (
    made.algorithm === ARGON2ID &&
    made.version === VERSION_13 &&
    made.memoryCost === parameters.memoryKib &&
    made.timeCost === parameters.passes &&
    made.parallelism === parameters.lanes
  )
}
