// What the ledger answers about many resources at once.
import type { TagJob, TagOutcome } from './nouns.js'

export type JobResult =
  | { readonly type: 'tagged'; readonly outcomes: readonly TagOutcome[] }
  | { readonly type: 'job'; readonly job: TagJob }
