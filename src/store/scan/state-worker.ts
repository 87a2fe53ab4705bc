// The worker thread's entry: what would hold up a heartbeat on the main thread (scans, hashes, checkpoints) is done here.
import { parentPort, workerData } from 'node:worker_threads'
import { assert, unreachable } from '../../lib/index.js'
import { type Database, openDatabase } from '../open.js'
import { checkpoint } from './checkpoint.js'
import type {
  FromWorker,
  ToWorker,
  WorkerAnswers,
  WorkerOptions,
  WorkerRequest,
} from './messages.js'
import { WorkerScans } from './worker-scans.js'

/**
 * A reset takes the write lock and then waits for readers: commits on the main thread wait for it, so it gives up soon.
 */
const RESET_WAIT_MS = 50

assert(parentPort !== null, 'the state worker is a worker thread')
const port = parentPort
const options = workerData as WorkerOptions
const scans = new WorkerScans(options)
const db = open()

async function answer(request: WorkerRequest): Promise<WorkerAnswers[WorkerRequest['type']]> {
  switch (request.type) {
    case 'open':
      return scans.open(request.scan, request.source)
    case 'next':
      return scans.next(request.scan)
    case 'close':
      scans.close(request.scan)
      return null
    case 'hash':
      return scans.hash(request.scan)
    case 'checkpoint':
      return checkpoint(db, request.reset)
    case 'stop':
      scans.closeAll()
      db.close()
      return null
    default:
      return unreachable(request, 'request to the state worker')
  }
}

/** @throws what the main thread can read; the worker ends with it. */
function open(): Database {
  const { databasePath, cacheBytes } = options
  try {
    const opened = openDatabase(databasePath, { mode: 'write', cacheBytes })
    opened.pragma(`busy_timeout = ${RESET_WAIT_MS}`)
    return opened
  } catch (error) {
    throw cloneable(error as Error)
  }
}

/** SQLite's errors are no native ones: what goes to another thread of them would be without words. */
function cloneable(error: Error & { readonly code?: unknown }): Error {
  const { message, code } = error
  return new Error(typeof code === 'string' ? `${message} (${code})` : message)
}

port.on('message', ({ call, request }: ToWorker) => {
  const reply = (message: FromWorker) => port.postMessage(message)
  answer(request).then(
    result => {
      reply({ call, answer: result })
      if (request.type === 'stop') port.close()
    },
    (error: Error) => reply({ call, error: cloneable(error) }),
  )
})
