// How far the log may be cut, and whether that is worth a write.
import type { Index } from './core/index.js'

export type CompactionFacts = {
  readonly firstIndex: Index
  readonly applied: Index
  /** Highest applied index that survives a power cut here. */
  readonly durable: Index
  /** Who is waited for needs nothing up to here; null when nobody is. */
  readonly held: Index | null
}

export type CompactionOptions = {
  /** Fewer entries than this are not worth it. */
  readonly compactEntries: number
  /** Kept below what may be cut. */
  readonly tailEntries: number
}

/** Where to cut; null when it is not worth it yet. */
export function compactionCut(facts: CompactionFacts, options: CompactionOptions): Index | null {
  const { firstIndex, applied, durable, held } = facts
  const cut = Math.min(applied, durable, held ?? applied) - options.tailEntries
  return cut - firstIndex + 1 >= Math.max(1, options.compactEntries) ? cut : null
}
