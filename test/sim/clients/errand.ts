// One command, asked of one node after the other under one key until it is answered.
import type { Command, Outcome } from '../../../src/ledger/index.js'
import { type GatewayNode, type Watched, watch } from '../../support/gateway-cluster.js'
import type { Asker } from './askers.js'

export type ErrandDependencies = {
  readonly random: () => number
  /** A node that can be reached; undefined when all are dead. */
  readonly pick: () => GatewayNode | undefined
}

export type Wish = {
  readonly command: Command
  /** Absent: somebody who has not signed in. */
  readonly asker?: Asker
}

type Attempt = {
  readonly node: GatewayNode
  readonly life: number
  readonly watched: Watched<Outcome>
}

const TIMEOUTS_MS = [100, 400, 1_500, 6_000]

export class Errand {
  /** Whether an attempt ended so that it may have happened, or may happen yet. */
  maybe = false
  readonly #dependencies: ErrandDependencies
  #attempt: Attempt | null = null

  /** @param key null: it is not safe to ask again after an attempt that may have happened */
  constructor(
    readonly wish: Wish,
    readonly key: string | null,
    dependencies: ErrandDependencies,
  ) {
    this.#dependencies = dependencies
  }

  /** Asks, or looks at what came of it. @returns null while there is nothing to tell; then it may be called again */
  step(): Outcome | 'failed' | null {
    if (this.#attempt === null) {
      this.#ask()
      return null
    }
    const { node, life, watched } = this.#attempt
    const broke = !node.alive || node.starts !== life
    if (watched.ending === null && !broke) return null
    this.#attempt = null
    if (watched.ending !== null && 'value' in watched.ending) return watched.ending.value
    if (watched.ending === null || watched.ending.error.outcome === 'unknown') this.maybe = true
    return 'failed'
  }

  #ask(): void {
    const { random, pick } = this.#dependencies
    const node = pick()
    if (node === undefined) return
    const { key } = this
    const { command, asker } = this.wish
    const idempotency = key === null ? null : { scopeHash: key, requestHash: command.type }
    const timeoutMs = TIMEOUTS_MS[Math.floor(random() * TIMEOUTS_MS.length)] ?? 0
    const watched = watch(node.submit(command, { ...asker, idempotency, timeoutMs }))
    this.#attempt = { node, life: node.starts, watched }
  }
}
