// How many scans run at once, and how many may wait: each holds a read transaction, which keeps the write-ahead log.
import { type Deferred, deferred } from '../../lib/index.js'

/** A scan that did not begin, or did not end in time. */
export class ScanError extends Error {
  override readonly name = 'ScanError'
  constructor(
    readonly code: 'too-many-scans' | 'scan-too-long',
    message: string,
  ) {
    super(message)
  }
}

export type ScanSlotsOptions = { readonly activeMax: number; readonly waitingMax: number }

export class ScanSlots {
  readonly #options: ScanSlotsOptions
  readonly #waiting = new Set<Deferred<void>>()
  #active = 0
  #isHeld = false
  #idle: Deferred<void> | null = null
  /** Readers of a moment, which are not bounded by number. */
  #brief = 0
  #resumed: Deferred<void> = deferred<void>()

  constructor(options: ScanSlotsOptions) {
    this.#options = options
  }

  get active(): number {
    return this.#active + this.#brief
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** @returns what gives the slot back; calling it again does nothing. @throws ScanError, or the signal's reason. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#isHeld || this.#active >= this.#options.activeMax) await this.#wait(signal)
    else this.#active++
    return this.#giveBack()
  }

  #giveBack(): () => void {
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#active--
      this.#admit()
    }
  }

  /**
   * For what reads but for a moment: there is a slot, however many have one. It waits only where others of its kind are
   * all that a reset would still wait for. @throws the signal's reason
   */
  async takeBriefly(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    while (this.#isHeld && this.#active === 0) await this.#untilResumed(signal)
    this.#brief++
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#brief--
      this.#admit()
    }
  }

  /** A slot at once; null when there is none. */
  takeNow(): (() => void) | null {
    if (this.#isHeld || this.#active >= this.#options.activeMax) return null
    this.#active++
    return this.#giveBack()
  }

  /** Resolves when nobody has or awaits a slot. */
  async idle(): Promise<void> {
    if (this.active === 0 && this.#waiting.size === 0) return
    this.#idle ??= deferred<void>()
    await this.#idle.promise
  }

  /** Nobody new gets a slot until `resume`. */
  hold(): void {
    this.#isHeld = true
  }

  resume(): void {
    this.#isHeld = false
    this.#resumed.resolve()
    this.#resumed = deferred<void>()
    this.#admit()
  }

  async #untilResumed(signal: AbortSignal): Promise<void> {
    const turn = deferred<void>()
    const giveUp = () => turn.reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    this.#resumed.promise.then(() => turn.resolve())
    try {
      await turn.promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** The slot is counted by who admits, so that nobody slips in between. */
  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#options.waitingMax) {
      throw new ScanError('too-many-scans', 'too many lists and reports are being read')
    }
    const turn = deferred<void>()
    const giveUp = () => {
      if (!this.#waiting.delete(turn)) return
      turn.reject(signal.reason)
      this.#admit()
    }
    this.#waiting.add(turn)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await turn.promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  #admit(): void {
    for (const turn of this.#waiting) {
      if (this.#isHeld || this.#active >= this.#options.activeMax) return
      this.#waiting.delete(turn)
      this.#active++
      turn.resolve()
    }
    if (this.active > 0 || this.#waiting.size > 0) return
    this.#idle?.resolve()
    this.#idle = null
  }
}
