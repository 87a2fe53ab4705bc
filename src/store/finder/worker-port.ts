// The main thread's end of the finder's thread. It is started by the first call, and again after it died: nothing of the
// node depends on it.
import type { Worker } from 'node:worker_threads'
import { type Deferred, deferred } from '../../lib/index.js'
import { startWorker } from '../worker-thread.js'
import type {
  FinderPaths,
  FinderPort,
  FinderRequest,
  FromFinder,
  Reply,
  ToFinder,
} from './messages.js'

type Thread = { readonly worker: Worker; readonly ended: Promise<void> }

export class WorkerPort implements FinderPort {
  readonly #paths: FinderPaths
  readonly #calls = new Map<number, Deferred<Reply>>()
  #thread: Thread | null = null
  #nextCall = 1

  constructor(paths: FinderPaths) {
    this.#paths = paths
  }

  call(request: FinderRequest): Promise<Reply> {
    this.#thread ??= this.#start()
    const call = this.#nextCall++
    const reply = deferred<Reply>()
    this.#calls.set(call, reply)
    this.#thread.worker.postMessage({ type: 'call', call, request } satisfies ToFinder)
    return reply.promise
  }

  /** Lets the thread close its files: what it is at takes no longer than a question may. */
  async close(): Promise<void> {
    const thread = this.#thread
    if (thread === null) return
    thread.worker.postMessage({ type: 'stop' } satisfies ToFinder)
    await thread.ended
  }

  #start(): Thread {
    const worker = startWorker(new URL('./finder-worker.js', import.meta.url), this.#paths)
    const ended = deferred<void>()
    const end = (error: Error) => {
      ended.resolve()
      if (this.#thread?.worker !== worker) return
      this.#thread = null
      for (const call of this.#calls.values()) call.reject(error)
      this.#calls.clear()
    }
    worker.on('message', (message: FromFinder) => this.#onMessage(message))
    worker.on('error', end)
    worker.on('exit', code => end(new Error(`The finder's thread exited with code ${code}.`)))
    return { worker, ended: ended.promise }
  }

  #onMessage(message: FromFinder): void {
    const call = this.#calls.get(message.call)
    this.#calls.delete(message.call)
    if ('error' in message) call?.reject(message.error)
    else call?.resolve(message.reply)
  }
}
