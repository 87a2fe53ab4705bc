// The main thread's end of the state worker: a call is a promise.
import type { Worker } from 'node:worker_threads'
import { type Deferred, deferred } from '../../lib/index.js'
import { startWorker } from '../worker-thread.js'
import type {
  FromWorker,
  ToWorker,
  WorkerAnswers,
  WorkerOptions,
  WorkerRequest,
} from './messages.js'

type Answer = WorkerAnswers[keyof WorkerAnswers]

export type StateWorkerDependencies = {
  /** Makes what is applied visible to other connections. */
  readonly publish: () => void
  /** Called once when the worker dies without being asked to, or when `publish` fails. */
  readonly onFailure: (error: Error) => void
}

/** What begins to look at the state; the rest goes on with what it has seen. */
const LOOKING: ReadonlySet<WorkerRequest['type']> = new Set(['open', 'hash', 'checkpoint'])

export class StateWorker {
  readonly #options: WorkerOptions
  readonly #dependencies: StateWorkerDependencies
  readonly #calls = new Map<number, Deferred<Answer>>()
  /** Started by the first call: a thread of its own costs memory. */
  #worker: Worker | null = null
  #nextCall = 1
  #failure: Error | null = null

  constructor(options: WorkerOptions, dependencies: StateWorkerDependencies) {
    this.#options = options
    this.#dependencies = dependencies
  }

  /** @throws what the request threw in the worker, or why there is no worker any more. */
  call<R extends WorkerRequest>(request: R): Promise<WorkerAnswers[R['type']]> {
    if (LOOKING.has(request.type)) this.#publish()
    if (this.#failure !== null) return Promise.reject(this.#failure)
    this.#worker ??= this.#start()
    const call = this.#nextCall++
    const answer = deferred<Answer>()
    this.#calls.set(call, answer)
    this.#worker.postMessage({ call, request } satisfies ToWorker)
    return answer.promise as Promise<WorkerAnswers[R['type']]>
  }

  /** Closes what the worker has open; calls under way are refused. */
  async close(): Promise<void> {
    if (this.#failure === null && this.#worker !== null) await this.call({ type: 'stop' })
    this.#end(new Error('The state worker was stopped.'))
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = startWorker(new URL('./state-worker.js', import.meta.url), this.#options)
    worker.on('message', (message: FromWorker) => this.#onMessage(message))
    worker.on('error', error => this.#fail(error))
    worker.on('exit', code => this.#fail(new Error(`The state worker exited with code ${code}.`)))
    return worker
  }

  #publish(): void {
    try {
      this.#dependencies.publish()
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return
    this.#end(error)
    this.#dependencies.onFailure(error)
  }

  #onMessage(message: FromWorker): void {
    const call = this.#calls.get(message.call)
    this.#calls.delete(message.call)
    if ('error' in message) call?.reject(message.error)
    else call?.resolve(message.answer)
  }

  #end(error: Error): void {
    this.#failure ??= error
    for (const call of this.#calls.values()) call.reject(error)
    this.#calls.clear()
  }
}
