// Webhooks: made, changed and deleted by whoever they are for, or by an admin.
import { webhookImage } from '../changes/webhook-images.js'
import type { ChangeAction } from '../entities.js'
import {
  type CreateWebhookCommand,
  type DeleteWebhookCommand,
  type UpdateWebhookCommand,
  WEBHOOKS_MAX,
  WEBHOOKS_OF_CLUSTER_MAX,
} from '../webhooks/commands.js'
import type { Webhook } from '../webhooks/nouns.js'
import { endOfEntry } from '../webhooks/position.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, refuse } from './decision.js'
import { findToDelete, notSignedIn } from './ownership.js'
import { checkSecret, checkWebhook } from './webhook-checks.js'

export function createWebhook(context: CommandContext, command: CreateWebhookCommand): Decision {
  const { rows, origin, timeMs, revision } = context
  if (origin.userId === undefined) return notSignedIn()
  const { url, secret, events, description } = command
  const facts = { url, secret, events, description }
  const refused = checkWebhook(facts) ?? checkSecret(secret) ?? checkCount(context, origin.userId)
  if (refused !== null) return refused
  const webhook: Webhook = {
    id: rows.nextId('webhook'),
    userId: origin.userId,
    ...facts,
    isActive: true,
    failures: 0,
    lastDeliveryMs: null,
    // Only what happens from now on is told of.
    seen: endOfEntry(revision),
    createdMs: timeMs,
    updatedMs: timeMs,
    revision,
  }
  rows.webhooks.saveWebhook(webhook)
  context.record('webhook.created', 'webhook', webhook.id, null, webhookImage(webhook))
  return shown(webhook)
}

/** One that is off has nothing that waits, and begins anew when it is switched on. */
export function updateWebhook(context: CommandContext, command: UpdateWebhookCommand): Decision {
  const { id, set } = command
  const own = findWebhook(context, id)
  if ('refused' in own) return own.refused
  const { found } = own
  const refused = checkWebhook({ ...found, ...set })
  if (refused !== null) return refused
  const beginsAnew = !found.isActive && set.isActive === true
  const anew = beginsAnew ? { failures: 0, seen: endOfEntry(context.revision) } : {}
  const webhook = changeWebhook(context, 'webhook.updated', found, { ...set, ...anew })
  return shown(webhook)
}

/** @returns what it is now. */
export function changeWebhook(
  context: CommandContext,
  action: ChangeAction,
  before: Webhook,
  set: Partial<Webhook>,
): Webhook {
  const { timeMs: updatedMs, revision } = context
  const { webhooks } = context.rows
  const after = { ...before, ...set, updatedMs, revision }
  webhooks.saveWebhook(after)
  if (!after.isActive) webhooks.endPendingDeliveries(after.id)
  context.record(action, 'webhook', after.id, webhookImage(before), webhookImage(after))
  return after
}

export function deleteWebhook(context: CommandContext, { id }: DeleteWebhookCommand): Decision {
  const own = findWebhook(context, id)
  if ('refused' in own) return own.refused
  context.rows.webhooks.deleteWebhook(id)
  context.record('webhook.deleted', 'webhook', id, webhookImage(own.found), null)
  return done()
}

function findWebhook(context: CommandContext, id: number) {
  const thing = context.rows.webhooks.webhook(id)
  return findToDelete(context, { noun: 'webhook', id, thing })
}

function checkCount({ rows }: CommandContext, userId: number): Decision | null {
  for (const [max, whose] of [
    [WEBHOOKS_MAX, userId],
    [WEBHOOKS_OF_CLUSTER_MAX, null],
  ] as const) {
    if (rows.webhooks.webhookCount(whose) >= max)
      return refuse({ code: 'too-many-personal', noun: 'webhooks', max })
  }
  return null
}

function shown({ secret: _, ...webhook }: Webhook): Decision {
  return answer({ type: 'webhook', webhook })
}
