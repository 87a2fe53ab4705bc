// Rows of jobs: a job is one row, with the resources that it names and what became of them.
import type { JobRows, TagItem, TagJob } from '../../ledger/index.js'
import { assert } from '../../lib/index.js'
import { resourceTypes, tagOperations } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { goneOwners } from './gone-owners.js'
import { putRowSql } from './put-row.js'
import { tagsToText, textToTags } from './tags-text.js'

export const JOB_COLUMNS = `id, user_id, resource_type, operation, tags, items, outcomes, created_ms,
  started_ms, completed_ms, revision`

export type JobRaw = [
  id: number,
  userId: number,
  resourceType: number,
  operation: number,
  tags: string,
  items: string,
  outcomes: string,
  createdMs: number,
  startedMs: number | null,
  completedMs: number | null,
  revision: number,
]

export class SqliteJobRows implements JobRows {
  readonly #put: Statement<JobRaw>
  readonly #job: Statement<[number], JobRaw>
  readonly #openCount: Statement<[number], number>
  readonly #deleteOfUser: Statement<[number, number]>
  readonly #deleteEnded: Statement<[number, number]>
  readonly #oldestEndMs: Statement<[], number | null>
  readonly #goneUsers: () => Generator<number>

  constructor(db: Database) {
    this.#put = db.prepare(putRowSql('jobs', JOB_COLUMNS))
    this.#job = db
      .prepare<[number], JobRaw>(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`)
      .raw() as Statement<[number], JobRaw>
    this.#openCount = db
      .prepare<[number], number>(
        `SELECT count(*) FROM jobs INDEXED BY jobs_open
         WHERE user_id = ? AND completed_ms IS NULL`,
      )
      .pluck() as Statement<[number], number>
    this.#deleteOfUser = db.prepare(
      `DELETE FROM jobs WHERE id IN (
         SELECT id FROM jobs INDEXED BY jobs_by_user WHERE user_id = ? ORDER BY id LIMIT ?)`,
    )
    this.#deleteEnded = db.prepare(
      `DELETE FROM jobs WHERE id IN (
         SELECT id FROM jobs INDEXED BY jobs_by_end
         WHERE completed_ms IS NOT NULL AND completed_ms < ? ORDER BY completed_ms, id LIMIT ?)`,
    )
    this.#oldestEndMs = db
      .prepare<[], number | null>(
        'SELECT min(completed_ms) FROM jobs INDEXED BY jobs_by_end WHERE completed_ms IS NOT NULL',
      )
      .pluck() as Statement<[], number | null>
    this.#goneUsers = goneOwners(db, { table: 'jobs', column: 'user_id', owners: 'users' })
  }

  job(id: number): TagJob | null {
    const raw = this.#job.get(id)
    return raw === undefined ? null : jobOf(raw)
  }

  saveJob(job: TagJob): void {
    this.#put.run(...jobToRaw(job))
  }

  openJobCount(userId: number): number {
    return this.#openCount.get(userId) ?? 0
  }

  /** Deletes those of users that are gone, then those that ended before that time, the oldest first; at most `limit`. Returns how many. */
  tidyJobs(beforeMs: number, limit: number): number {
    let left = limit
    for (const userId of this.#goneUsers()) {
      if (left === 0) break
      left -= this.#deleteOfUser.run(userId, left).changes
    }
    left -= this.#deleteEnded.run(beforeMs, left).changes
    return limit - left
  }

  /** Whether `tidyJobs` would find anything. */
  tidyWaits(beforeMs: number): boolean {
    if ((this.#oldestEndMs.get() ?? beforeMs) < beforeMs) return true
    return this.#goneUsers().next().done !== true
  }
}

export function jobOf(raw: JobRaw): TagJob {
  const resourceType = resourceTypes.nameOf(raw[2])
  assert(resourceType !== 'country', `job ${raw[0]} tags countries`)
  const items = JSON.parse(raw[5]) as [string, number][]
  return {
    id: raw[0],
    userId: raw[1],
    resourceType,
    operation: tagOperations.nameOf(raw[3]),
    tags: textToTags(raw[4]),
    items: items.map(([key, id]) => ({ key, id })),
    outcomes: JSON.parse(raw[6]) as (string | null)[],
    createdMs: raw[7],
    startedMs: raw[8],
    completedMs: raw[9],
    revision: raw[10],
  }
}

function jobToRaw(job: TagJob): JobRaw {
  const { id, userId, tags, items, outcomes, createdMs, startedMs, completedMs, revision } = job
  const what = [
    resourceTypes.codeOf(job.resourceType),
    tagOperations.codeOf(job.operation),
  ] as const
  const lists = [tagsToText(tags), pairsText(items), JSON.stringify(outcomes)] as const
  return [id, userId, ...what, ...lists, createdMs, startedMs, completedMs, revision]
}

function pairsText(items: readonly TagItem[]): string {
  return JSON.stringify(items.map(({ key, id }) => [key, id]))
}
