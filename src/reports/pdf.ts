// A PDF as a stream of pieces, made in a thread of its own that ends with it.
import type { Worker } from 'node:worker_threads'
import { type Deferred, deferred, startWorker } from '../lib/index.js'
import type { FromPdfWorker, PdfWork, ToPdfWorker } from './pdf-messages.js'
import type { Row } from './report.js'

export type PdfOutcome = {
  /** Characters that no font had. */
  readonly lost: number
  /** Why the font could not be read; null when it could, or there is none. */
  readonly fontFailure: string | null
}

export type PdfOrder = PdfWork & {
  /** In pieces of some hundreds at most: each is copied in one turn. */
  readonly rows: AsyncIterable<readonly Row[]>
  readonly signal: AbortSignal
  readonly onDone: (outcome: PdfOutcome) => void
}

const ENTRY = new URL('./pdf-worker.js', import.meta.url)
/** A font, and pages of ten thousand rows, need about a quarter of it. */
const HEAP_MB_MAX = 512

/** @throws what the rows throw, the signal's reason, or an Error when the thread fails */
export async function* makePdf(order: PdfOrder): AsyncGenerator<Uint8Array, void, void> {
  const { document, fontPath, rows, signal, onDone } = order
  signal.throwIfAborted()
  const worker = startWorker(ENTRY, { document, fontPath } satisfies PdfWork, {
    maxOldGenerationSizeMb: HEAP_MB_MAX,
  })
  const thread = new PdfThread(worker)
  const abort = () => thread.fail(new Error('The report is not wanted any more.'))
  signal.addEventListener('abort', abort)
  try {
    for await (const some of rows) {
      if (signal.aborted) abort()
      await thread.layOut(some)
    }
    yield* thread.pieces()
    onDone(thread.outcome)
  } finally {
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}

class PdfThread {
  outcome: PdfOutcome = { lost: 0, fontFailure: null }
  readonly #pieces: Uint8Array[] = []
  #done = false
  #failure: Error | null = null
  /** Whoever waits for the thread's next word. */
  #waiter: Deferred<void> | null = null
  #laidOut = true

  constructor(readonly worker: Worker) {
    worker.on('message', (message: FromPdfWorker) => this.#hear(message))
    worker.on('error', error => this.fail(error))
    worker.on('exit', () => {
      if (!this.#done) this.fail(new Error('The thread that makes the PDF ended too early.'))
    })
  }

  fail(error: Error): void {
    this.#failure ??= error
    this.#wake()
  }

  async layOut(rows: readonly Row[]): Promise<void> {
    this.#laidOut = false
    this.#tell({ type: 'rows', rows })
    while (!this.#laidOut) await this.#word()
  }

  async *pieces(): AsyncGenerator<Uint8Array, void, void> {
    this.#tell({ type: 'end' })
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) yield piece
      else if (this.#done) return
      else await this.#word()
    }
  }

  #tell(message: ToPdfWorker): void {
    this.worker.postMessage(message)
  }

  async #word(): Promise<void> {
    this.#waiter = deferred<void>()
    if (this.#failure === null) await this.#waiter.promise
    if (this.#failure !== null) throw this.#failure
  }

  #wake(): void {
    this.#waiter?.resolve()
    this.#waiter = null
  }

  #hear(message: FromPdfWorker): void {
    switch (message.type) {
      case 'laid-out':
        this.#laidOut = true
        break
      case 'piece':
        this.#pieces.push(message.bytes)
        break
      case 'font-unreadable':
        this.outcome = { ...this.outcome, fontFailure: message.why }
        break
      case 'done':
        this.outcome = { ...this.outcome, lost: message.lost }
        this.#done = true
        break
    }
    this.#wake()
  }
}
