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
  /** A snapshot was installed at a follower, this node being the leader; how long that took from its announcement. */
  readonly snapshotSentSeconds?: (seconds: number) => void
  /** One could not be sent, or was abandoned. */
  readonly snapshotsFailedTotal?: () => void
  /** One was installed here. */
  readonly snapshotsInstalledTotal?: () => void
  /** A call to the log store lasted longer than it may, without an end. */
  readonly diskStallsTotal?: () => void
  /** How long the event loop, or the whole process, stood still. */
  readonly loopStallSeconds?: (seconds: number) => void
}
