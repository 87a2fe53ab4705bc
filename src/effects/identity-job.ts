// The leader's care for who may ask: a first signing key and a new one now and then, the first admin of a cluster that
// has no user, and the end of what is over. It goes on with effects off (docs/decisions/0035): people must be able to
// sign in to switch them on.
import type { GatewayView } from '../gateway/index.js'
import type { Command, IdentityView, Outcome, SigningKey } from '../ledger/index.js'
import { type FirstAdminDependencies, FirstAdminMaker } from './first-admin-maker.js'
import { attempt, STEP_TIMEOUT_MS, submitStep } from './step.js'

export type IdentityJobOptions = {
  /** Between two looks, ms. */
  readonly everyMs: number
  /** Between two looks of a leader that waits for the cluster's first command, ms. */
  readonly foundingMs: number
  /** How long a key signs, ms. */
  readonly rotationMs: number
  /** How long it verifies after that, ms: longer than a token lives. */
  readonly keepMs: number
  /** Failed logins older than that are forgotten, ms: longer than they count, and than a name is locked for them. */
  readonly failuresKeptMs: number
}

export const identityJobDefaults = { everyMs: 5_000, foundingMs: 50 } as const

export type IdentityJobDependencies = Omit<FirstAdminDependencies, 'submit'> & {
  readonly gateway: Pick<GatewayView, 'submit' | 'read'>
  readonly raft: {
    isLeader(): boolean
    /** Called after it began to lead, and perhaps at other times. Returns a function that unsubscribes. */
    onStatus(listener: () => void): () => void
  }
  /** null before the cluster's first command. */
  readonly state: () => IdentityView | null
  /** What the next entry would be stamped with. */
  readonly entryTimeMs: () => number
  readonly keys: {
    /** Sealed where there is a secret to seal it with. */
    make(): Pick<SigningKey, 'id' | 'secret'>
    /** Whether the nodes that have this one's secret can use it. */
    canOpen(key: SigningKey): boolean
    /** It stands in clear, and need not. */
    isBare(key: SigningKey): boolean
  }
  readonly clock: { after(delayMs: number, callback: () => void): () => void }
}

/** Something to be done, and how it is seen that it is. */
type Chore = {
  isDue(state: IdentityView): boolean
  do(state: IdentityView): Promise<unknown>
}

const TIDY_ROWS_MAX = 250
const LOST_KEY =
  'the cluster secret does not open the key that signed logins; a new one was made, and everybody signs in anew'

export class IdentityJob {
  readonly #options: IdentityJobOptions
  readonly #dependencies: IdentityJobDependencies
  readonly #firstAdmin: FirstAdminMaker
  readonly #chores: readonly Chore[]
  readonly #unsubscribe: () => void
  #cancel: () => void = () => {}
  #busy = false
  /** It began to lead while it was busy: what it saw may be what a follower sees. */
  #isAskedAgain = false
  #closed = false

  constructor(options: IdentityJobOptions, dependencies: IdentityJobDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    const submit = (command: Command) => submitStep(dependencies.gateway, command)
    this.#firstAdmin = new FirstAdminMaker({ ...dependencies, submit })
    this.#chores = [
      { isDue: state => this.#keyIsMissing(state), do: state => this.#rotate(state) },
      { isDue: state => state.userCount === 0, do: () => this.#firstAdmin.make() },
      { isDue: state => state.hasOver(this.#over()), do: () => this.#tidy() },
      // Last, as it waits while a member's program is too old to use sealed keys.
      { isDue: state => this.#keyIsDue(state), do: state => this.#rotate(state) },
    ]
    this.#unsubscribe = dependencies.raft.onStatus(() => {
      if (dependencies.raft.isLeader()) void this.#look()
    })
    void this.#look()
  }

  close(): void {
    this.#closed = true
    this.#cancel()
    this.#unsubscribe()
  }

  async #look(): Promise<void> {
    if (this.#busy) {
      this.#isAskedAgain = true
      return
    }
    this.#busy = true
    this.#isAskedAgain = false
    this.#cancel()
    const warning = 'a job of identity was given up and is tried again'
    await attempt(() => this.#doWhatIsDue(), this.#dependencies.log, warning)
    this.#busy = false
    if (!this.#closed) this.#cancel = this.#later()
  }

  #later(): () => void {
    const { raft, state, clock } = this.#dependencies
    const { everyMs, foundingMs } = this.#options
    const isFounding = raft.isLeader() && state() === null
    const delayMs = this.#isAskedAgain ? 0 : isFounding ? foundingMs : everyMs
    return clock.after(delayMs, () => void this.#look())
  }

  /** Looks at what is applied here, and again once all is applied that was decided: a new leader may be behind. */
  async #doWhatIsDue(): Promise<void> {
    const { gateway, raft, state } = this.#dependencies
    // Who leads has a state that can be read; one that failed leads nothing.
    if (!raft.isLeader() && !this.#firstAdmin.waits) return
    const known = state()
    if (known === null) return
    this.#firstAdmin.tell(known)
    if (!raft.isLeader() || !this.#chores.some(({ isDue }) => isDue(known))) return
    await gateway.read({
      ...{ level: 'linearizable', freshnessMs: null },
      ...{ minRevision: 0, timeoutMs: STEP_TIMEOUT_MS },
    })
    for (const chore of this.#chores) {
      const now = state()
      if (now !== null && chore.isDue(now)) await chore.do(now)
    }
    this.#firstAdmin.tell(state() ?? known)
  }

  /** No login can go on before. */
  #keyIsMissing(state: IdentityView): boolean {
    const newest = state.signingKeys().at(-1)
    return newest === undefined || !this.#dependencies.keys.canOpen(newest)
  }

  #keyIsDue(state: IdentityView): boolean {
    const { keys, entryTimeMs } = this.#dependencies
    const newest = state.signingKeys().at(-1)
    if (newest === undefined) return false
    return keys.isBare(newest) || newest.createdMs + this.#options.rotationMs <= entryTimeMs()
  }

  async #rotate(state: IdentityView): Promise<void> {
    const { gateway, keys, log } = this.#dependencies
    const newest = state.signingKeys().at(-1)
    const { keepMs } = this.#options
    const key = keys.make()
    await submitStep(gateway, {
      ...{ type: 'signing-key.rotate', ...key, keepMs },
      onlyFirst: newest === undefined,
    })
    if (newest !== undefined && !keys.canOpen(newest)) log.warn({ keyId: key.id }, LOST_KEY)
  }

  #over(): { readonly timeMs: number; readonly failuresBeforeMs: number } {
    const timeMs = this.#dependencies.entryTimeMs()
    return { timeMs, failuresBeforeMs: Math.max(0, timeMs - this.#options.failuresKeptMs) }
  }

  /** One slice; what is left over is found by the next look. */
  #tidy(): Promise<Outcome> {
    const { gateway } = this.#dependencies
    const { failuresBeforeMs } = this.#over()
    return submitStep(gateway, { type: 'identity.tidy', failuresBeforeMs, rowsMax: TIDY_ROWS_MAX })
  }
}
