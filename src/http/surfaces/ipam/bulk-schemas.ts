// Tags for many resources at once, as documents 000 and 001 write them.
import { Type } from '@sinclair/typebox'
import { TAGGED_AT_ONCE_MAX, TAGGED_BY_JOB_MAX, type TagWork } from '../../../ledger/index.js'
import { strict, timestamp, timestampOrNull } from '../../schema-parts.js'
import { RESOURCE_ID_CHARS_MAX } from './named-resources.js'
import { tagMap } from './tag-map.js'

const time = Type.String(timestamp)
const count = Type.Integer()

export const NewBulkTags = Type.Object(
  {
    resource_type: Type.Unsafe<TagWork['resourceType']>(Type.String({ enum: ['region', 'host'] })),
    resource_ids: Type.Array(Type.String({ minLength: 1, maxLength: RESOURCE_ID_CHARS_MAX }), {
      minItems: 1,
      maxItems: TAGGED_BY_JOB_MAX,
      uniqueItems: true,
      description: `Up to ${TAGGED_AT_ONCE_MAX} are done at once, more become a job.`,
    }),
    operation: Type.Unsafe<TagWork['operation']>(
      Type.String({
        enum: ['add', 'remove', 'replace'],
        description: 'remove goes by the keys, whatever their values.',
      }),
    ),
    tags: tagMap,
  },
  { title: 'NewBulkTags', ...strict },
)

export const BulkTagged = Type.Object(
  {
    job_id: Type.Null(),
    total_requested: count,
    successful: count,
    failed: count,
    results: Type.Array(
      Type.Object(
        {
          resource_id: Type.String(),
          success: Type.Boolean(),
          message: Type.Optional(Type.String()),
          error: Type.Optional(Type.String()),
        },
        { title: 'BulkTagResult', ...strict },
      ),
    ),
  },
  { title: 'BulkTagged', ...strict },
)

export const BulkQueued = Type.Object(
  {
    job_id: Type.String(),
    status: Type.Literal('pending'),
    total_requested: count,
    message: Type.String(),
    status_url: Type.String(),
  },
  { title: 'BulkQueued', ...strict },
)

export const BulkJob = Type.Object(
  {
    job_id: Type.String(),
    status: Type.String({ enum: ['pending', 'processing', 'completed'] }),
    progress: Type.Object(
      { total: count, processed: count, successful: count, failed: count },
      { title: 'BulkProgress', ...strict },
    ),
    results: Type.Optional(
      Type.Array(
        Type.Object(
          {
            resource_id: Type.String(),
            success: Type.Boolean(),
            error: Type.Optional(Type.String()),
          },
          { title: 'BulkJobResult', ...strict },
        ),
        { description: 'Once it is completed.' },
      ),
    ),
    created_at: time,
    completed_at: timestampOrNull,
  },
  { title: 'BulkJob', ...strict },
)
