// What rows of webhooks and jobs must have in common with their images. How far they have come is in no Change, and not compared.
import type { TagJob, Webhook } from '../../ledger/index.js'
import type { Database } from '../open.js'
import { SqliteJobRows } from '../tables/job-rows.js'
import { SqliteWebhookRows } from '../tables/webhook-rows.js'
import type { Facts, KindOfRow } from './row-facts.js'

/** They go with their user, and only the user's end is in history. */
export function webhookRows(db: Database): KindOfRow {
  const rows = new SqliteWebhookRows(db)
  const hasUser = userLookup(db)
  return {
    facts: id => {
      const webhook = rows.webhook(id)
      return webhook === null ? null : webhookFacts(webhook)
    },
    count: () => countOf(db, 'webhooks'),
    mayBeGone: ({ user_id }) => !hasUser(user_id),
  }
}

/** The same, and those that are over go after a while. */
export function jobRows(db: Database): KindOfRow {
  const rows = new SqliteJobRows(db)
  const hasUser = userLookup(db)
  return {
    facts: id => {
      const job = rows.job(id)
      return job === null ? null : jobFacts(job)
    },
    count: () => countOf(db, 'jobs'),
    mayBeGone: ({ user_id, completed_at }) => completed_at !== null || !hasUser(user_id),
  }
}

function webhookFacts({ userId: user_id, url, events, description, ...webhook }: Webhook): Facts {
  const { isActive: is_active, revision } = webhook
  return { user_id, url, events, description, is_active, revision }
}

function jobFacts(job: TagJob): Facts {
  const { userId: user_id, resourceType: resource_type, operation, tags, items, revision } = job
  return { user_id, resource_type, operation, tags, total: items.length, revision }
}

function userLookup(db: Database): (id: unknown) => boolean {
  const user = db.prepare<[unknown], unknown>('SELECT 1 FROM users WHERE id = ?')
  return id => user.get(id) !== undefined
}

function countOf(db: Database, table: string): number {
  return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
}
