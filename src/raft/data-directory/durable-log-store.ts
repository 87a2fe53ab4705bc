// The log whose term and vote are on disk twice: in LevelDB and in the identity file, which survives a lost log.
import type { Entry, HardState, Index } from '../core/index.js'
import type { LogBatch, LogStore } from '../ports.js'
import type { DataDirectory } from './data-directory.js'

/**
 * Decorates a LogStore. The log is written first and the copy second, and only then does the write resolve: a crash
 * in between leaves the copy behind the log, which no answer rested on yet and `open` makes good. The other order
 * would leave the log behind the copy, which is exactly how a lost log looks, and a sound node would refuse to start.
 */
export class DurableLogStore implements LogStore {
  readonly #log: LogStore
  readonly #directory: DataDirectory
  /** A copy that could not be written ends the log too. */
  #failure: unknown = null

  private constructor(log: LogStore, directory: DataDirectory) {
    this.#log = log
    this.#directory = directory
  }

  /**
   * To be called after checkMarks: it raises the copy to what the log says, so that a vote whose copy a crash
   * prevented is not answered again from the log alone.
   */
  static async open(
    log: LogStore,
    directory: DataDirectory,
    hardState: HardState,
  ): Promise<DurableLogStore> {
    await directory.recordVote(hardState)
    return new DurableLogStore(log, directory)
  }

  async append(batch: LogBatch): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    await this.#log.append(batch)
    const { term, vote } = batch.hardState
    const copy = this.#directory.identity
    if (term === copy.term && vote === copy.vote) return
    try {
      await this.#directory.recordVote({ term, vote })
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  async compact(mark: Parameters<LogStore['compact']>[0]): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    await this.#log.compact(mark)
  }

  async read(first: Index, last: Index): Promise<Entry[]> {
    return this.#log.read(first, last)
  }

  /** Closes the log; the data directory stays open, because its lock goes last. */
  async close(): Promise<void> {
    await this.#log.close()
  }
}
