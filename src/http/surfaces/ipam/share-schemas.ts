// Shares as documents 000 and 001 write them.
import { Type } from '@sinclair/typebox'
import { SHARE_TTL_MS_MAX } from '../../../ledger/index.js'
import { description, strict, timestamp, timestampOrNull } from '../../schema-parts.js'
import { pagedIfAll } from './everybodys.js'
import { resourceId, resourceType, shownResourceId } from './named-resources.js'
import { between } from './parts.js'
import { SharedData } from './shared-resource.js'

export const DAY_MS = 86_400_000
export const DAYS_DEFAULT = 7
const DESCRIPTION_CHARS_MAX = 500

const time = Type.String(timestamp)

export const NewShare = Type.Object(
  {
    resource_type: resourceType,
    resource_id: resourceId,
    expires_in_days: Type.Optional(
      Type.Integer({
        ...between(1, SHARE_TTL_MS_MAX / DAY_MS),
        nullable: true,
        description: `${DAYS_DEFAULT} unless said.`,
      }),
    ),
    description: Type.Optional({ ...description, maxLength: DESCRIPTION_CHARS_MAX }),
  },
  { title: 'NewShare', ...strict },
)

const shareFields = {
  share_id: Type.String(),
  share_url: Type.String({ description: 'Opens for everybody who has it.' }),
  resource_type: resourceType,
  resource_id: shownResourceId,
  description: Type.String({ nullable: true }),
  view_count: Type.Integer(),
  last_accessed: timestampOrNull,
  expires_at: time,
  created_at: time,
  created_by: Type.String(),
  is_active: Type.Boolean({ description: 'false: it is over.' }),
}

export const Share = Type.Object(shareFields, { title: 'Share', ...strict })

export const MadeShare = Type.Object(
  { ...shareFields, share_token: Type.String() },
  { title: 'MadeShare', ...strict },
)

export const Shares = Type.Object(
  { shares: Type.Array(Share), ...pagedIfAll },
  { title: 'Shares', ...strict },
)

export const SharedResource = Type.Object(
  {
    resource_type: resourceType,
    resource_data: SharedData,
    shared_by: Type.String(),
    created_at: time,
  },
  { title: 'SharedResource', ...strict },
)
