// The worker thread's entry: the finder's tables are brought up to the state and asked here, where nobody waits for a
// heartbeat.
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../lib/index.js'
import { openDatabase } from '../open.js'
import { FinderEngine } from './finder-engine.js'
import type { FinderPaths, FinderRequest, FromFinder, ToFinder } from './messages.js'

const STATE_CACHE_BYTES = 4 << 20

assert(parentPort !== null, 'the finder has a worker thread')
const port = parentPort
const { statePath, finderPath } = workerData as FinderPaths
const state = openDatabase(statePath, { mode: 'read', cacheBytes: STATE_CACHE_BYTES })
const engine = new FinderEngine(state, finderPath)

port.on('message', (message: ToFinder) => {
  if (message.type === 'stop') {
    engine.close()
    state.close()
    port.close()
  } else port.postMessage(answered(message.call, message.request))
})

function answered(call: number, request: FinderRequest): FromFinder {
  try {
    return { call, reply: engine.call(request) }
  } catch (error) {
    // SQLite's errors are no native ones: what goes to another thread of them would be without words.
    return { call, error: new Error((error as Error).message) }
  }
}
