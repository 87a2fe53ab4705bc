// Sees a change of the members through: asks until some node has taken it, then watches until it has come about, past
// lost answers, changes of leader and nodes that leave meanwhile.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterStatusAnswer } from './api.js'
import { type ApiRequest, type Client, RefusedError, UnreachableError } from './client.js'

export type Wish = {
  readonly request: ApiRequest
  /** Whether a node's status shows that the wish is recorded. */
  readonly isTaken: (status: ClusterStatusAnswer) => boolean
  /** How far it is once it was taken, as a clause; null = done. */
  readonly progress: (status: ClusterStatusAnswer) => string | null
  /** The node that goes; its own word that it was removed is the end. */
  readonly goes: number | null
}

export type WishOptions = {
  /** false: ends as soon as the wish is taken. */
  readonly wait: boolean
  /** null = no end. */
  readonly timeoutMs: number | null
  readonly onProgress: (clause: string) => void
}

/** Time was up; the wish goes on without whoever watches it. */
export class UnfinishedError extends Error {
  override readonly name = 'UnfinishedError'
}

const LOOK_MS = 500
/** A wish is recorded soon or not now; what comes of it is seen in the status. */
const ASK_SECONDS = 2
/** For the answer of one node; after that another is asked. */
const ANSWER_MS = 5_000
const STATUS = { method: 'GET', path: '/api/v1/cluster/status', timeoutMs: ANSWER_MS } as const

/** @throws RefusedError; UnreachableError when no server ever answered; UnfinishedError when the time is up */
export async function fulfil(client: Client, wish: Wish, options: WishOptions): Promise<void> {
  const { timeoutMs, onProgress } = options
  const watch = new WishWatch(client, wish, options.wait)
  const endMs = timeoutMs === null ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs
  for (let told = ''; ; ) {
    const clause = await watch.step()
    if (clause === null) return
    if (clause !== told) onProgress(clause)
    told = clause
    const leftMs = endMs - performance.now()
    if (leftMs <= 0) {
      const seconds = (timeoutMs ?? 0) / 1000
      const tail = watch.taken ? 'it goes on all the same: ipam cluster status' : 'nobody took it'
      throw new UnfinishedError(`not done after ${seconds} s (${clause}); ${tail}`)
    }
    await sleep(Math.min(LOOK_MS, leftMs))
  }
}

class WishWatch {
  readonly #client: Client
  readonly #wish: Wish
  readonly #wait: boolean
  readonly #request: ApiRequest
  taken = false
  /** An earlier question may have been heard, though no answer said so. */
  #asked = false
  #answered = false
  /** A node whose state is older than the wish has nothing to say of it. */
  #revision = 0

  constructor(client: Client, wish: Wish, wait: boolean) {
    this.#client = client
    this.#wish = wish
    this.#wait = wait
    // The same key each time: asked twice, it is done once and answered the same.
    const patience = { timeoutMs: ANSWER_MS, requestTimeoutSeconds: ASK_SECONDS }
    this.#request = { ...wish.request, ...patience, idempotencyKey: randomUUID() }
  }

  /** @returns how far it is, as a clause; null = the end */
  async step(): Promise<string | null> {
    try {
      const problem = this.taken ? null : await this.#ask()
      if (this.taken && !this.#wait) return null
      return this.#judge(await this.#client.call<ClusterStatusAnswer>(STATUS), problem)
    } catch (error) {
      const clause = this.#excuse(error)
      this.#client.turn()
      return clause
    }
  }

  async #ask(): Promise<string | null> {
    try {
      const { revision } = await this.#client.callAt(this.#request)
      this.#answered = true
      this.#take(revision)
      return null
    } catch (error) {
      if (error instanceof RefusedError && error.status < 500 && this.#asked) {
        // What an unanswered question has brought about may be in the way of asking again.
        const status = await this.#client.call<ClusterStatusAnswer>(STATUS)
        if (!this.#wish.isTaken(status)) throw error
        this.#take(status.applied_index)
        return null
      }
      const problem = this.#excuse(error)
      this.#asked = true
      return problem
    }
  }

  #judge(status: ClusterStatusAnswer, problem: string | null): string | null {
    const { node_id, applied_index, removed } = status
    this.#answered = true
    if (removed === true && node_id === this.#wish.goes) return null
    if (removed === true) {
      const clause = `node ${node_id} was removed from the cluster and knows nothing of it`
      if (!this.#client.turn()) throw new RefusedError(410, `${clause}; name another --server`)
      return clause
    }
    if (!this.taken && this.#asked && this.#wish.isTaken(status)) this.#take(applied_index)
    if (!this.taken) {
      this.#client.turn()
      return problem ?? 'no node has taken it yet'
    }
    if (!this.#wait) return null
    if (applied_index >= this.#revision) return this.#wish.progress(status)
    return `node ${node_id} has not heard of it yet`
  }

  #take(revision: number): void {
    this.taken = true
    this.#revision = Math.max(this.#revision, revision)
  }

  /** A node that cannot answer now is no reason to give up. */
  #excuse(error: unknown): string {
    if (error instanceof RefusedError) {
      this.#answered = true
      if (error.status < 500) throw error
    } else if (!(error instanceof UnreachableError) || !this.#answered) throw error
    return (error as Error).message
  }
}
