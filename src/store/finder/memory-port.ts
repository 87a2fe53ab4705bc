// The finder's tables in memory, beside a state in memory: on the one thread there is.
import type { Database } from '../open.js'
import { FinderEngine } from './finder-engine.js'
import type { FinderPort, FinderRequest, Reply } from './messages.js'

export class MemoryPort implements FinderPort {
  readonly #engine: FinderEngine

  constructor(state: Database) {
    this.#engine = new FinderEngine(state, null)
  }

  async call(request: FinderRequest): Promise<Reply> {
    return this.#engine.call(request)
  }

  async close(): Promise<void> {
    this.#engine.close()
  }
}
