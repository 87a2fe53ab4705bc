// Writes down what clients ask and are told, on one clock, for the checks of this folder.
import { writeFileSync } from 'node:fs'
import { formatHistory, type History, type NetworkRange, type Operation } from './operation.js'

export class HistoryRecorder {
  readonly #operations: Operation[] = []

  constructor(readonly range: NetworkRange) {}

  /** ms, of the clock that all operations are recorded by */
  now(): number {
    return performance.now()
  }

  add(operation: Operation): void {
    this.#operations.push(operation)
  }

  history(): History {
    return { networks: [this.range], operations: [...this.#operations] }
  }

  write(file: string): void {
    writeFileSync(file, formatHistory(this.history()))
  }
}

/** The revision at which an answer was decided, as its headers tell. */
export function revisionOf(headers: Headers): number {
  const text = headers.get('ipam-original-revision') ?? headers.get('ipam-revision')
  if (text === null) throw new Error('an answer without IPAM-Revision')
  return Number(text)
}
