// Logs refusals, each kind once in a while: a refused peer dials again every second, for days.
import type { Clock, Log } from '../ports.js'
import type { LinkLimits } from './limits.js'
import type { Refusal } from './peer-policy.js'

/** Kinds remembered; a flood of new ones forgets the old ones and is then itself the news. */
const KINDS_MAX = 256

export type RefusalReport = {
  readonly refusal: Refusal
  readonly by: 'us' | 'them'
  readonly direction: 'dialed' | 'accepted'
  /** `node 3` once it has proved itself, else its network address. */
  readonly peer: string
}

export class RefusalLog {
  readonly #limits: LinkLimits
  readonly #clock: Clock
  readonly #log: Log
  readonly #loggedMs = new Map<string, number>()

  constructor(limits: LinkLimits, { clock, log }: { clock: Clock; log: Log }) {
    this.#limits = limits
    this.#clock = clock
    this.#log = log
  }

  report({ refusal, by, direction, peer }: RefusalReport): void {
    if (!this.#isNews(`${by} ${direction} ${peer} ${refusal.code}`)) return
    const fields = { peer, direction, code: refusal.code, reason: refusal.message }
    this.#log.warn(fields, by === 'us' ? 'peer refused' : 'peer refuses us')
  }

  /** A connection that did not even come as far as a handshake of ours. */
  tlsFailed(reason: string): void {
    if (this.#isNews(`tls ${reason}`)) this.#log.warn({ reason }, 'peer failed the TLS handshake')
  }

  /** A link stands: the next refusal is news again. */
  forget(peer: string): void {
    for (const kind of this.#loggedMs.keys())
      if (kind.includes(` ${peer} `)) this.#loggedMs.delete(kind)
  }

  #isNews(kind: string): boolean {
    const nowMs = this.#clock.monotonicMs()
    const lastMs = this.#loggedMs.get(kind)
    if (lastMs !== undefined && nowMs - lastMs < this.#limits.refusalLogMs) return false
    if (this.#loggedMs.size >= KINDS_MAX) this.#loggedMs.clear()
    this.#loggedMs.set(kind, nowMs)
    return true
  }
}
