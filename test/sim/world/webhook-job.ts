// What the leader tells webhooks, as the daemon does, to receivers in memory that take what they are sent or refuse it, as chance has it.
import { WebhookJob, webhookJobDefaults } from '../../../src/effects/index.js'
import { type CreateWebhookCommand, webhookEvents } from '../../../src/ledger/index.js'
import type { SimulatedNode } from './sim-node.js'

/** Shorter than the daemon's, as a world lives for seconds. */
const webhookJobOptions = {
  ...webhookJobDefaults,
  ...{ everyMs: 20, syncMs: 100, settleMs: 100, gatherMs: 5, stopMs: 0, retryMs: 100 },
  ...{ concurrency: 8, perHour: 100_000 },
} as const

/** Of the attempts, the part that comes to nothing. */
const REFUSAL_RATE = 0.3
const ANSWER_MS_MAX = 30

/** Of whoever made the cluster: one that is told everything, and one of regions alone. */
export const webhookCommands: readonly CreateWebhookCommand[] = [
  webhook('https://all.example.com', webhookEvents),
  webhook('https://regions.example.com', ['region.created', 'region.updated', 'region.retired']),
]

function webhook(url: string, events: CreateWebhookCommand['events']): CreateWebhookCommand {
  return { type: 'webhook.create', url, secret: 'a secret', events, description: null }
}

/** To be called at each start of a node; a crash ends it with its timers. */
export function startWebhookJob(node: SimulatedNode): void {
  const { gateway, driver, process, record, store, world } = node
  const { random } = world
  const post = async () => {
    // Who dies meanwhile never learns of it: what was sent is sent again.
    await new Promise<void>(resolve => process.after(random() * ANSWER_MS_MAX, resolve))
    return random() < REFUSAL_RATE
      ? { statusCode: 503, error: 'answered with status 503' }
      : { statusCode: 200, error: null }
  }
  const isLeader = () => driver.status().role === 'leader'
  new WebhookJob(webhookJobOptions, {
    gateway,
    leadingTerm: () => (isLeader() ? driver.status().term : null),
    effectsOff: () => store.reads.cluster()?.effects === 'off',
    appliedIndex: () => store.appliedIndex(),
    get reads() {
      return store.reads
    },
    openSecret: secret => secret,
    openTransport: () => ({ post, close: () => {} }),
    entryTimeMs: () => driver.entryTimeMs(),
    clock: process,
    log: record.log,
    metrics: { ended: () => {} },
  })
}
