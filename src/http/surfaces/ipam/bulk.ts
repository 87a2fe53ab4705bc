// /ipam/bulk: tags for many regions or hosts, at once or as a job.
import type { Static } from '@sinclair/typebox'
import {
  TAGGED_AT_ONCE_MAX,
  type TagItem,
  type TagJob,
  type TagWork,
} from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import * as schemas from './bulk-schemas.js'
import { requireOwn, requireOwnId } from './own.js'
import { at, IPAM_PATH } from './paths.js'
import { tagListOf } from './tag-map.js'
import { idOf, uuidOf } from './uuids.js'

const tag = 'Bulk operations'

const bulkTags = defineRoute({
  method: 'POST',
  paths: at('/bulk/tags'),
  id: 'bulkTags',
  tag,
  summary: 'Add, remove or replace tags of many regions or hosts',
  description: 'Each by itself: what cannot be tagged does not keep the others from it.',
  permission: 'update',
  body: schemas.NewBulkTags,
  answers: {
    200: { description: 'It is done.', schema: schemas.BulkTagged },
    202: { description: 'A job goes on with it.', schema: schemas.BulkQueued },
  },
  handle: (call, { body }) => {
    const work = workOf(body)
    const items = itemsOf(call, body)
    return items.length > TAGGED_AT_ONCE_MAX
      ? queue(call, work, items, body)
      : tagNow(call, work, items, body)
  },
})

const readJob = defineRoute({
  method: 'GET',
  paths: at('/bulk/jobs/:id'),
  id: 'readBulkJob',
  tag,
  summary: 'How far a job is',
  description: "One's own, or as an admin anybody's; kept for 7 days after it has ended.",
  permission: 'read',
  reads: true,
  tagged: false,
  answers: { 200: { description: 'The job as it is now.', schema: schemas.BulkJob } },
  handle: async call => {
    const id = requireOwnId(call, 'Job')
    await call.awaitRead()
    const job = requireOwn(call, 'Job', call.app.store.reads.jobs.job(id))
    return { status: 200, body: JSON.stringify(present(call, job)) }
  },
})

type Body = Static<typeof schemas.NewBulkTags>

function workOf({ resource_type: resourceType, operation, tags }: Body): TagWork {
  return { resourceType, operation, tags: tagListOf(tags) }
}

/** One resource under two spellings would be counted twice. @throws ApiError 400 */
function itemsOf(call: Call, body: Body): TagItem[] {
  const seen = new Set<number>()
  return body.resource_ids.map(key => {
    const id = idOf(call, body.resource_type, key) ?? 0
    if (id > 0 && seen.has(id)) throw invalid('resource_ids', key, 'it is there twice')
    seen.add(id)
    return { key, id }
  })
}

async function tagNow(
  call: Call,
  work: TagWork,
  items: readonly TagItem[],
  body: Body,
): Promise<Answer> {
  const { result, headers } = await submit(call, { type: 'tags.apply', ...work, items }, body)
  const { outcomes } = resultOf(result, 'tagged')
  const results = outcomes.map(({ key, error }) =>
    error === null
      ? { resource_id: key, success: true, message: 'Tags updated successfully' }
      : { resource_id: key, success: false, error },
  )
  const successful = results.filter(({ success }) => success).length
  const shown = {
    job_id: null,
    total_requested: items.length,
    successful,
    failed: results.length - successful,
    results,
  }
  return { status: 200, body: JSON.stringify(shown), headers }
}

async function queue(
  call: Call,
  work: TagWork,
  items: readonly TagItem[],
  body: Body,
): Promise<Answer> {
  const { result, headers } = await submit(call, { type: 'job.create', ...work, items }, body)
  const job_id = uuidOf(call, 'job', resultOf(result, 'job').job.id)
  const status_url = `${IPAM_PATH}/bulk/jobs/${job_id}`
  const shown = {
    job_id,
    status: 'pending',
    total_requested: items.length,
    message: 'Bulk operation queued for processing',
    status_url,
  }
  headers.push('Location', status_url)
  return { status: 202, body: JSON.stringify(shown), headers }
}

function present(call: Call, job: TagJob) {
  const { outcomes, completedMs } = job
  const failed = outcomes.filter(error => error !== null).length
  return {
    job_id: uuidOf(call, 'job', job.id),
    status: completedMs !== null ? 'completed' : job.startedMs !== null ? 'processing' : 'pending',
    progress: {
      total: job.items.length,
      processed: outcomes.length,
      successful: outcomes.length - failed,
      failed,
    },
    ...(completedMs === null ? {} : { results: resultsOf(job) }),
    created_at: timestamp(job.createdMs),
    completed_at: timestampOrNull(completedMs),
  }
}

function resultsOf({ items, outcomes }: TagJob) {
  return items.map(({ key }, index) => {
    const error = outcomes[index] ?? null
    return error === null
      ? { resource_id: key, success: true }
      : { resource_id: key, success: false, error }
  })
}

export const bulkRoutes: readonly Route[] = [bulkTags, readJob]
