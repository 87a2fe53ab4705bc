// Hashes and verifies passwords a few at a time: each takes 19 MiB and some ten milliseconds of a thread that the log's
// fsync needs as well, and a storm of logins must not cost a node its heartbeats.
import { assert } from '../lib/index.js'
import { type Argon2, type Argon2Parameters, argon2Defaults, isMadeWith } from './argon2.js'
import { LimitedWork, type Timer } from './limited-work.js'
import { normalizePassword, PASSWORD_UNITS_MAX } from './password-rules.js'
import type { RandomBytes } from './random.js'

export type PasswordHasherOptions = {
  readonly parameters: Argon2Parameters
  /** Hashes at a time. libuv has four threads, for the disk as well. */
  readonly runningMax: number
  readonly waitingMax: number
  readonly waitMs: number
}

export const passwordHasherDefaults: PasswordHasherOptions = {
  parameters: argon2Defaults,
  runningMax: 1,
  waitingMax: 64,
  waitMs: 5_000,
}

type Dependencies = {
  readonly argon2: Argon2
  readonly timer: Timer
  readonly random: RandomBytes
}

export class PasswordHasher {
  readonly #parameters: Argon2Parameters
  readonly #work: LimitedWork
  readonly #argon2: Argon2
  /** Of a password that nobody knows, with the parameters of today: what an unknown user is verified against. */
  readonly #nobodysHash: string

  private constructor(
    options: PasswordHasherOptions,
    { argon2, timer }: Dependencies,
    nobodysHash: string,
  ) {
    this.#parameters = options.parameters
    this.#work = new LimitedWork(options, { timer })
    this.#argon2 = argon2
    this.#nobodysHash = nobodysHash
  }

  /** Takes as long as one hash. */
  static async open(
    options: PasswordHasherOptions,
    dependencies: Dependencies,
  ): Promise<PasswordHasher> {
    const nobodys = Buffer.from(dependencies.random(32)).toString('base64url')
    const hash = await dependencies.argon2.hash(nobodys, options.parameters)
    return new PasswordHasher(options, dependencies, hash)
  }

  get waitingCount(): number {
    return this.#work.waitingCount
  }

  /** PHC string. @param password one that `explainPassword` has nothing against @throws TooBusyError */
  hash(password: string): Promise<string> {
    assert(password.length <= PASSWORD_UNITS_MAX, 'a password was checked before it is hashed')
    const normalized = normalizePassword(password)
    return this.#work.run(() => this.#argon2.hash(normalized, this.#parameters))
  }

  /**
   * The same work whether there is such a user or not (OWASP Authentication Cheat Sheet), as long as the hash has today's
   * parameters. What is longer than any password is refused without work, for everybody.
   * @param hash of the user; null when there is none, and then never true
   * @throws TooBusyError
   */
  async verify(hash: string | null, password: string): Promise<boolean> {
    if (password.length > PASSWORD_UNITS_MAX) return false
    const normalized = normalizePassword(password)
    const compared = hash ?? this.#nobodysHash
    const matches = await this.#work.run(() => this.#argon2.verify(compared, normalized))
    return matches && hash !== null
  }

  /** Asked after a right password: the hash was made with other parameters than today's. */
  needsRehash(hash: string): boolean {
    return !isMadeWith(hash, this.#parameters)
  }
}
