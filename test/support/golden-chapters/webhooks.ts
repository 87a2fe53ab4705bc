// Webhooks and what became of what they were told, and tags of many at once and by and by (command version 6).
import type { Command, ReportedAttempt } from '../../../src/ledger/index.js'
import { hosts, region } from '../../ledger/regions-world.js'
import type { GoldenScript, Said } from '../golden-script.js'
import type { Cast } from './identities.js'

type CreateWebhook = Extract<Command, { type: 'webhook.create' }>
type Tags = Extract<Command, { type: 'tags.apply' }>

export function webhooks(script: GoldenScript, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager, 'update')
  made(script, mona, script.signedIn(reader))
  delivered(script, mona)
  switchedOff(script, mona)
}

function webhook(set: Partial<CreateWebhook> = {}): CreateWebhook {
  const where = { url: 'https://hooks.example.net/ipam', secret: 'geheim “3”' }
  const events = ['region.created', 'host.allocated', 'capacity.critical'] as const
  return { type: 'webhook.create', ...where, events, description: null, ...set }
}

function made(script: GoldenScript, mona: Said, asReader: Said): void {
  script.refused('not-signed-in', webhook())
  for (const set of [
    { url: 'ftp://x' },
    { url: 'https://a:b@x' },
    { secret: '' },
    { events: [] },
    { events: ['host.updated', 'host.updated'] },
    { description: 'd'.repeat(501) },
  ] as const)
    script.refused('invalid', webhook(set), mona)
  script.does(webhook({ description: 'first' }), mona)
  const set = { url: 'http://[2001:db8::1]:8080/x?y=z', isActive: false }
  script.refused('personal-not-found', { type: 'webhook.update', id: 1, set }, asReader)
  script.does({ type: 'webhook.update', id: 1, set }, mona)
  script.does({ type: 'webhook.update', id: 1, set: { isActive: true } }, mona)
  const gone = script.made(webhook(), asReader)
  script.refused('personal-not-found', { type: 'webhook.delete', id: gone }, mona)
  script.does({ type: 'webhook.delete', id: gone }, asReader)
}

/** What was tried of the Change of that revision. */
function tried(revision: number, set: Partial<ReportedAttempt> = {}): ReportedAttempt {
  const answer = { statusCode: 200, responseMs: 12, error: null, retryMs: 0 }
  const about = { position: { revision, n: 0 }, event: 'host.allocated', attempt: 1 } as const
  return { ...about, ...answer, ...set }
}

function failed(revision: number, attempt: number): ReportedAttempt {
  const said = attempt === 2 ? { statusCode: 503 } : { statusCode: null, error: 'timed out' }
  return tried(revision, { ...said, attempt, retryMs: attempt < 3 ? 2000 * attempt : 0 })
}

function record(
  seenRevision: number,
  attempts: readonly ReportedAttempt[],
  webhookId = 1,
): Command {
  const seen = { revision: seenRevision, n: 0 }
  return { type: 'deliveries.record', reports: [{ webhookId, seen, attempts }] }
}

function delivered(script: GoldenScript, mona: Said): void {
  const id = script.made(region('10.88.0.0/24', { name: 'Madrid' }), mona)
  const at = script.entries.length
  script.does(hosts(id, ['a', 'b', 'c']), mona)
  script.does(record(at, [tried(at, { event: 'region.created' })]))
  const next = at + 1
  script.does(record(next, [failed(next, 1)]))
  // Said again, and by a leader who is behind: each counts once, and the place in history never moves back.
  script.does(record(at, [failed(next, 1)]))
  script.does(record(next, [failed(next, 3)]))
  script.does(record(next, [failed(next, 2)]))
  script.does(record(next, [failed(next, 3)]))
  script.does(record(next, [tried(next, { attempt: 3 })]))
  script.does(record(next, [tried(next)], 99))
  script.refused('invalid', record(9999, []))
  script.refused('invalid', record(next, [tried(next, { statusCode: 99 })]))
  script.refused('invalid', record(next, [tried(next), tried(at)]))
  script.refused('too-many-rows', record(next, Array(201).fill(tried(next))))
}

/** By ten events in a row that were given up. */
function switchedOff(script: GoldenScript, mona: Said): void {
  const from = script.entries.length - 12
  for (let at = 0; at < 10; at++)
    for (const attempt of [1, 2, 3]) script.does(record(from + at, [failed(from + at, attempt)]))
  script.does(record(from + 10, [failed(from + 10, 1)]))
  script.does({ type: 'webhook.update', id: 1, set: { isActive: true } }, mona)
  script.does(record(script.entries.length, []))
}

export function tagging(script: GoldenScript, { admin, manager }: Cast): void {
  const mona = script.signedIn(manager, 'update')
  const id = script.made(region('10.89.0.0/24', { name: 'Sevilla', tags: ['a=1', 'b'] }), mona)
  const items = [id, 9999, 0].map(each => ({ key: `key of ${each}`, id: each }))
  const tags = (set: Partial<Tags> = {}): Tags => {
    const work = { resourceType: 'region', operation: 'add', tags: ['a=2', 'ü'] } as const
    return { type: 'tags.apply', items, ...work, ...set }
  }
  script.refused('not-signed-in', tags())
  script.refused('invalid', tags({ items: [] }), mona)
  script.refused('invalid', tags({ tags: ['a=1', 'a=2'] }), mona)
  script.does(tags(), mona)
  script.does(tags({ operation: 'remove', tags: ['b'] }), mona)
  script.does(tags({ operation: 'replace', tags: ['only=this'] }), mona)
  const many = Array.from({ length: 50 }, (_, at) => `tag-${at}`)
  script.does(tags({ tags: many }), mona)
  const hostId = script.made(hosts(id, ['x', 'y']), mona)
  jobs(script, { mona, root: script.signedIn(admin, 'admin'), manager }, hostId)
}

function jobs(
  script: GoldenScript,
  { mona, root, manager }: { mona: Said; root: Said; manager: number },
  hostId: number,
): void {
  const items = [hostId, hostId + 1, 9999].map(id => ({ key: `host ${id}`, id }))
  const work = { resourceType: 'host', operation: 'add', tags: ['slice'] } as const
  const create: Command = { type: 'job.create', items, ...work }
  const advance = (id: number, from: number, count = 2) =>
    ({ type: 'job.advance', id, from, count }) as const
  script.refused('not-signed-in', create)
  const id = script.made(create, mona)
  script.refused('invalid', advance(id, 0, 101))
  script.does(advance(id, 0))
  script.does(advance(id, 0))
  script.does(advance(id, 2))
  script.does(advance(id, 3))
  const late = script.made({ ...create, operation: 'remove' }, mona)
  script.does({ type: 'user.update', id: manager, ifRevision: null, set: { role: 'user' } }, root)
  script.does(advance(late, 0))
  script.does(advance(late, 2))
}
