// What the driver counts and measures; whoever has no use for a figure leaves its callback out.

/** One call is one observation (seconds, entries) or one event (total). */
export type RaftMetrics = {
  /** From handing a batch to the log store until it was on disk. */
  readonly logWriteSeconds?: (seconds: number) => void
  /** Entries in one batch: how well writes are grouped. */
  readonly logWriteEntries?: (entries: number) => void
  readonly applySeconds?: (seconds: number) => void
  readonly applyEntries?: (entries: number) => void
  /** A leader of a new term became known here. */
  readonly electionsTotal?: () => void
  /** How long the event loop, or the whole process, stood still. */
  readonly loopStallSeconds?: (seconds: number) => void
}
