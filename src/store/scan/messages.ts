// What the main thread and the state worker say to one another.
import type { ScanPage, ScanSource } from './scan-source.js'
import type { StateHash } from './state-hash.js'

export type WorkerOptions = { readonly databasePath: string; readonly cacheBytes: number }

/** `scan` is the caller's number of a scan or hash. */
export type WorkerRequest =
  | { readonly type: 'open'; readonly scan: number; readonly source: ScanSource }
  | { readonly type: 'next'; readonly scan: number }
  | { readonly type: 'close'; readonly scan: number }
  | { readonly type: 'hash'; readonly scan: number }
  | { readonly type: 'checkpoint'; readonly reset: boolean }
  | { readonly type: 'stop' }

export type CheckpointReport = {
  /** Applied index that is known to survive a power cut. */
  readonly durableIndex: number
  /** Pages in the write-ahead log since it was last reset, and how many of them are in the database file. */
  readonly walPages: number
  readonly movedPages: number
  /** Whether the next commit begins the write-ahead log anew; only ever with `reset`. */
  readonly didReset: boolean
}

/** What each request is answered with. */
export type WorkerAnswers = {
  /** How many rows it will give, of lists that begin with it. */
  open: number | null
  next: ScanPage
  close: null
  hash: StateHash
  checkpoint: CheckpointReport
  stop: null
}

export type ToWorker = { readonly call: number; readonly request: WorkerRequest }
export type FromWorker =
  | { readonly call: number; readonly answer: WorkerAnswers[keyof WorkerAnswers] }
  | { readonly call: number; readonly error: Error }
