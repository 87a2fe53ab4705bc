// JobRows in a plain Map: the part of MemoryRows that keeps jobs.
import type { JobRows, TagJob } from '../../src/ledger/index.js'

export class MemoryJobRows implements JobRows {
  readonly #jobs = new Map<number, TagJob>()
  readonly #hasUser: (id: number) => boolean

  constructor(hasUser: (id: number) => boolean) {
    this.#hasUser = hasUser
  }

  job(id: number): TagJob | null {
    return this.#jobs.get(id) ?? null
  }

  saveJob(job: TagJob): void {
    this.#jobs.set(job.id, job)
  }

  openJobCount(userId: number): number {
    return this.jobs().filter(job => job.userId === userId && job.completedMs === null).length
  }

  tidyJobs(beforeMs: number, limit: number): number {
    const gone = this.jobs()
      .filter(({ userId }) => !this.#hasUser(userId))
      .sort((a, b) => a.userId - b.userId)
    const ended = this.jobs()
      .flatMap(({ id, completedMs }) => (completedMs === null ? [] : [{ id, completedMs }]))
      .filter(({ completedMs }) => completedMs < beforeMs)
      .sort((a, b) => a.completedMs - b.completedMs)
    const before = this.#jobs.size
    for (const { id } of [...gone, ...ended])
      if (before - this.#jobs.size < limit) this.#jobs.delete(id)
    return before - this.#jobs.size
  }

  /** In id order. */
  jobs(): TagJob[] {
    return [...this.#jobs.values()].sort((a, b) => a.id - b.id)
  }
}
