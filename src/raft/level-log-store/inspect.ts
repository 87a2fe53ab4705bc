// Verifies the log of a stopped node without changing a byte of it, for `ipam check`.
import { existsSync } from 'node:fs'
import { copyFile, link, mkdtemp, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { HardState, Index, Term } from '../core/index.js'
import type { LoadedLog } from '../ports.js'
import { LogDamagedError } from './errors.js'
import type { Head } from './head-codec.js'
import { openLogDatabase } from './level-database.js'
import { readHead, walkLog } from './log-walk.js'

export type LogReport =
  /** No log was ever begun here; a sound log may hold no entries, too. */
  | { readonly state: 'empty' }
  | {
      readonly state: 'sound'
      readonly dataUuid: string
      readonly hardState: HardState
      readonly compacted: LoadedLog['compacted']
      readonly entryCount: number
      readonly groupCount: number
      readonly dataBytes: number
      /** 0 when there are no entries, as are the terms then. */
      readonly firstIndex: Index
      readonly lastIndex: Index
      readonly firstTerm: Term
      readonly lastTerm: Term
      /** Where each term begins, in order. */
      readonly terms: readonly { readonly firstIndex: Index; readonly term: Term }[]
      /** CRC32C over all entries ever, in hexadecimal: equal logs have equal heads. */
      readonly chainHead: string
      /** Bytes that LevelDB would drop as it recovers: a torn last write, or a lost tail. */
      readonly droppedBytes: number
    }
  | { readonly state: 'damaged'; readonly damage: LogDamagedError }

/**
 * Walks the whole log as a start would. The caller holds the data directory's lock. Opening LevelDB writes (it
 * recovers into new files and deletes the old), so a copy is opened: hard links where the file system has them,
 * because LevelDB replaces its data files and never changes one in place. The copy lies beside the log and is removed.
 * @throws what the file system says; damage is a report and no error.
 */
export async function inspectLog(directory: string): Promise<LogReport> {
  if (!existsSync(directory)) return { state: 'empty' }
  const copy = await mkdtemp(`${directory}.check-`)
  try {
    await linkFiles(directory, copy)
    return await inspectCopy(directory, copy)
  } catch (error) {
    if (!(error instanceof LogDamagedError)) throw error
    const { code, index, detail } = error
    const damage = new LogDamagedError(code, directory, index, detail, { cause: error.cause })
    return { state: 'damaged', damage }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function linkFiles(directory: string, copy: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'LOCK' || entry.name.startsWith('LOG')) continue
    const from = join(directory, entry.name)
    const to = join(copy, basename(entry.name))
    await link(from, to).catch(() => copyFile(from, to))
  }
}

async function inspectCopy(directory: string, copy: string): Promise<LogReport> {
  const { database, droppedBytes } = await openLogDatabase(copy, { compression: false })
  try {
    const head = await readHead(directory, database)
    if (head === null) return { state: 'empty' }
    const counts = { entryCount: 0, groupCount: 0, dataBytes: 0, firstTerm: 0 }
    const terms: { firstIndex: Index; term: Term }[] = []
    for await (const { entries } of walkLog(directory, database, head)) {
      if (counts.entryCount === 0) counts.firstTerm = entries[0]?.term ?? 0
      counts.groupCount += 1
      counts.entryCount += entries.length
      for (const { index, term, data } of entries) {
        counts.dataBytes += data.byteLength
        if (terms.at(-1)?.term !== term) terms.push({ firstIndex: index, term })
      }
    }
    return { state: 'sound', ...counts, terms, ...describeHead(head), droppedBytes }
  } finally {
    await database.close()
  }
}

function describeHead({ dataUuid, hardState, compacted, last }: Head) {
  const { index, term, timeMs } = compacted
  const empty = last.index === index
  return {
    dataUuid,
    hardState,
    compacted: { index, term, timeMs },
    firstIndex: empty ? 0 : index + 1,
    lastIndex: empty ? 0 : last.index,
    lastTerm: empty ? 0 : last.term,
    chainHead: last.crc.toString(16).padStart(8, '0'),
  }
}
