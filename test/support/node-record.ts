// What a simulated node said and counted over all its lives, for tests that look into it.
import type { Log, RaftMetrics } from '../../src/raft/index.js'

export type LogLine = { readonly level: string; readonly fields: object; readonly message: string }

export class NodeRecord {
  readonly lines: LogLine[] = []
  readonly fatal: Error[] = []
  readonly counts = { elections: 0, stalls: 0, diskStalls: 0 }

  readonly log: Log = {
    debug: this.#level('debug'),
    info: this.#level('info'),
    warn: this.#level('warn'),
    error: this.#level('error'),
  }

  readonly metrics: RaftMetrics = {
    electionsTotal: () => {
      this.counts.elections += 1
    },
    loopStallSeconds: () => {
      this.counts.stalls += 1
    },
    diskStallsTotal: () => {
      this.counts.diskStalls += 1
    },
  }

  logged(message: string): boolean {
    return this.lines.some(line => line.message === message)
  }

  #level(level: string) {
    return (fields: object, message: string) => void this.lines.push({ level, fields, message })
  }
}
