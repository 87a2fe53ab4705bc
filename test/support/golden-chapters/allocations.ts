// What is said of allocations besides: devices and their MAC addresses, custom fields, why they were released; alone, in
// bulk and in transactions (command version 5).
import type {
  AllocationFacts,
  Command,
  CreateAllocationCommand,
  TransactionStep,
} from '../../../src/ledger/index.js'
import {
  allocate,
  expire,
  HOUR_MS,
  network,
  numberPool,
  pool,
  release,
} from '../../ledger/world.js'
import type { GoldenScript } from '../golden-script.js'
import type { Cast } from './identities.js'

type UpdateSet = Extract<Command, { type: 'allocation.update' }>['set']

export function told(
  networkId: number,
  facts: AllocationFacts,
  place: CreateAllocationCommand['place'] = { count: 1 },
  ttlMs: number | null = null,
): CreateAllocationCommand {
  return { ...allocate(networkId, place, { ttlMs }), facts }
}

export function update(id: number, set: UpdateSet, ifRevision: number | null = null): Command {
  return { type: 'allocation.update', id, ifRevision, set }
}

export function because(id: number, reason: string) {
  return { ...release(id), reason }
}

const mac = (n: number) => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`

export function allocations(script: GoldenScript, { manager, reader }: Cast): void {
  const said = script.signedIn(manager, 'allocate')
  const id = script.made(network('10.30.0.0/24', { holdHours: 2 }))
  refusedFacts(script, id)
  const allocation = script.made(
    told(id, {
      mac: '02-00-00-AA-bb-01',
      deviceType: 'server',
      location: 'rack “7”',
      customFields: { asset: 'own', Seriennummer: 0, free: '' },
      owner: 'mona',
    }),
    said,
  )
  for (const spelling of ['0200.00aa.bb02', '020000AABB03', '02:00:00:aa:bb:04', '020000-aabb05'])
    script.does(told(id, { mac: spelling }), said)
  script.does(told(id, {}))
  script.refused('not-permitted', told(id, {}), script.signedIn(reader, 'allocate'))
  updates(script, id, allocation)
  releases(script, id)
  bulks(script, id)
  transactions(script)
}

function refusedFacts(script: GoldenScript, id: number): void {
  const wrong: readonly AllocationFacts[] = [
    { mac: '02:00:00:00:00' },
    { mac: '02:00:00-00:00:01' },
    { mac: '' },
    { deviceType: '' },
    { deviceType: 'd'.repeat(51) },
    { location: 'l'.repeat(201) },
    { location: 'a\u0007b' },
    { owner: '' },
    { owner: 'o'.repeat(101) },
    { customFields: { asset: 'Miete' } },
    { customFields: { Seriennummer: '7' } },
  ]
  for (const facts of wrong) script.refused('invalid', told(id, facts))
  script.refused('network-not-found', told(99, {}))
}

function updates(script: GoldenScript, id: number, allocation: number): void {
  script.does(update(allocation, { mac: mac(1), deviceType: null }))
  script.does(update(allocation, { mac: mac(2) }))
  script.does(update(allocation, { mac: mac(1) }))
  script.refused('invalid', update(allocation, { mac: 'x' }))
  script.refused('invalid', update(allocation, { customFields: { asset: 1 } }))
  script.refused('revision-mismatch', update(allocation, { mac: mac(3) }, 1))
  script.does(update(allocation, { mac: mac(1).toUpperCase(), hostname: 'web-1' }))
  for (let n = 2; n <= 12; n++) script.does(update(allocation, { mac: mac(n) }))
  script.does(update(allocation, { customFields: {}, location: null, owner: null }))
  script.does(update(allocation, { mac: null, tags: ['env=live'] }))
  const bare = script.made(allocate(id))
  script.does(update(bare, { hostname: 'web-2' }))
  script.does(update(bare, { owner: 'Ülkü' }))
  script.does(update(bare, { deviceType: 'printer' }))
  script.refused('allocation-not-found', update(9999, { owner: 'x' }))
}

function releases(script: GoldenScript, id: number): void {
  const made = (facts: AllocationFacts) => script.made(told(id, facts))
  const first = made({ mac: mac(20) })
  script.refused('invalid', because(first, 'r'.repeat(501)))
  script.does(because(first, 'broken, “really”'))
  script.refused('allocation-ended', because(first, 'again'))
  script.refused('allocation-ended', update(first, { mac: mac(21) }))
  script.does(release(made({ deviceType: 'phone' })))
  script.does(because(script.made(allocate(id)), ''))
  const lease = script.made(told(id, { mac: mac(22) }, { count: 1 }, HOUR_MS))
  script.does({ type: 'allocation.renew', id: lease, ifRevision: null, ttlMs: 2 * HOUR_MS })
  script.does(told(id, { mac: mac(23) }, { ip: '10.30.0.200' }, HOUR_MS))
  script.refused('address-taken', told(id, {}, { ip: '10.30.0.200' }))
  script.wait(HOUR_MS)
  script.does(expire())
  script.refused('address-taken', told(id, {}, { ip: '10.30.0.200' }))
  script.wait(2 * HOUR_MS)
  script.does(expire(2))
  script.does(expire())
  script.does(told(id, { location: 'after the hold' }, { ip: '10.30.0.200' }))
}

function bulks(script: GoldenScript, id: number): void {
  const live = script.made(told(id, { mac: mac(30) }))
  const facts = { mac: mac(31), customFields: { asset: 'lease' } }
  const steps = [told(id, facts, { count: 4 }), because(live, 'moved'), allocate(id)]
  const idempotency = { scopeHash: 'bulk', requestHash: 'r1' }
  script.refused('step-refused', { type: 'bulk', steps: [...steps, because(live, 'twice')] })
  script.refused('step-refused', { type: 'bulk', steps: [...steps, told(id, { mac: 'x' })] })
  script.does({ type: 'bulk', steps }, { idempotency })
  script.does({ type: 'bulk', steps }, { idempotency })
  script.refused('step-refused', { type: 'bulk', steps: [because(live, 'late')] })
  script.refused('invalid', { type: 'bulk', steps: [] })
}

/** A site of a pool, a block, a network in it and an address there; the last is given up again. */
function transactions(script: GoldenScript): void {
  const facts = { mac: mac(40), customFields: { asset: 'own', floor: 3 }, owner: 'mona' }
  const block = { type: 'block.allocate', description: null, owner: 'dc', ttlMs: null } as const
  const plain = { vrf: 'default', description: null, tags: [], holdHours: 0 }
  const steps: readonly TransactionStep[] = [
    pool('site', '10.31.0.0/24'),
    { ...block, pool: { step: 0 }, prefixLength: 26 },
    { type: 'network.create', place: { cidr: { step: 1 } }, ...plain },
    { ...told(0, facts), networkId: { step: 2 } },
    { ...told(0, { deviceType: 'vm' }, { ip: '10.31.0.9' }), networkId: { step: 2 } },
    { ...because(0, 'no longer'), id: { step: 3 } },
    numberPool('rts'),
    { type: 'number.allocate', pool: { step: 6 }, value: null, description: null, owner: 'dc' },
  ]
  const again: TransactionStep = { ...because(0, 'twice'), id: { step: 3 } }
  script.refused('step-refused', { type: 'transaction', steps: [...steps, again] })
  const wrong: TransactionStep = { ...told(0, { owner: '' }), networkId: { step: 2 } }
  script.refused('step-refused', { type: 'transaction', steps: [...steps, wrong] })
  script.does({ type: 'transaction', steps })
  script.refused('step-refused', { type: 'transaction', steps })
}
