// The whole way, in real time: the job, the transport, and a receiver that fails one in three and is restarted.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openWebhookTransport, TargetPolicy } from '../../../src/effects/index.js'
import { systemClock } from '../../../src/raft/index.js'
import { SIM_EPOCH_MS } from '../../support/sim-clock.js'
import { WebhookReceiver } from '../../support/webhook-receiver.js'
import { WebhookWorld } from './webhook-world.js'

const WEBHOOKS = 4
const EVENTS = 40
const WAIT_MS_MAX = 20_000

t.test('every event ends delivered, or failed three times; signatures are good', async t => {
  const receiver = await new WebhookReceiver().open()
  t.teardown(() => receiver.close())
  receiver.statusOf = nth => (nth % 3 === 1 ? 503 : 200)
  const world = new WebhookWorld()
  for (let at = 1; at <= WEBHOOKS; at += 1) {
    const secret = `whsec_${at}`
    receiver.secrets.set(`/${at}`, secret)
    world.webhook({ url: `${receiver.url}/${at}`, secret })
  }
  const revisions = world.events(EVENTS)
  const beganMs = Date.now()
  const policy = new TargetPolicy({ deny: [], allow: [] })
  const job = world.start(
    t,
    { everyMs: 10, settleMs: 0, gatherMs: 2, retryMs: 400 },
    {
      clock: systemClock,
      // Time of the log and time of the rows are one here.
      entryTimeMs: () => world.clock.nowMs + SIM_EPOCH_MS,
      openTransport: () => openWebhookTransport({ timeoutMs: 2_000, policy }),
    },
  )
  let restarts = 0
  const hasEnded = (id: number, revision: number): boolean => {
    const statuses = world.recorded(id, revision)
    return statuses.length === 3 || statuses.includes(200)
  }
  const ids = world.rows.all().map(({ id }) => id)
  while (!ids.every(id => revisions.every(revision => hasEnded(id, revision)))) {
    if (Date.now() - beganMs > WAIT_MS_MAX) throw new Error('waited in vain for the events to end')
    world.clock.nowMs = Date.now() - beganMs
    if (restarts < 2 && receiver.received.length > (restarts + 1) * EVENTS) {
      restarts += 1
      await receiver.close()
      await sleep(50)
      await receiver.open()
    }
    await sleep(5)
  }
  await job.close()
  t.equal(restarts, 2)
  t.ok(receiver.received.every(({ signatureIsGood }) => signatureIsGood))
  for (const id of ids) {
    const received = receiver.received.filter(({ path }) => path === `/${id}`)
    const told = received
      .filter(({ attempt }) => attempt === 1)
      .map(({ body }) => Number(JSON.parse(body).data.hostname.split('-')[1]))
    t.strictSame(
      told,
      [...told].sort((one, other) => one - other),
      'first attempts in order',
    )
    t.equal(new Set(told).size, told.length, 'each once')
    t.equal(new Set(received.map(({ deliveryId }) => deliveryId)).size, EVENTS, 'one id an event')
    t.equal(world.rows.webhook(id)?.isActive, true)
  }
  t.strictSame(world.warnings, [])
})
