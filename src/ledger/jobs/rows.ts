// What the ledger asks of the rows of jobs.
import type { TagJob } from './nouns.js'

export interface JobRows {
  job(id: number): TagJob | null
  /** Adds or replaces the row of that id. */
  saveJob(job: TagJob): void
  /** Jobs of the user that are not completed. */
  openJobCount(userId: number): number
}
