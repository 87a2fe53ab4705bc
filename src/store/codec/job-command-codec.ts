// The fields of commands about jobs, in a fixed order behind the command's code; jobs and their outcomes inside stored outcomes.
import type { JobCommand, TagItem, TagJob, TagOutcome, TagWork } from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import type { Fields } from './fields.js'
import { resourceTypes, tagOperations } from './name-codes.js'

export const jobCommandCodes = {
  'tags.apply': 130,
  'job.create': 131,
  'job.advance': 132,
} as const satisfies Record<JobCommand['type'], number>

export function jobCommandFields(command: JobCommand): unknown[] {
  switch (command.type) {
    case 'tags.apply':
    case 'job.create':
      return [...workFields(command), itemPairs(command.items)]
    case 'job.advance':
      return [command.id, command.from, command.count]
    default:
      return unreachable(command, 'command about jobs')
  }
}

/** @throws a full sentence on damage. */
export function readJobCommand(type: JobCommand['type'], fields: Fields): JobCommand {
  switch (type) {
    case 'tags.apply':
    case 'job.create':
      return { type, ...readWork(fields), items: fields.list(readItem) }
    case 'job.advance':
      return { type, id: fields.count(), from: fields.number(), count: fields.number() }
    default:
      return unreachable(type, 'type of command about jobs')
  }
}

export function encodeJob(job: TagJob): unknown[] {
  const { id, userId, outcomes, createdMs, startedMs, completedMs, revision } = job
  const lists = [itemPairs(job.items), outcomes]
  return [id, userId, ...workFields(job), ...lists, createdMs, startedMs, completedMs, revision]
}

export function readJob(fields: Fields): TagJob {
  return {
    id: fields.count(),
    userId: fields.count(),
    ...readWork(fields),
    items: fields.list(readItem),
    outcomes: readErrors(fields.raw()),
    createdMs: fields.number(),
    startedMs: fields.numberOrNull(),
    completedMs: fields.numberOrNull(),
    revision: fields.count(),
  }
}

export function encodeTagOutcomes(outcomes: readonly TagOutcome[]): unknown[] {
  return outcomes.map(({ key, error }) => [key, error])
}

export function readTagOutcomes(fields: Fields): TagOutcome[] {
  return fields.list(item => {
    const outcome = { key: item.text(), error: item.textOrNull() }
    item.end()
    return outcome
  })
}

function workFields({ resourceType, operation, tags }: TagWork): unknown[] {
  return [resourceTypes.codeOf(resourceType), tagOperations.codeOf(operation), tags]
}

function readWork(fields: Fields): TagWork {
  const resourceType = resourceTypes.nameOf(fields.count())
  if (resourceType === 'country') throw new Error('A command is damaged: it tags countries.')
  const operation = tagOperations.nameOf(fields.count())
  return { resourceType, operation, tags: fields.texts() }
}

function itemPairs(items: readonly TagItem[]): unknown[] {
  return items.map(({ key, id }) => [key, id])
}

function readItem(fields: Fields): TagItem {
  const item = { key: fields.text(), id: fields.count() }
  fields.end()
  return item
}

function readErrors(value: unknown): readonly (string | null)[] {
  if (Array.isArray(value) && value.every(error => error === null || typeof error === 'string'))
    return value
  throw new Error('A stored outcome is damaged: a job has errors that are no texts.')
}
