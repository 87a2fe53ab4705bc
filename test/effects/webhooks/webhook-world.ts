// Webhooks, a history that grows, receivers that answer as a test wants, and one node that may lead, over virtual time. What is recorded is
// decided by the ledger's own rule.
import type { Test } from 'tap'
import {
  WebhookJob,
  type WebhookJobDependencies,
  type WebhookJobOptions,
  webhookJobDefaults,
} from '../../../src/effects/index.js'
import type { WebhookAnswer, WebhookPost } from '../../../src/effects/webhooks/webhook-transport.js'
import type { Change, Command, Outcome, Webhook } from '../../../src/ledger/index.js'
import { comparePositions } from '../../../src/ledger/index.js'
import type { CommandContext } from '../../../src/ledger/rules/command-context.js'
import { recordDeliveries } from '../../../src/ledger/rules/deliveries.js'
import { SIM_EPOCH_MS, SimClock } from '../../support/sim-clock.js'
import { MemoryWebhookRows } from './memory-webhook-rows.js'

export const SECOND_MS = 1000

/** A post as a receiver sees it. */
export type Received = {
  readonly webhookId: number
  readonly revision: number
  readonly attempt: number
  readonly deliveryId: string
  readonly atMs: number
}
export type Answer = WebhookAnswer | Promise<WebhookAnswer>

export const taken: WebhookAnswer = { statusCode: 200, error: null }
export const broken: WebhookAnswer = { statusCode: 500, error: 'answered with status 500' }

export class WebhookWorld {
  readonly clock = new SimClock()
  readonly rows = new MemoryWebhookRows()
  readonly changes: Change[] = []
  readonly received: Received[] = []
  readonly posts: WebhookPost[] = []
  readonly submitted: Command[] = []
  readonly warnings: string[] = []
  readonly ended: string[] = []
  term: number | null = 1
  effectsOff = false
  /** Users who may not sign in. */
  readonly inactive = new Set<number>()
  /** By so much the clocks of the log were turned. */
  turnedMs = 0
  readFailure: Error | null = null
  failure: Error | null = null
  /** Applied when a leader reads what was decided. */
  unheard: Command[] = []
  readsAsked = 0
  pagesRead = 0
  transports = 0
  sinceAsked = 0
  answer: (received: Received) => Answer = () => taken
  revision = 100
  #ids = 0

  start(
    t: Test,
    options: Partial<WebhookJobOptions> = {},
    others: Partial<WebhookJobDependencies> = {},
  ): WebhookJob {
    const { clock, rows } = this
    const job = new WebhookJob(
      { ...webhookJobDefaults, retryMs: 2_000, concurrency: 32, perHour: 1000, ...options },
      {
        gateway: {
          submit: async command => this.#submit(command),
          read: async () => {
            this.readsAsked += 1
            for (const command of this.unheard.splice(0)) this.apply(command)
            return this.revision
          },
        },
        leadingTerm: () => this.term,
        effectsOff: () => this.effectsOff,
        appliedIndex: () => this.revision,
        openSecret: sealed => (sealed.startsWith('lost') ? null : sealed.replace('sealed ', '')),
        reads: {
          cluster: () => ({ clusterUuid: 'c-1' }),
          regions: { countryOfX: () => ({ code: 'US' }) },
          changesAfter: (position, limit) => {
            this.pagesRead += 1
            return this.changes
              .filter(change => comparePositions(change, position) > 0)
              .slice(0, limit)
          },
          webhooks: {
            webhook: id => {
              if (this.readFailure !== null) throw this.readFailure
              return rows.webhook(id)
            },
            activeWebhooks: () =>
              rows
                .all()
                .filter(({ isActive }) => isActive)
                .map(webhook => ({ webhook, isMuted: this.inactive.has(webhook.userId) })),
            pendingDeliveries: id => rows.pendingOf(id),
            changeAt: at => this.changes.find(change => comparePositions(change, at) === 0) ?? null,
            attemptPage: id => ({ rows: rows.attemptsOf(id).reverse() }),
            attemptsSince: (id, sinceMs) => {
              this.sinceAsked += 1
              return rows.attemptsOf(id).filter(({ attemptedMs }) => attemptedMs >= sinceMs).length
            },
          },
        },
        openTransport: () => {
          this.transports += 1
          return { post: (post, signal) => this.#receive(post, signal), close: () => {} }
        },
        entryTimeMs: () => this.timeMs + this.turnedMs,
        clock: clock.node(),
        log: { warn: (_, message) => void this.warnings.push(message) },
        metrics: { ended: result => void this.ended.push(result) },
        ...others,
      },
    )
    // Without waiting: time stands still then.
    t.teardown(() => void job.close())
    return job
  }

  get timeMs(): number {
    return SIM_EPOCH_MS + this.clock.nowMs
  }

  webhook(set: Partial<Webhook> = {}): number {
    const id = this.rows.all().length + 1
    const seen = { revision: this.revision, n: 0 }
    this.rows.saveWebhook({
      ...{ id, userId: 7, url: `http://receiver/${id}`, secret: 'whsec_x', description: null },
      ...{ events: ['host.allocated'], isActive: true, failures: 0, lastDeliveryMs: null, seen },
      ...{ createdMs: 0, updatedMs: 0, revision: this.revision },
      ...set,
    })
    return id
  }

  /** Of hosts that are allocated, one each: revisions. */
  events(count: number): readonly number[] {
    return Array.from({ length: count }, () => this.#change({ action: 'allocation.created' }))
  }

  /** Changes that are no events. */
  others(count: number): void {
    for (let at = 0; at < count; at += 1) this.#change({ action: 'allocation.moved' })
  }

  #change({ action }: Pick<Change, 'action'>): number {
    const revision = ++this.revision
    this.changes.push({
      ...{ revision, n: 0, timeMs: this.timeMs, action, entity: 'allocation' },
      ...{ origin: { actor: 'a', userId: 3, clientAddress: null, userAgent: null } },
      ...{ entityId: revision, regionId: 1, before: null },
      after: { ip: '10.5.23.1', hostname: `host-${revision}` },
    })
    return revision
  }

  apply(command: Command): Outcome {
    const revision = ++this.revision
    if (command.type !== 'deliveries.record') throw new Error(command.type)
    const context = {
      rows: { webhooks: this.rows, nextId: () => ++this.#ids },
      ...{ revision, timeMs: this.timeMs, record: () => {} },
    }
    const decision = recordDeliveries(context as unknown as CommandContext, command)
    return decision as unknown as Outcome
  }

  async #submit(command: Command): Promise<Outcome> {
    this.submitted.push(command)
    if (this.failure !== null) throw this.failure
    return this.apply(command)
  }

  async #receive(post: WebhookPost, signal: AbortSignal): Promise<WebhookAnswer> {
    const body = JSON.parse(post.body.toString())
    const received: Received = {
      webhookId: Number(post.url.split('/').at(-1)),
      revision: Number(body.data.hostname.split('-')[1]),
      attempt: Number(post.headers['X-IPAM-Attempt']),
      deliveryId: post.headers['X-IPAM-Delivery'] ?? '',
      atMs: this.clock.nowMs,
    }
    this.posts.push(post)
    this.received.push(received)
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason)
      signal.addEventListener('abort', abort)
      void Promise.resolve(this.answer(received)).then(answer => {
        signal.removeEventListener('abort', abort)
        resolve(answer)
      })
    })
  }

  /** An answer that comes so much later. */
  after(delayMs: number, answer: WebhookAnswer = taken): Promise<WebhookAnswer> {
    return new Promise(resolve => this.clock.at(delayMs, () => resolve(answer)))
  }

  revisionsOf(webhookId: number, attempt = 1): readonly number[] {
    return this.received
      .filter(each => each.webhookId === webhookId && each.attempt === attempt)
      .map(({ revision }) => revision)
  }

  /** What is known of the attempts of an event. */
  recorded(webhookId: number, revision: number): readonly (number | null)[] {
    return this.rows
      .attemptsOf(webhookId)
      .filter(({ position }) => position.revision === revision)
      .map(({ statusCode }) => statusCode)
  }
}
