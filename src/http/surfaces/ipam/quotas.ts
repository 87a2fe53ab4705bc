// /ipam/quotas/me: how much one has of what there is only so much of (documents 000 and 001, Quotas and Limits).
import { Type } from '@sinclair/typebox'
import {
  ATTEMPTS_MAX,
  EVENTS_OF_WEBHOOK_MAX,
  NOTIFICATIONS_MAX,
  PREFERENCES_BYTES_MAX,
  RULES_MAX,
  SAVED_FILTERS_MAX,
  SHARE_TTL_MS_MAX,
  SHARES_MAX,
  TAGGED_BY_JOB_MAX,
  WEBHOOKS_MAX,
} from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { strict } from '../../schema-parts.js'
import { limitTable } from './limits.js'
import { callerIdOf } from './own.js'
import { at } from './paths.js'
import { EXPIRES_DAYS_MAX } from './reservation-schemas.js'
import { DAY_MS } from './share-schemas.js'

const quota = Type.Object(
  { used: Type.Integer(), limit: Type.Integer() },
  { title: 'Quota', ...strict },
)

const Quotas = Type.Object(
  {
    user_id: Type.String({ examples: ['user_1'] }),
    quotas: Type.Object(
      {
        saved_filters: quota,
        preferences_bytes: quota,
        shares: quota,
        notification_rules: quota,
        notifications: quota,
        webhooks: quota,
      },
      { title: 'QuotasUsed', ...strict },
    ),
    limits: Type.Object(
      {
        share_days: Type.Integer(),
        reservation_days: Type.Integer(),
        bulk_items: Type.Integer(),
        webhook_events: Type.Integer(),
        webhook_attempts: Type.Integer(),
      },
      { title: 'QuotaLimits', description: 'Of one thing or request.', ...strict },
    ),
    rate_limits: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          limit: Type.Integer(),
          period: Type.String({ enum: ['minute', 'hour'] }),
        },
        { title: 'RateLimit', ...strict },
      ),
      { description: 'As each node counts for itself; none where they are switched off.' },
    ),
  },
  { title: 'Quotas', ...strict },
)

const readQuotas = defineRoute({
  method: 'GET',
  paths: at('/quotas/me'),
  id: 'readQuotas',
  tag: 'Quotas',
  summary: 'How much one has, and may have and ask',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'As of now.', schema: Quotas } },
  handle: async call => {
    await call.awaitRead()
    const userId = callerIdOf(call)
    const body = {
      user_id: `user_${userId}`,
      quotas: quotasOf(call, userId),
      limits: {
        share_days: SHARE_TTL_MS_MAX / DAY_MS,
        reservation_days: EXPIRES_DAYS_MAX,
        bulk_items: TAGGED_BY_JOB_MAX,
        webhook_events: EVENTS_OF_WEBHOOK_MAX,
        webhook_attempts: ATTEMPTS_MAX,
      },
      rate_limits: rateLimitsOf(call),
    }
    return { status: 200, body: JSON.stringify(body) }
  },
})

function quotasOf({ app }: Call, userId: number) {
  const { personal, webhooks } = app.store.reads
  const everything = { userId, isRead: null, severity: null }
  const { document = '' } = personal.preferences(userId) ?? {}
  const of = (used: number, limit: number) => ({ used, limit })
  return {
    saved_filters: of(personal.filtersOf(userId).length, SAVED_FILTERS_MAX),
    preferences_bytes: of(Buffer.byteLength(document), PREFERENCES_BYTES_MAX),
    shares: of(personal.sharesOf(userId).length, SHARES_MAX),
    notification_rules: of(personal.rulesOf(userId).length, RULES_MAX),
    notifications: of(
      personal.notificationPage(everything, { skip: 0, limit: 1 }).total,
      NOTIFICATIONS_MAX,
    ),
    webhooks: of(webhooks.webhooksOf(userId).length, WEBHOOKS_MAX),
  }
}

function rateLimitsOf({ app }: Call) {
  const { limits } = app.options
  if (!limits.enabled) return []
  return limitTable(limits).map(({ name, points, period }) => ({ name, limit: points, period }))
}

export const quotaRoutes: readonly Route[] = [readQuotas]
