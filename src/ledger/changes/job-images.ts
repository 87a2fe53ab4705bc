// Jobs as history keeps them: how many resources, and not which.
import type { Image } from '../entities.js'
import type { TagJob } from '../jobs/nouns.js'
import { isoTime, isoTimeOrNull } from './iso-time.js'

/** How far it has come moves with every slice, and leaves no Change before the last one. */
export function jobImage(job: TagJob): Image {
  const { outcomes } = job
  const successful = outcomes.filter(error => error === null).length
  return {
    id: job.id,
    user_id: job.userId,
    resource_type: job.resourceType,
    operation: job.operation,
    tags: job.tags,
    total: job.items.length,
    successful,
    failed: outcomes.length - successful,
    created_at: isoTime(job.createdMs),
    completed_at: isoTimeOrNull(job.completedMs),
    revision: job.revision,
  }
}
