// Tags of many resources: at once, or as a job that the leader goes on with, a slice at a time.
import { jobImage } from '../changes/job-images.js'
import { rolePermissions } from '../identity/nouns.js'
import {
  type AdvanceJobCommand,
  type ApplyTagsCommand,
  type CreateTagJobCommand,
  JOBS_MAX,
  TAGGED_AT_ONCE_MAX,
  TAGGED_BY_JOB_MAX,
} from '../jobs/commands.js'
import type { TagJob } from '../jobs/nouns.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { notSignedIn } from './ownership.js'
import { readTagWork, tagResource } from './tag-work.js'

/** Whoever asked for the job may not tag any more. */
const NOT_PERMITTED = 'Not permitted'

export function applyTags(context: CommandContext, command: ApplyTagsCommand): Decision {
  if (context.origin.userId === undefined) return notSignedIn()
  const read = readTagWork(command, TAGGED_AT_ONCE_MAX)
  if ('refused' in read) return read.refused
  const outcomes = command.items.map(({ key, id }) => {
    return { key, error: tagResource(context, read.work, id) }
  })
  return answer({ type: 'tagged', outcomes })
}

export function createTagJob(context: CommandContext, command: CreateTagJobCommand): Decision {
  const { rows, origin, timeMs, revision } = context
  const { userId } = origin
  if (userId === undefined) return notSignedIn()
  const read = readTagWork(command, TAGGED_BY_JOB_MAX)
  if ('refused' in read) return read.refused
  if (rows.jobs.openJobCount(userId) >= JOBS_MAX)
    return refuse({ code: 'too-many-personal', noun: 'jobs', max: JOBS_MAX })
  const job: TagJob = {
    id: rows.nextId('job'),
    userId,
    ...read.work,
    items: command.items,
    outcomes: [],
    createdMs: timeMs,
    startedMs: null,
    completedMs: null,
    revision,
  }
  rows.jobs.saveJob(job)
  context.record('job.created', 'job', job.id, null, jobImage(job))
  return answer({ type: 'job', job })
}

/** `rows` of the answer: resources that were gone over; `more`: the job is not at its end. */
export function advanceJob(context: CommandContext, command: AdvanceJobCommand): Decision {
  const { id, from, count } = command
  const isSlice = Number.isInteger(count) && count >= 1 && count <= TAGGED_AT_ONCE_MAX
  if (!isSlice)
    return invalid('count', count, `must be a whole number from 1 to ${TAGGED_AT_ONCE_MAX}`)
  const job = context.rows.jobs.job(id)
  if (job === null || job.completedMs !== null)
    return answer({ type: 'slice', rows: 0, more: false })
  if (from !== job.outcomes.length) return answer({ type: 'slice', rows: 0, more: true })
  const done = tagSlice(context, job, count)
  const outcomes = [...job.outcomes, ...done]
  const more = outcomes.length < job.items.length
  saveProgress(context, job, { ...job, outcomes, startedMs: job.startedMs ?? context.timeMs }, more)
  return answer({ type: 'slice', rows: done.length, more })
}

/** In the name of whoever asked for it, as far as he may still. */
function tagSlice(context: CommandContext, job: TagJob, count: number): (string | null)[] {
  const from = job.outcomes.length
  const items = job.items.slice(from, from + count)
  const user = context.identities.user(job.userId)
  const mayTag = user?.isActive === true && rolePermissions[user.role].has('update')
  if (!mayTag) return items.map(() => NOT_PERMITTED)
  const { username: actor, id: userId } = user
  context.actFor({ actor, userId, clientAddress: null, userAgent: null })
  return items.map(({ id }) => tagResource(context, job, id))
}

function saveProgress(context: CommandContext, before: TagJob, after: TagJob, more: boolean): void {
  const { rows, timeMs: completedMs, revision } = context
  if (more) {
    rows.jobs.saveJob(after)
    return
  }
  const completed = { ...after, completedMs, revision }
  rows.jobs.saveJob(completed)
  // As the Change before this one left it: slices leave none.
  const images = [jobImage({ ...before, outcomes: [] }), jobImage(completed)] as const
  context.record('job.completed', 'job', completed.id, ...images)
}
