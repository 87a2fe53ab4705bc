// The lines of all webhooks that are switched on, and the one pass over Changes that feeds them: what stands at the same place in history
// is read once for all of it.
import {
  type Change,
  comparePositions,
  type HistoryPosition,
  type PendingDelivery,
  type Webhook,
  webhookEventsOf,
} from '../../ledger/index.js'
import { WebhookLine } from './webhook-line.js'

/** The part of a node's reads that deliveries are made of. */
export type WebhookLineReads = {
  changesAfter(position: HistoryPosition, limit: number): readonly Change[]
  readonly webhooks: {
    webhook(id: number): Webhook | null
    /** `isMuted`: its user may not sign in. */
    activeWebhooks(): readonly { readonly webhook: Webhook; readonly isMuted: boolean }[]
    pendingDeliveries(webhookId: number): readonly PendingDelivery[]
  }
}

/** Changes that are looked at without a pause: a millisecond or two. */
const PAGE_ROWS = 100

export class WebhookLines {
  readonly #reads: () => WebhookLineReads
  readonly #nowMs: () => number
  readonly #lines = new Map<number, WebhookLine>()
  #turn = 0
  /** Whose turn it is to begin. */
  #nextId = 0

  /** @param nowMs by the monotonic clock */
  constructor(reads: () => WebhookLineReads, nowMs: () => number) {
    this.#reads = reads
    this.#nowMs = nowMs
  }

  /** Those of one lead, from the one whose turn it is on: each call begins behind where the one before did. */
  inTurn(term: number): readonly WebhookLine[] {
    const lines = this.of(term)
    const at = lines.findIndex(({ id }) => id >= this.#nextId)
    const turned = at < 0 ? lines : [...lines.slice(at), ...lines.slice(0, at)]
    this.#nextId = (turned[0]?.id ?? 0) + 1
    return turned
  }

  of(term: number): readonly WebhookLine[] {
    return [...this.#lines.values()].filter(line => line.term === term)
  }

  line(id: number): WebhookLine | null {
    return this.#lines.get(id) ?? null
  }

  /** New ones come, those that were switched off go, and in a new lead all begin where the state says. */
  sync(term: number): void {
    const active = this.#reads().webhooks.activeWebhooks()
    // Whoever may sign in again is told of what happens from then on, as with a webhook that is switched on again.
    for (const { webhook, isMuted } of active) this.#syncOne(webhook, term).mute(isMuted)
    const ids = new Set(active.map(({ webhook }) => webhook.id))
    for (const id of this.#lines.keys()) if (!ids.has(id)) this.drop(id)
  }

  #syncOne(webhook: Webhook, term: number): WebhookLine {
    const { webhooks } = this.#reads()
    const nowMs = this.#nowMs()
    const line = this.#lines.get(webhook.id)
    if (line === undefined) return this.#add(webhook, term)
    if (line.term !== term) line.restart(webhook, webhooks.pendingDeliveries(webhook.id), nowMs)
    else if (line.revision !== webhook.revision)
      line.refresh(webhook, webhooks.pendingDeliveries(webhook.id), nowMs)
    line.term = term
    return line
  }

  #add(webhook: Webhook, term: number): WebhookLine {
    const pending = this.#reads().webhooks.pendingDeliveries(webhook.id)
    const line = new WebhookLine(webhook, pending, this.#nowMs())
    line.term = term
    this.#lines.set(webhook.id, line)
    // In id order, which is the order of the turns.
    const sorted = [...this.#lines].sort(([one], [other]) => one - other)
    this.#lines.clear()
    for (const [id, each] of sorted) this.#lines.set(id, each)
    return line
  }

  /** One attempt of it less is under way: what the state says of it now. */
  refresh(id: number): void {
    this.#renew(id, 'refresh')
  }

  /** As in a new lead: nothing holds that the state does not say. */
  restart(id: number): void {
    this.#renew(id, 'restart')
  }

  #renew(id: number, how: 'refresh' | 'restart'): void {
    const { webhooks } = this.#reads()
    const webhook = webhooks.webhook(id)
    if (webhook?.isActive)
      this.#lines.get(id)?.[how](webhook, webhooks.pendingDeliveries(id), this.#nowMs())
    else this.drop(id)
  }

  /** Begins nothing more; it is kept while something of it is under way. */
  drop(id: number): void {
    const line = this.#lines.get(id)
    if (line?.isBusy) line.term = 0
    else this.#lines.delete(id)
  }

  /** Reads one page of Changes for those that waited longest, and everybody else whom it serves. @returns whether there was one to read */
  readPage(term: number, appliedIndex: number): boolean {
    const waiting = this.of(term).filter(
      line => line.wantsMore && line.readAllAtIndex !== appliedIndex,
    )
    const [first] = waiting.sort(byTurnAndPlace)
    if (first === undefined) return false
    this.#turn += 1
    const from = first.readTo
    const changes = this.#reads().changesAfter(from, PAGE_ROWS)
    const served = this.of(term).filter(({ readTo }) => comparePositions(readTo, from) >= 0)
    const stopped = feed(served, changes)
    for (const line of served) {
      if (stopped.has(line)) continue
      line.readInTurn = this.#turn
      if (changes.length < PAGE_ROWS) line.readAllAtIndex = appliedIndex
    }
    first.readInTurn = this.#turn
    return true
  }
}

/** @returns those that had no room for all of it */
function feed(lines: readonly WebhookLine[], changes: readonly Change[]): Set<WebhookLine> {
  const stopped = new Set<WebhookLine>()
  for (const change of changes) {
    const events = webhookEventsOf(change)
    const position = { revision: change.revision, n: change.n }
    for (const line of lines)
      if (!stopped.has(line) && !line.look(position, events)) stopped.add(line)
  }
  return stopped
}

function byTurnAndPlace(one: WebhookLine, other: WebhookLine): number {
  return one.readInTurn - other.readInTurn || comparePositions(one.readTo, other.readTo)
}
