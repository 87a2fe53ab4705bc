// Tags of many regions and hosts, at once and by jobs, as they must be decided, the slow and obvious way. The tests give a key one value.
import {
  type Command,
  type Result,
  rolePermissions,
  type TagJob,
  type TagWork,
} from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import type { ModelHosts } from './model-hosts.js'
import { type Now, Refused, refuse } from './model-refused.js'
import type { ModelUsers } from './model-users.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

const TAGS_MAX = 50
const OPEN_JOBS_MAX = 20

export class ModelTags {
  /** In id order. */
  jobs: readonly TagJob[] = []

  constructor(
    private readonly claims: ModelClaims,
    private readonly parts: { readonly hosts: ModelHosts; readonly users: ModelUsers },
    private readonly now: Now,
  ) {}

  apply({ items, ...work }: Of<'tags.apply'>): Result {
    this.asker()
    const outcomes = items.map(({ key, id }) => ({ key, error: this.tag(work, id) }))
    return { type: 'tagged', outcomes }
  }

  create({ type: _, items, ...work }: Of<'job.create'>): Result {
    const userId = this.asker()
    const isOpen = (one: TagJob) => one.userId === userId && one.completedMs === null
    if (this.jobs.filter(isOpen).length >= OPEN_JOBS_MAX) {
      refuse({ code: 'too-many-personal', noun: 'jobs', max: OPEN_JOBS_MAX })
    }
    const { timeMs: createdMs, revision } = this.now
    const id = this.jobs.length + 1
    const state = { outcomes: [], createdMs, startedMs: null, completedMs: null, revision }
    const job: TagJob = { id, userId, ...work, items, ...state }
    this.jobs = [...this.jobs, job]
    return { type: 'job', job }
  }

  advance({ id, from, count }: Of<'job.advance'>): Result {
    const job = this.jobs.find(one => one.id === id)
    if (job === undefined || job.completedMs !== null)
      return { type: 'slice', rows: 0, more: false }
    if (job.outcomes.length !== from) return { type: 'slice', rows: 0, more: true }
    const items = job.items.slice(from, from + count)
    const user = this.parts.users.users.find(one => one.id === job.userId)
    const may = user?.isActive === true && rolePermissions[user.role].has('update')
    const done = items.map(item => (may ? this.tag(job, item.id) : 'Not permitted'))
    const outcomes = [...job.outcomes, ...done]
    const more = outcomes.length < job.items.length
    const { timeMs, revision } = this.now
    const end = more ? {} : { completedMs: timeMs, revision }
    const after = { ...job, outcomes, startedMs: job.startedMs ?? timeMs, ...end }
    this.jobs = this.jobs.map(one => (one.id === id ? after : one))
    return { type: 'slice', rows: items.length, more }
  }

  private asker(): number {
    return this.now.userId ?? refuse({ code: 'not-signed-in' })
  }

  private tag(work: TagWork, id: number): string | null {
    const { hosts } = this.parts
    try {
      const isHost = work.resourceType === 'host'
      const before = isHost ? hosts.host(id) : hosts.region(id)
      const tags = tagsAfter(before.tags, work)
      if (work.operation !== 'remove' && tags.length > TAGS_MAX) return 'more than 50 tags'
      if (tags.join() === before.tags.join()) return null
      if (isHost)
        this.claims.update({ type: 'allocation.update', id, ifRevision: null, set: { tags } })
      else
        this.claims.updateNetwork({ type: 'network.update', id, ifRevision: null, set: { tags } })
      return null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return 'Resource not found'
    }
  }
}

function tagsAfter(before: readonly string[], { operation, tags }: TagWork): readonly string[] {
  const keyOf = (tag: string) => tag.replace(/=.*/, '')
  const named = new Map(tags.map(tag => [keyOf(tag), tag]))
  if (operation === 'replace') return tags
  if (operation === 'remove') return before.filter(tag => !named.has(keyOf(tag)))
  const known = new Set(before.map(keyOf))
  const kept = before.map(tag => named.get(keyOf(tag)) ?? tag)
  return [...kept, ...tags.filter(tag => !known.has(keyOf(tag)))]
}
