// The first admin of a cluster (CONTRACT.md D-4): proposed by whoever leads; whose proposal it was is seen in the state,
// so that a password that nobody knows is printed by one node, once, and also when the answer was lost on its way.
import type { Command, IdentityView } from '../ledger/index.js'

const USERNAME = 'admin'
/** No mail goes there: whoever wants mail says where to. */
const EMAIL = 'admin@localhost'

export type FirstAdminDependencies = {
  /** @throws when what was given cannot be a password; the message says where it came from, never what it is. */
  readonly firstPassword: () => {
    readonly password: string
    /** Nobody knows it yet. */
    readonly generated: boolean
    /** A full sentence for the log. */
    readonly warning: string | null
  }
  readonly hash: (password: string) => Promise<string>
  readonly submit: (command: Command) => Promise<unknown>
  /** To standard output, which is no log. */
  readonly print: (text: string) => void
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}

type Proposal = {
  /** null when somebody knows it. */
  readonly secret: string | null
  /** With a salt of its own: no two proposals are alike. */
  readonly hash: string
}

export class FirstAdminMaker {
  readonly #dependencies: FirstAdminDependencies
  /** Kept until the state has a user: the outcome of a command may be unknown for a while. */
  #proposal: Proposal | null = null
  /** What was last said of a password that cannot be used. */
  #told = ''

  constructor(dependencies: FirstAdminDependencies) {
    this.#dependencies = dependencies
  }

  /** It has proposed one, and has not seen yet what became of it. */
  get waits(): boolean {
    return this.#proposal !== null
  }

  /** @throws what `submit` throws. Without a usable password it says so in the log, once, and does nothing. */
  async make(): Promise<void> {
    this.#proposal ??= await this.#propose()
    if (this.#proposal === null) return
    const { hash: passwordHash } = this.#proposal
    const admin = { username: USERNAME, email: EMAIL, passwordHash }
    await this.#dependencies.submit({ type: 'user.bootstrap', ...admin })
  }

  /** Says so once, when the first user is the one that this node proposed. */
  tell(state: IdentityView): void {
    if (this.#proposal === null || state.userCount === 0) return
    const { hash, secret } = this.#proposal
    this.#proposal = null
    if (state.userNamed(USERNAME)?.passwordHash !== hash) return
    const { log, print } = this.#dependencies
    log.info({ username: USERNAME }, 'the first admin was made')
    if (secret !== null) print(firstPasswordText(secret))
  }

  async #propose(): Promise<Proposal | null> {
    const { hash, log } = this.#dependencies
    const given = this.#given()
    if (given === null) return null
    const { password, generated, warning } = given
    if (warning !== null) log.warn({}, warning)
    return { secret: generated ? password : null, hash: await hash(password) }
  }

  #given(): ReturnType<FirstAdminDependencies['firstPassword']> | null {
    try {
      return this.#dependencies.firstPassword()
    } catch (error) {
      const reason = (error as Error).message
      if (reason !== this.#told)
        this.#dependencies.log.error({ reason }, 'nobody can sign in: there is no first admin yet')
      this.#told = reason
      return null
    }
  }
}

function firstPasswordText(secret: string): string {
  return [
    `ipam: sign in as ${USERNAME} with the password ${secret}`,
    '      It is shown this once and kept nowhere. Sign in and set one of your own.',
    '',
  ].join('\n')
}
