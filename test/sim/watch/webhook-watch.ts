// What webhooks are told, against the Changes of every entry: each event was delivered, or given up after its attempts, in their order,
// and no attempt counts twice (document 001, 10).
import {
  ATTEMPTS_MAX,
  type DeliveryAttempt,
  endOfEntry,
  eventHeard,
  type HistoryPosition,
  type ToldEvent,
  type Webhook,
  type WebhookEvent,
  webhookEventsOf,
} from '../../../src/ledger/index.js'
import type { Reads } from '../../../src/store/index.js'
import { check } from '../../raft/core/invariants.js'

type Happened = HistoryPosition & { readonly events: readonly ToldEvent[] }
/** One of them, as one webhook is to hear of it. */
type Told = HistoryPosition & { readonly event: WebhookEvent }

const all = { skip: 0, limit: Number.MAX_SAFE_INTEGER }

export class WebhookWatch {
  /** Of every entry that was applied, in order. */
  readonly #events: Happened[] = []
  #appliedTo = 0

  /** @param reads of the node that is first to apply the entry, right then */
  applied(index: number, reads: Reads): void {
    if (index <= this.#appliedTo) return
    const from = endOfEntry(this.#appliedTo)
    this.#appliedTo = index
    for (const change of reads.changesAfter(from, Number.MAX_SAFE_INTEGER)) {
      const { revision, n } = change
      const events = webhookEventsOf(change)
      if (events.length > 0) this.#events.push({ revision, n, events })
    }
  }

  /**
   * What is still to be told, as far as anybody tells it: not to those whose owner may not sign in, nor what history has forgotten, nor what
   * is not due, since clocks that were turned back keep it waiting for up to an hour.
   * @param nowMs by the cluster's clock
   */
  owed(reads: Reads, nowMs: number): readonly string[] {
    const told = reads.webhooks.activeWebhooks().filter(({ isMuted }) => !isMuted)
    return told.flatMap(({ webhook }) => {
      const attempts = attemptsOf(reads, webhook)
      const later = reads.webhooks
        .pendingDeliveries(webhook.id)
        .filter(({ dueMs }) => dueMs > nowMs)
      const waits = new Set(later.map(({ position }) => textOf(position)))
      return this.#eventsOf(webhook)
        .filter(event => !waits.has(textOf(event)) && reads.webhooks.changeAt(event) !== null)
        .filter(event => !isSettled(event, attempts))
        .map(event => `${textOf(event)} is not settled with webhook ${webhook.id}`)
    })
  }

  /** @throws when something was told twice, out of order, or of no event */
  inOrder(reads: Reads, webhookIds: readonly number[]): void {
    for (const id of webhookIds) {
      const webhook = reads.webhooks.webhook(id)
      check(webhook !== null, `webhook ${id} is gone`)
      if (webhook !== null) this.#checkAttempts(webhook, attemptsOf(reads, webhook))
    }
  }

  get counts(): Readonly<Record<string, number>> {
    return { 'events of webhooks': this.#events.length }
  }

  #checkAttempts(webhook: Webhook, attempts: readonly DeliveryAttempt[]): void {
    const events = new Map(this.#eventsOf(webhook).map(each => [textOf(each), each.event]))
    const made = new Map<string, DeliveryAttempt[]>()
    let lastFirst = { revision: 0, n: 0 }
    for (const attempt of attempts) {
      const { position, event } = attempt
      const name = textOf(position)
      const before = made.get(name) ?? []
      const what = `attempt ${attempt.attempt} of ${name} for webhook ${webhook.id}`
      check(events.get(name) === event, `${what} is of no event`)
      check(attempt.attempt === before.length + 1, `${what} follows ${before.length}`)
      check(!before.some(isDelivered), `${what} follows a delivery`)
      if (attempt.attempt === 1) {
        check(isBefore(lastFirst, position), `${what} follows ${textOf(lastFirst)}`)
        lastFirst = position
      }
      made.set(name, [...before, attempt])
    }
  }

  /** Nobody changes a webhook in these worlds: its revision is that of its making. */
  #eventsOf({ events, revision }: Webhook): readonly Told[] {
    return this.#events.flatMap(happened => {
      const event = eventHeard(happened.events, events)?.event
      return event === undefined || happened.revision <= revision ? [] : [{ ...happened, event }]
    })
  }
}

/** In the order in which they were recorded. */
function attemptsOf(reads: Reads, { id }: Webhook): readonly DeliveryAttempt[] {
  return [...reads.webhooks.attemptPage(id, all).rows].sort((a, b) => a.id - b.id)
}

function isSettled(event: Told, attempts: readonly DeliveryAttempt[]): boolean {
  const made = attempts.filter(({ position }) => textOf(position) === textOf(event))
  return made.some(isDelivered) || made.length === ATTEMPTS_MAX
}

function isDelivered({ statusCode }: DeliveryAttempt): boolean {
  return statusCode !== null && statusCode >= 200 && statusCode <= 299
}

function isBefore(one: HistoryPosition, other: HistoryPosition): boolean {
  return one.revision < other.revision || (one.revision === other.revision && one.n < other.n)
}

function textOf({ revision, n }: HistoryPosition): string {
  return `${revision}.${n}`
}
