// What one has for oneself: shares, preferences, filters, rules and what they tell (command version 6).
import type { Command, Crossing } from '../../../src/ledger/index.js'
import { merge, rule, share, TOKEN } from '../../ledger/personal.js'
import { hosts, region, retire } from '../../ledger/regions-world.js'
import { release } from '../../ledger/world.js'
import type { GoldenScript } from '../golden-script.js'
import type { Cast } from './identities.js'

const DAY_MS = 86_400_000

export function personal(script: GoldenScript, cast: Cast): void {
  const id = script.made(region('10.72.0.0/24', { name: 'London' }))
  shares(script, id, cast)
  preferences(script, cast)
  filters(script, cast)
  rules(script, id, cast)
  told(script, id, cast)
  forgotten(script, id, cast)
}

function shares(script: GoldenScript, regionId: number, { admin, manager, reader }: Cast): void {
  const mona = script.signedIn(manager)
  const asReader = script.signedIn(reader)
  const of = (set: Parameters<typeof share>[0] = {}) => share({ resourceId: regionId, ...set })
  script.refused('not-signed-in', of())
  script.refused('invalid', of({ token: 'short' }), mona)
  script.refused('invalid', of({ ttlMs: 0 }), mona)
  script.refused('invalid', of({ ttlMs: 91 * DAY_MS }), mona)
  script.refused('invalid', of({ description: 'd'.repeat(501) }), mona)
  for (const resourceType of ['country', 'region', 'host'] as const)
    script.refused('resource-not-found', of({ resourceType, resourceId: 9999 }), mona)
  const hers = script.made(of({ description: 'for “Süd”' }), mona)
  script.refused('invalid', of(), mona)
  const his = script.made(
    of({ token: `${TOKEN}2`, resourceType: 'country', resourceId: 5 }),
    asReader,
  )
  script.does({ type: 'shares.viewed', views: [hers, his, 9999].map(id => ({ id, count: 3 })) })
  script.refused('invalid', { type: 'shares.viewed', views: [{ id: hers, count: 0 }] })
  script.refused('personal-not-found', { type: 'share.revoke', id: his }, mona)
  script.does({ type: 'share.revoke', id: his }, script.signedIn(admin, 'admin'))
  script.does(of({ token: `${TOKEN}3`, ttlMs: 1000 }), mona)
}

function preferences(script: GoldenScript, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager)
  script.refused('not-signed-in', merge({}))
  script.does(merge({ theme: 'dark', table: { rows: 50, columns: ['ip', 'name'] } }), mona)
  script.does(merge({ table: { rows: null, dense: true }, __proto__x: { 'é“': 1.5 } }), mona)
  script.refused('invalid', { type: 'preferences.merge', patch: '[]' }, mona)
  script.refused('invalid', { type: 'preferences.merge', patch: '{' }, mona)
  script.refused('invalid', merge({ long: 'x'.repeat(60_000) }), mona)
  script.does(merge({ notification_settings: { in_app_enabled: false } }), script.signedIn(reader))
}

function filters(script: GoldenScript, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager)
  const filter = (name: string, criteria = '{ "q": "\\u00fc", "n": [1, 2] }') =>
    ({ type: 'filter.create', name, criteria }) as const
  script.refused('not-signed-in', filter('x'))
  script.refused('invalid', filter(''), mona)
  script.refused('invalid', filter('x', '7'), mona)
  const first = script.made(filter('all of them'), mona)
  script.refused(
    'personal-not-found',
    { type: 'filter.delete', id: first },
    script.signedIn(reader),
  )
  // With the fifty-first the oldest goes.
  for (let at = 1; at <= 50; at++) script.does(filter(`filter ${at}`), mona)
  script.refused('personal-not-found', { type: 'filter.delete', id: first }, mona)
  script.does({ type: 'filter.delete', id: first + 1 }, mona)
}

function rules(script: GoldenScript, regionId: number, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager)
  script.refused('not-signed-in', rule())
  script.refused('invalid', rule({ threshold: 10_001 }), mona)
  script.refused('invalid', rule({ resourceIds: [regionId] }), mona)
  script.refused('resource-not-found', rule({ resourceType: 'region', resourceIds: [9999] }), mona)
  const id = script.made(rule({ resourceType: 'region', resourceIds: [regionId] }), mona)
  const set = { threshold: 100, severity: 'critical', name: 'Süd' } as const
  script.refused('personal-not-found', { type: 'rule.update', id, set }, script.signedIn(reader))
  script.refused('invalid', { type: 'rule.update', id, set: { threshold: -1 } }, mona)
  script.does({ type: 'rule.update', id, set }, mona)
  const gone = script.made(rule({ severity: 'info' }), mona)
  script.refused('personal-not-found', { type: 'rule.delete', id: gone }, script.signedIn(reader))
  script.does({ type: 'rule.delete', id: gone }, mona)
}

/** Once a crossing, and again when it was below meanwhile. */
function told(script: GoldenScript, regionId: number, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager)
  const general = script.made(rule({ threshold: 1 }), mona)
  const silent = script.made(rule({ threshold: 1 }), script.signedIn(reader))
  const looks: Crossing[] = [1, general, silent, 9999].flatMap(ruleId => [
    { ruleId, resourceType: 'region', resourceId: regionId },
    { ruleId, resourceType: 'country', resourceId: 5 },
  ])
  const review: Command = { type: 'rules.review', crossings: looks }
  script.does(review)
  script.does(hosts(regionId, ['a', 'b', 'c']))
  script.does(review)
  script.does(review)
  for (const read of [true, true, false])
    script.does({ type: 'notification.read', id: 1, isRead: read }, mona)
  script.refused(
    'personal-not-found',
    { type: 'notification.read', id: 1, isRead: true },
    {
      ...script.signedIn(reader),
    },
  )
  const last = script.made(hosts(regionId, ['d']))
  for (let id = last - 3; id <= last; id++) script.does(release(id))
  script.does(review)
  script.does(hosts(regionId, ['e', 'f', 'g']))
  script.does(review)
  script.does({ type: 'rule.update', id: general, set: { isActive: false } }, mona)
  script.does(review)
  script.does({ type: 'rule.update', id: general, set: { isActive: true } }, mona)
  script.does(review)
  script.does({ type: 'notification.delete', id: 2 }, mona)
  script.refused('personal-not-found', { type: 'notification.delete', id: 2 }, mona)
  const crossings = Array.from({ length: 101 }, () => looks[0] as Crossing)
  script.refused('too-many-rows', { type: 'rules.review', crossings })
}

function forgotten(script: GoldenScript, regionId: number, { admin, reader }: Cast): void {
  const before = (ms: number, rowsMax: number): Command => ({
    type: 'personal.tidy',
    notificationsBeforeMs: ms,
    sharesBeforeMs: ms,
    deliveriesBeforeMs: ms,
    jobsBeforeMs: ms,
    rowsMax,
  })
  script.refused('invalid', before(0, 0))
  script.does(before(0, 100))
  script.does(retire(regionId, true))
  const root = script.signedIn(admin, 'admin')
  script.does({ type: 'user.delete', id: reader, ifRevision: null }, root)
  script.does(before(script.timeMs, 1))
  script.does(before(script.timeMs, 1000))
}
