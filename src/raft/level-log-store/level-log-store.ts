// The durable log on LevelDB: one atomic, synced batch for each step, and every byte verified when it is read back.
import { assert } from '../../lib/index.js'
import type { Entry, Index } from '../core/index.js'
import { syncDirectory } from '../data-directory/durable-file.js'
import type { LoadedLog, LogBatch, LogStore } from '../ports.js'
import { LogDamagedError, LogStoreFailedError } from './errors.js'
import { encodeGroup, type GroupBounds, type LogPoint, splitGroups } from './group-codec.js'
import { GroupIndex } from './group-index.js'
import { type CompactionMark, chainStart, emptyHead, encodeHead, type Head } from './head-codec.js'
import { groupKey, headKey, type LogDatabase, openLogDatabase } from './level-database.js'
import { type GroupRef, groupsBetween, LogWalk, readHead, walkLog } from './log-walk.js'

export type LevelLogStoreOptions = {
  /** The data directory's own UUID: a log that was copied here from another directory is refused. */
  readonly dataUuid: string
  /** Bounds of one value: what a truncation rewrites at most, and what a read of one entry loads. */
  readonly groupEntriesMax?: number
  readonly groupBytesMax?: number
  /** Off by default: entries are small and short-lived, and our own checksums see what happens to them. */
  readonly compression?: boolean
}

const groupEntriesMaxDefault = 256
const groupBytesMaxDefault = 1024 * 1024
/** Groups that compaction deletes in one batch, so that marshalling them holds the event loop for a moment only. */
const deletesPerBatch = 512

type Mark = { readonly index: Index; readonly term: number; readonly timeMs: number }
type Operation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array }
/** What stays of the log below an index, and what LevelDB must do so that only this stays. */
type Cut = {
  readonly tail: LogPoint
  readonly operations: Operation[]
  /** Groups that stay as they are; `rewritten` is the one that the cut runs through. */
  readonly kept: number
  readonly rewritten: GroupRef | null
}

export type OpenedLog = {
  readonly store: LevelLogStore
  readonly loaded: LoadedLog
  /** Bytes that LevelDB dropped as it recovered; worth a warning when not 0 (see openLogDatabase). */
  readonly droppedBytes: number
}

/** Implements LogStore. A call that rejects ends the store: every later one rejects with the same error. */
export class LevelLogStore implements LogStore {
  readonly #directory: string
  readonly #database: LogDatabase
  readonly #bounds: GroupBounds
  readonly #groups: GroupIndex
  /** As on disk after the last write that succeeded. */
  #head: Head
  /** The call before; each waits for it, so that calls that overlap are simply done in order. */
  #turn: Promise<void> = Promise.resolve()
  /** Set once and for good. */
  #failure: LogDamagedError | LogStoreFailedError | null = null

  private constructor(
    directory: string,
    database: LogDatabase,
    state: { readonly head: Head; readonly groups: GroupIndex },
    options: LevelLogStoreOptions,
  ) {
    this.#directory = directory
    this.#database = database
    this.#head = state.head
    this.#groups = state.groups
    this.#bounds = {
      entriesMax: options.groupEntriesMax ?? groupEntriesMaxDefault,
      bytesMax: options.groupBytesMax ?? groupBytesMaxDefault,
    }
    assert(this.#bounds.entriesMax >= 1, 'A group has room for at least one entry.')
  }

  /**
   * Opens and verifies the whole log. What only a mark outside can see (a lost tail) is checkMarks' part.
   * @throws DirectoryInUseError, LogDamagedError, LogStoreFailedError
   */
  static async open(directory: string, options: LevelLogStoreOptions): Promise<OpenedLog> {
    const compression = options.compression ?? false
    const { database, droppedBytes } = await openLogDatabase(directory, { compression })
    try {
      const head = await LevelLogStore.#loadHead(directory, database, options.dataUuid)
      const refs: GroupRef[] = []
      const entries: Entry[] = []
      for await (const group of walkLog(directory, database, head)) {
        refs.push(group.ref)
        for (const entry of group.entries) entries.push(entry)
      }
      const state = { head, groups: new GroupIndex(refs) }
      const store = new LevelLogStore(directory, database, state, options)
      const { index, term, timeMs } = head.compacted
      const loaded = { hardState: head.hardState, compacted: { index, term, timeMs }, entries }
      return { store, loaded, droppedBytes }
    } catch (error) {
      await database.close()
      throw error
    }
  }

  static async #loadHead(
    directory: string,
    database: LogDatabase,
    dataUuid: string,
  ): Promise<Head> {
    const head = await readHead(directory, database)
    if (head === null) {
      const first = emptyHead(dataUuid)
      await writeFirstHead(directory, database, first)
      return first
    }
    if (head.dataUuid !== dataUuid) {
      const detail = `It belongs to the data directory ${head.dataUuid}, and this one is ${dataUuid}.`
      throw new LogDamagedError('foreign-log', directory, null, detail)
    }
    return head
  }

  async append(batch: LogBatch): Promise<void> {
    await this.#inTurn('written', () => this.#append(batch))
  }

  async #append({ hardState, entries, sync }: LogBatch): Promise<void> {
    const first = entries[0]
    if (first === undefined) {
      const { term, vote } = this.#head.hardState
      const changed = hardState.term !== term || hardState.vote !== vote
      assert(sync || !changed, 'A changed term or vote is synced.')
      const head = { ...this.#head, hardState }
      await this.#commit([], head, sync)
      return
    }
    assert(sync, 'Entries are synced.')
    const { last, compacted } = this.#head
    assert(first.index > compacted.index, 'Nothing is written below the compaction mark.')
    assert(first.index <= last.index + 1, 'Entries are appended without a gap.')
    const cut = await this.#cutAt(first.index)
    assert(first.term >= cut.tail.term, 'Terms never fall along the log.')
    const added = cut.rewritten === null ? [] : [cut.rewritten]
    let tail = cut.tail
    for (const group of splitGroups(entries, this.#bounds)) {
      added.push({ first: tail.index + 1, previousTerm: tail.term, previousCrc: tail.crc })
      const { value, lastCrc } = encodeGroup(group, tail.crc)
      cut.operations.push({ type: 'put', key: groupKey(tail.index + 1), value })
      const term = group[group.length - 1]?.term ?? tail.term
      tail = { index: tail.index + group.length, term, crc: lastCrc }
    }
    await this.#commit(cut.operations, { ...this.#head, hardState, last: tail }, true)
    this.#groups.replaceFrom(cut.kept, added)
  }

  async #commit(operations: readonly Operation[], head: Head, sync: boolean): Promise<void> {
    const put: Operation = { type: 'put', key: headKey, value: encodeHead(head) }
    await this.#database.batch([...operations, put], { sync })
    this.#head = head
  }

  /** Everything at `index` and beyond goes. Reads only when `index` lies inside a group, which is then rewritten. */
  async #cutAt(index: Index): Promise<Cut> {
    const { last, compacted } = this.#head
    if (index === last.index + 1) {
      return { tail: last, operations: [], kept: this.#groups.count, rewritten: null }
    }
    if (index === compacted.index + 1) {
      return { tail: compacted, operations: this.#deletions(0), kept: 0, rewritten: null }
    }
    const position = this.#groups.positionOf(index)
    const operations = this.#deletions(position)
    const ref = this.#groups.at(position)
    assert(ref !== undefined, 'An index of the log lies in one of its groups.')
    if (ref.first === index) {
      const tail = { index: index - 1, term: ref.previousTerm, crc: ref.previousCrc }
      return { tail, operations, kept: position, rewritten: null }
    }
    const group = await this.#readGroup(position)
    const entries = group.filter(entry => entry.index < index)
    const { value, lastCrc } = encodeGroup(entries, ref.previousCrc)
    operations.push({ type: 'put', key: groupKey(ref.first), value })
    const term = entries[entries.length - 1]?.term ?? ref.previousTerm
    const tail = { index: index - 1, term, crc: lastCrc }
    return { tail, operations, kept: position, rewritten: ref }
  }

  #deletions(position: number): Operation[] {
    const firsts = this.#groups.firstsFrom(position)
    return firsts.map(first => ({ type: 'del', key: groupKey(first) }))
  }

  /**
   * Deletes what lies at or below the mark; a group that the mark lies inside stays until a later mark passes it.
   * When the log holds another entry there, or none, the mark is a snapshot's and replaces the log: all of it goes,
   * in the same batch as the mark. A mark at or below the present one changes nothing.
   */
  async compact(mark: Mark): Promise<void> {
    await this.#inTurn('compacted', () => this.#compact(mark))
  }

  async #compact(mark: Mark): Promise<void> {
    if (mark.index <= this.#head.compacted.index) return
    const point = await this.#pointAt(mark.index)
    if (point !== null && point.term === mark.term) {
      const compacted: CompactionMark = { ...mark, crc: point.crc }
      await this.#commit([], { ...this.#head, compacted }, true)
    } else {
      const compacted: CompactionMark = { ...mark, crc: chainStart(mark) }
      const { index, term, crc } = compacted
      const position = Math.max(this.#groups.positionOf(mark.index), 0)
      const head = { ...this.#head, compacted, last: { index, term, crc } }
      await this.#commit(this.#deletions(position), head, true)
      this.#groups.replaceFrom(position, [])
    }
    await this.#deleteBelow(mark.index)
  }

  /** A crash in between leaves groups below the mark, which the walk passes over and the next compaction deletes. */
  async #deleteBelow(markIndex: Index): Promise<void> {
    const whole = markIndex === this.#head.last.index
    let count = whole ? this.#groups.count : Math.max(this.#groups.positionOf(markIndex + 1), 0)
    while (count > 0) {
      const firsts = this.#groups.dropLowest(Math.min(count, deletesPerBatch))
      const operations = firsts.map(first => ({ type: 'del' as const, key: groupKey(first) }))
      await this.#database.batch(operations, { sync: false })
      count -= firsts.length
    }
  }

  /** Term and chain at `index`, null when the log ends below it. */
  async #pointAt(index: Index): Promise<LogPoint | null> {
    const { last } = this.#head
    if (index > last.index) return null
    if (index === last.index) return last
    const position = this.#groups.positionOf(index)
    if (this.#groups.at(position + 1)?.first === index + 1) {
      return this.#groups.pointBefore(position + 1) ?? null
    }
    const ref = this.#groups.at(position)
    assert(ref !== undefined, 'An index of the log lies in one of its groups.')
    const group = await this.#readGroup(position)
    const entries = group.filter(entry => entry.index <= index)
    const term = entries[entries.length - 1]?.term ?? ref.previousTerm
    return { index, term, crc: encodeGroup(entries, ref.previousCrc).lastCrc }
  }

  async #readGroup(position: number): Promise<readonly Entry[]> {
    const ref = this.#groups.at(position)
    assert(ref !== undefined, 'A group that is read is known.')
    return this.#readGroups(position, ref.first)
  }

  /** Both ends included; both must lie in the log. The data of the entries are views into the groups read. */
  async read(first: Index, last: Index): Promise<Entry[]> {
    return this.#inTurn('read', () => this.#read(first, last))
  }

  async #read(first: Index, last: Index): Promise<Entry[]> {
    const { compacted, last: end } = this.#head
    assert(first > compacted.index, 'Entries at or below the compaction mark are gone.')
    assert(last <= end.index, 'Entries beyond the end of the log cannot be read.')
    if (first > last) return []
    const entries = await this.#readGroups(this.#groups.positionOf(first), last)
    return entries.filter(entry => entry.index >= first && entry.index <= last)
  }

  async #readGroups(position: number, last: Index): Promise<Entry[]> {
    const start = this.#groups.pointBefore(position)
    assert(start !== undefined, 'An index of the log lies in one of its groups.')
    const end = this.#groups.pointBefore(this.#groups.positionOf(last) + 1) ?? this.#head.last
    const walk = new LogWalk(this.#directory, start)
    const entries: Entry[] = []
    const groups = groupsBetween(this.#directory, this.#database, start.index + 1, last)
    for await (const [groupFirst, value] of groups) {
      for (const entry of walk.accept(groupFirst, value)) entries.push(entry)
    }
    walk.finish(end)
    return entries
  }

  #inTurn<T>(done: string, step: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      if (this.#failure !== null) throw this.#failure
      try {
        return await step()
      } catch (error) {
        this.#failure = this.#asFailure(done, error)
        throw this.#failure
      }
    })
    const next = (): void => {}
    this.#turn = result.then(next, next)
    return result
  }

  /** After a failed write or fsync nobody knows what is on disk, so whatever goes wrong is final. */
  #asFailure(done: string, error: unknown): LogDamagedError | LogStoreFailedError {
    if (error instanceof LogDamagedError || error instanceof LogStoreFailedError) return error
    const reason = error instanceof Error ? error.message : String(error)
    const message = `The Raft log in ${this.#directory} could not be ${done}: ${reason}`
    return new LogStoreFailedError(message, { cause: error })
  }

  /** Waits for what is under way; every later call rejects. */
  async close(): Promise<void> {
    await this.#turn
    this.#failure ??= new LogStoreFailedError(`The Raft log in ${this.#directory} is closed.`)
    await this.#database.close()
  }
}

async function writeFirstHead(directory: string, database: LogDatabase, head: Head): Promise<void> {
  try {
    await database.put(headKey, encodeHead(head), { sync: true })
    await syncDirectory(directory)
  } catch (error) {
    throw new LogStoreFailedError(`The Raft log in ${directory} cannot be begun.`, { cause: error })
  }
}
