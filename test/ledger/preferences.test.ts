import * as fc from 'fast-check'
import t from 'tap'
import { PREFERENCES_BYTES_MAX } from '../../src/ledger/index.js'
import { type Json, type JsonObject, mergeJson, utf8Bytes } from '../../src/ledger/personal/json.js'
import { ANNA, BEN, merge, refusalFor, resultFor, worldOfUsers } from './personal.js'
import { START_MS, type World } from './world.js'

function document(world: World, userId = ANNA): string | undefined {
  return world.rows.personal.preferences(userId)?.document
}

function merged(world: World, ...patches: unknown[]): string | undefined {
  for (const patch of patches) resultFor(world, ANNA, merge(patch), 'preferences')
  return document(world)
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

t.test('what is said is merged into what was said before, at any depth', async t => {
  const world = worldOfUsers()
  const settings = { email_enabled: false, in_app_enabled: true }
  merged(world, { notification_settings: settings, dashboard_layout: { widgets: ['a', 'b'] } })
  const patch = { notification_settings: { in_app_enabled: false }, theme_preference: 'dark' }
  merged(world, patch, { dashboard_layout: { widgets: ['c'] } })
  t.equal(
    document(world),
    JSON.stringify({
      notification_settings: { email_enabled: false, in_app_enabled: false },
      dashboard_layout: { widgets: ['c'] },
      theme_preference: 'dark',
    }),
  )
})

t.test('null takes away and leaves nothing behind; in a list it is a value', async t => {
  const world = worldOfUsers()
  t.equal(merged(world, { a: { b: 1, c: 2 }, d: 3 }), '{"a":{"b":1,"c":2},"d":3}')
  t.equal(merged(world, { a: { b: null }, d: null, e: null }), '{"a":{"c":2}}')
  t.equal(merged(world, { a: [null], b: { c: { d: null } } }), '{"a":[null],"b":{"c":{}}}')
  t.equal(merged(world, { a: { x: 1 }, b: 1 }), '{"a":{"x":1},"b":1}')
})

t.test('names that mean something to JavaScript are data like others', async t => {
  const world = worldOfUsers()
  const patch = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}},"toString":null}'
  for (let times = 0; times < 2; times += 1)
    resultFor(world, ANNA, { type: 'preferences.merge', patch }, 'preferences')
  t.equal(document(world), '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}')
  t.equal(({} as Record<string, unknown>).isAdmin, undefined)
  t.equal(({} as Record<string, unknown>).x, undefined)
})

t.test('one user has one document; history tells its size alone', async t => {
  const world = worldOfUsers()
  const { updatedMs } = resultFor(world, ANNA, merge({ secret: 'ü' }), 'preferences')
  t.equal(updatedMs, START_MS)
  t.equal(document(world, BEN), undefined)
  t.match(world.lastChanges(), [
    {
      action: 'preferences.updated',
      entity: 'preferences',
      entityId: ANNA,
      before: null,
      after: { user_id: ANNA, bytes: 15, revision: world.revision },
    },
  ])
  const { revision } = world
  merged(world, { secret: null })
  t.match(world.lastChanges(), [
    { before: { user_id: ANNA, bytes: 15, revision }, after: { bytes: 2 } },
  ])
  t.notMatch(JSON.stringify(world.rows.changes()), 'secret')
  t.strictSame(world.refusal(merge({})), { code: 'not-signed-in' })
})

t.test('no more than so many bytes of UTF-8 are kept', async t => {
  const world = worldOfUsers()
  const overhead = JSON.stringify({ a: '' }).length
  const room = PREFERENCES_BYTES_MAX - overhead
  merged(world, { a: 'ü'.repeat(room / 2) })
  t.equal(utf8Bytes(document(world) ?? ''), overhead + 2 * Math.floor(room / 2))
  const refused = { code: 'invalid', field: 'preferences' }
  t.match(refusalFor(world, ANNA, merge({ b: 'x'.repeat(20) })), refused)
  t.match(refusalFor(world, ANNA, merge({ a: '\u{1f310}'.repeat(room / 4 + 1) })), refused)
  t.match(refusalFor(world, ANNA, merge({ a: 'x'.repeat(room + 1) })), {
    ...{ ...refused, value: String(PREFERENCES_BYTES_MAX + 1) },
  })
  t.equal(merged(world, { a: 'x'.repeat(room) })?.length, PREFERENCES_BYTES_MAX)
})

t.test('what is no JSON object, or would not come back as it is, is refused', async t => {
  const world = worldOfUsers()
  for (const patch of ['', '{', '[]', 'null', '1', '"a"', '{"a":1e999}', '{"a":[-1e400]}']) {
    const refusal = refusalFor(world, ANNA, { type: 'preferences.merge', patch })
    t.match(refusal, { code: 'invalid', field: 'preferences' }, patch)
  }
  const deep = (patch: string) => ({ type: 'preferences.merge', patch }) as const
  t.match(refusalFor(world, ANNA, deep(nested(21))), { reason: /20 deep/ })
  t.match(refusalFor(world, ANNA, deep(`{"a":${'['.repeat(25_000)}${']'.repeat(25_000)}}`)), {
    ...{ reason: /20 deep/ },
  })
  resultFor(world, ANNA, deep(nested(20)), 'preferences')
  t.equal(document(world), nested(20))
})

/** As RFC 7396 has it, on lists of names and values. */
function slowMerge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  let members: (readonly [string, Json])[] = isObject(target) ? Object.entries(target) : []
  for (const [name, value] of Object.entries(patch)) {
    const old = members.find(([key]) => key === name)?.[1]
    if (value === null) members = members.filter(([key]) => key !== name)
    else if (old === undefined) members = [...members, [name, slowMerge(undefined, value)]]
    else members = members.map(one => (one[0] === name ? [name, slowMerge(old, value)] : one))
  }
  return Object.fromEntries(members)
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const names = fc.constantFrom('a', 'b', '7', '__proto__', 'constructor', 'ü')
const { object } = fc.letrec<{ value: Json; object: JsonObject }>(tie => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<Json>(null, true, 0, 'x'),
    fc.array(fc.constantFrom<Json>(null, 1, { a: null }), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(names, tie('value')), { maxLength: 4 })
    .map(pairs => Object.fromEntries(pairs)),
}))

t.test('merging is what RFC 7396 says, whatever is merged into whatever', async t => {
  fc.assert(
    fc.property(object, object, (target, patch) => {
      const before = JSON.stringify([target, patch])
      const result = mergeJson(target, patch)
      t.equal(JSON.stringify(result), JSON.stringify(slowMerge(target, patch)))
      t.equal(JSON.stringify(mergeJson(result, patch)), JSON.stringify(result), 'once is enough')
      t.equal(JSON.stringify([target, patch]), before, 'what was there is as it was')
    }),
    { numRuns: 300 },
  )
})

t.test('bytes are those of UTF-8', async t => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      t.equal(utf8Bytes(text), Buffer.byteLength(text))
    }),
  )
})
