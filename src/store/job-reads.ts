// Jobs by their id, and those that are under way.
import type { TagJob } from '../ledger/index.js'
import type { Database, Statement } from './open.js'
import type { JobReads } from './reads.js'
import { JOB_COLUMNS, type JobRaw, jobOf } from './tables/job-rows.js'

export class SqliteJobReads implements JobReads {
  readonly #job: Statement<[number], JobRaw>
  readonly #open: Statement<[number], JobRaw>

  constructor(db: Database) {
    const select = <P extends unknown[]>(rest: string) =>
      db.prepare<P, JobRaw>(`SELECT ${JOB_COLUMNS} FROM jobs ${rest}`).raw() as Statement<P, JobRaw>
    this.#job = select('WHERE id = ?')
    this.#open = select(
      'INDEXED BY jobs_open_by_id WHERE completed_ms IS NULL AND id > 0 ORDER BY id LIMIT ?',
    )
  }

  job(id: number): TagJob | null {
    const raw = this.#job.get(id)
    return raw === undefined ? null : jobOf(raw)
  }

  openJobs(limit: number): readonly TagJob[] {
    return this.#open.all(limit).map(jobOf)
  }
}
