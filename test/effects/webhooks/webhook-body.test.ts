// The bytes of a webhook: what document 001 shows, and a signature that its programs find right.
import { createHmac, timingSafeEqual } from 'node:crypto'
import t from 'tap'
import { bodyOf, headersOf } from '../../../src/effects/webhooks/webhook-body.js'
import type { Change, ToldEvent } from '../../../src/ledger/index.js'
import { deliveryUuid, uuidIn } from '../../../src/lib/index.js'

const idSpace = '0b0e6e0a-9d5c-4f0e-8a70-111111111111'
const context = { idSpace, countryOfX: (x: number) => (x === 5 ? 'US' : null) }
const change: Change = {
  ...{ revision: 17, n: 2, timeMs: Date.UTC(2025, 10, 12, 10, 30, 0, 999) },
  origin: { actor: 'alice', userId: 123, clientAddress: null, userAgent: null },
  ...{ action: 'network.created', entity: 'network', entityId: 9, before: null, after: {} },
}
const region: ToldEvent = {
  event: 'region.created',
  data: {
    ...{ kind: 'region', id: 9, name: 'Produktion Nürnberg', cidr: '10.5.23.0/24' },
    ...{ x: 5, status: 'Active' },
  },
}

/** Document 001, 10, Verify Webhook Signature: the Python function, line by line. */
function verifyWebhookSignature(payload: Buffer, signatureHeader: string, secretKey: string) {
  const expected = createHmac('sha256', Buffer.from(secretKey, 'utf8'))
    .update(Buffer.from(payload.toString('utf8'), 'utf8'))
    .digest('hex')
  const received = signatureHeader.replace('sha256=', '')
  return timingSafeEqual(Buffer.from(expected), Buffer.from(received))
}

t.test('a region is told of as the document shows it', async t => {
  t.strictSame(JSON.parse(bodyOf(change, region, context).toString()), {
    event_type: 'region.created',
    timestamp: '2025-11-12T10:30:00Z',
    user_id: 'user_123',
    data: {
      region_id: uuidIn(idSpace, 'region', 9),
      region_name: 'Produktion Nürnberg',
      cidr: '10.5.23.0/24',
      country_code: 'US',
      status: 'Active',
    },
  })
})

t.test('what the cluster did by itself is of nobody, and an X may be of no country', async t => {
  const { userId: _, ...origin } = change.origin
  const nowhere = { ...region, data: { ...region.data, x: 250 } } as ToldEvent
  const body = JSON.parse(bodyOf({ ...change, origin }, nowhere, context).toString())
  t.match(body, { user_id: 'system', data: { country_code: null } })
})

t.test('a host has a name, an address and its region', async t => {
  const told: ToldEvent = {
    event: 'host.released',
    data: { kind: 'host', id: 4, regionId: 9, hostname: 'web-1', ipAddress: '10.5.23.7' },
  }
  t.strictSame(JSON.parse(bodyOf(change, told, context).toString()).data, {
    host_id: uuidIn(idSpace, 'host', 4),
    region_id: uuidIn(idSpace, 'region', 9),
    hostname: 'web-1',
    ip_address: '10.5.23.7',
  })
})

t.test('a region that fills up says so in words', async t => {
  const told: ToldEvent = {
    event: 'capacity.warning',
    data: {
      ...{ kind: 'capacity', regionId: 9, cidr: '10.5.23.0/24', x: 5 },
      ...{
        utilization: 85.4,
        severity: 'medium',
        message: 'Region 10.5.23.0/24 is at 85.4% capacity',
      },
    },
  }
  t.match(JSON.parse(bodyOf(change, told, context).toString()), {
    event_type: 'capacity.warning',
    data: {
      resource_type: 'region',
      cidr: '10.5.23.0/24',
      utilization: 85.4,
      message: /85\.4%/,
    },
  })
})

t.test("the signature is right by the document's own check, over these bytes alone", async t => {
  const body = bodyOf(change, region, context)
  const secret = 'whsec_abc123def456ghi789jkl012'
  const about = { event: region.event, secret, deliveryId: 'd-1', attempt: 2 }
  const headers = headersOf(body, about)
  t.match(headers, {
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    'User-Agent': /^ipam\/\d/,
    'X-IPAM-Event': 'region.created',
    'X-IPAM-Signature': /^sha256=[0-9a-f]{64}$/,
    ...{ 'X-IPAM-Delivery': 'd-1', 'X-IPAM-Attempt': '2' },
  })
  const signature = headers['X-IPAM-Signature'] ?? ''
  t.equal(verifyWebhookSignature(body, signature, secret), true)
  t.equal(verifyWebhookSignature(body, signature, secret.slice('whsec_'.length)), false)
  const other = Buffer.from(body.toString().replace('Active', 'active'))
  t.equal(verifyWebhookSignature(other, signature, secret), false)
})

t.test('an event has one id for one webhook, whoever sends it', async t => {
  const id = deliveryUuid(idSpace, 3, change)
  t.equal(deliveryUuid(idSpace, 3, { revision: 17, n: 2 }), id)
  t.not(deliveryUuid(idSpace, 4, change), id)
  t.not(deliveryUuid(idSpace, 3, { revision: 17, n: 3 }), id)
})
