// The scans that a state worker has open, each a read transaction on a connection of its own.
import { setImmediate } from 'node:timers/promises'
import { assert } from '../../lib/index.js'
import { type Database, openDatabase } from '../open.js'
import { Pages } from '../pages.js'
import type { WorkerOptions } from './messages.js'
import { countRows, pageReader, type ScanPage, type ScanSource } from './scan-source.js'
import { hashState, type StateHash } from './state-hash.js'

type OpenScan = {
  readonly db: Database
  readonly next: () => ScanPage
}

export class WorkerScans {
  readonly #options: WorkerOptions
  readonly #scans = new Map<number, OpenScan>()
  readonly #hashes = new Set<number>()

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** @returns how many rows it will give, of lists that begin with it */
  open(scan: number, source: ScanSource): number | null {
    const db = this.#begin()
    const pages = new Pages(db)
    this.#scans.set(scan, { db, next: pageReader(pages, source) })
    return countRows(pages, source)
  }

  /** Rows in id order; empty at the end. */
  next(scan: number): ScanPage {
    const open = this.#scans.get(scan)
    assert(open !== undefined, `scan ${scan} is open`)
    return open.next()
  }

  close(scan: number): void {
    this.#hashes.delete(scan)
    this.#scans.get(scan)?.db.close()
    this.#scans.delete(scan)
  }

  /** Gives the worker's other work a turn after every page. @throws when the scan is closed meanwhile. */
  async hash(scan: number): Promise<StateHash> {
    this.#hashes.add(scan)
    const db = this.#begin()
    try {
      const hashing = hashState(db)
      for (;;) {
        const step = hashing.next()
        if (step.done) return step.value
        await setImmediate()
        if (!this.#hashes.has(scan)) throw new Error('The state hash was given up.')
      }
    } finally {
      this.#hashes.delete(scan)
      db.close()
    }
  }

  closeAll(): void {
    for (const scan of [...this.#scans.keys()]) this.close(scan)
    this.#hashes.clear()
  }

  /** The first read fixes what the transaction sees. */
  #begin(): Database {
    const { databasePath, cacheBytes } = this.#options
    const db = openDatabase(databasePath, { mode: 'read', cacheBytes })
    db.exec('BEGIN')
    db.prepare('SELECT applied_index FROM state').get()
    return db
  }
}
