// Clients that allocate one address after the other with an Idempotency-Key, for as long as a show lasts, and the
// figures of any stretch of it.
import { randomUUID } from 'node:crypto'
import { at, milliseconds, print } from './figures.js'
import { RawClient, requestBytes } from './raw-client.js'

const FAILURE_CHARS_KEPT = 300
const FAILURES_KEPT = 100

export type StretchFigures = {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** The longest time in which no write was accepted, from the stretch's first moment to its last. */
  readonly pauseMs: number
  /** When it began. */
  readonly pauseFromMs: number
}

export function describe({ perSecond, p50Ms, p99Ms, pauseMs }: StretchFigures): string {
  const [p50, p99, pause] = [p50Ms, p99Ms, pauseMs].map(milliseconds)
  return `${Math.round(perSecond)}/s, p50 ${p50}, p99 ${p99}, longest pause ${pause}`
}

/** A show in which a request failed has failed. */
export function reportFailures(load: SteadyLoad): void {
  print(`${load.accepted} writes, ${load.failures.length} failed`)
  for (const failure of new Set(load.failures)) print(`  ${failure}`)
  if (load.failures.length > 0) process.exitCode = 1
}

export class SteadyLoad {
  readonly #url: URL
  readonly #body: object
  readonly #running: Promise<void>[]
  #stopping = false
  /** When each accepted write was answered, and how long it took; in order. */
  readonly #answeredMs: number[] = []
  readonly #tookMs: number[] = []
  /** Answers other than 201, and broken connections; the first hundred. */
  readonly failures: string[] = []

  constructor(options: { readonly url: URL; readonly clients: number; readonly body: object }) {
    this.#url = new URL('/api/v1/allocations', options.url)
    this.#body = options.body
    this.#running = Array.from({ length: options.clients }, () => this.#client())
  }

  get accepted(): number {
    return this.#answeredMs.length
  }

  /** Lets requests under way end. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#running)
  }

  /** @param fromMs,toMs of performance.now() */
  figures(fromMs: number, toMs: number): StretchFigures {
    const took: number[] = []
    let pauseMs = 0
    let pauseFromMs = fromMs
    let lastMs = fromMs
    const pausedUntil = (ms: number): void => {
      if (ms - lastMs > pauseMs) {
        pauseMs = ms - lastMs
        pauseFromMs = lastMs
      }
      lastMs = ms
    }
    for (const [n, answeredMs] of this.#answeredMs.entries()) {
      if (answeredMs < fromMs || answeredMs >= toMs) continue
      took.push(this.#tookMs[n] as number)
      pausedUntil(answeredMs)
    }
    pausedUntil(toMs)
    took.sort((a, b) => a - b)
    return {
      perSecond: took.length / ((toMs - fromMs) / 1000),
      p50Ms: at(took, 0.5),
      p99Ms: at(took, 0.99),
      pauseMs,
      pauseFromMs,
    }
  }

  async #client(): Promise<void> {
    let connection: RawClient | null = null
    while (!this.#stopping) {
      connection ??= await RawClient.open(this.#url)
      const startedMs = performance.now()
      const answer = await connection.ask(
        requestBytes('POST', this.#url, this.#body, { 'idempotency-key': randomUUID() }),
      )
      if (answer instanceof Error) {
        this.#fail(answer.message)
        connection = null
      } else if (answer.status !== 201) {
        this.#fail(`${answer.status} ${answer.body.toString('utf8', 0, FAILURE_CHARS_KEPT)}`)
      } else {
        const answeredMs = performance.now()
        this.#answeredMs.push(answeredMs)
        this.#tookMs.push(answeredMs - startedMs)
      }
    }
    connection?.close()
  }

  #fail(reason: string): void {
    if (this.failures.length < FAILURES_KEPT) this.failures.push(reason)
  }
}
