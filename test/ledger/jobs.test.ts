// Tags of many regions and hosts, at once and by a job.
import t from 'tap'
import {
  type Command,
  JOBS_MAX,
  TAGGED_AT_ONCE_MAX,
  TAGGED_BY_JOB_MAX,
  type TagItem,
  type TagJob,
  type TagOperation,
  type TagOutcome,
} from '../../src/ledger/index.js'
import { jobRow } from '../support/ledger-rows-webhooks.js'
import { asUser, refusalOf } from './office.js'
import { worldOfUsers } from './users.js'
import { allocate, network, release, type World } from './world.js'

const [ANN, BEN, JOE] = [2, 3, 4]
const NOT_FOUND = 'Resource not found'

type Work = { resourceType?: 'region' | 'host'; operation?: TagOperation; tags?: string[] }

const item = (id: number): TagItem => ({ key: `key ${id}`, id })
const items = (count: number) => Array.from({ length: count }, (_, at) => item(at + 1))
const work = ({ resourceType = 'region', operation = 'add', tags = ['a=1'] }: Work) => ({
  ...{ resourceType, operation, tags },
})
const apply = (ids: readonly TagItem[], set: Work = {}): Command => ({
  ...{ type: 'tags.apply', items: ids, ...work(set) },
})
const createJob = (ids: readonly TagItem[], set: Work = {}): Command => ({
  ...{ type: 'job.create', items: ids, ...work(set) },
})
const advance = (id: number, from: number, count: number): Command => ({
  ...{ type: 'job.advance', id, from, count },
})

/** Network 1 (10.5.1.0/24) is a region with the tags, and in it network 2 (10.5.1.64/26); network 3 is none. */
function worldOfRegion(tags: string[] = []): World {
  const world = worldOfUsers()
  const facts = { name: 'Production', owner: null, description: null, tags }
  world.result({ type: 'region.create', place: { cidr: '10.5.1.0/24' }, region: facts })
  world.network('10.5.1.64/26')
  world.network('10.6.0.0/16')
  return world
}

function tagged(world: World, command: Command): readonly TagOutcome[] {
  const outcome = asUser(world, ANN, command)
  if (!outcome.ok || outcome.result.type !== 'tagged') throw new Error(JSON.stringify(outcome))
  return outcome.result.outcomes
}

function madeJob(world: World, command: Command): TagJob {
  const outcome = asUser(world, ANN, command)
  if (!outcome.ok || outcome.result.type !== 'job') throw new Error(JSON.stringify(outcome))
  return outcome.result.job
}

const tagsOf = (world: World, id = 1) => world.ledger.network(id)?.tags

t.test('tags are added, removed by key, and replaced', async t => {
  for (const [before, operation, tags, after] of [
    [[], 'add', ['a=1', 'b'], ['a=1', 'b']],
    [['x', 'a=1', 'b'], 'add', ['c', 'a=2'], ['x', 'a=2', 'b', 'c']],
    [['a=1'], 'add', ['a'], ['a']],
    [['a=1', 'b', 'c=x=y'], 'remove', ['a=other', 'c', 'd'], ['b']],
    [['a=1', 'b'], 'replace', ['c=', 'a=2'], ['c', 'a=2']],
    [['a=1', 'b'], 'replace', [], []],
  ] as [string[], TagOperation, string[], string[]][]) {
    const world = worldOfRegion(before)
    const what = `${operation} ${tags} to ${before}`
    t.strictSame(tagged(world, apply([item(1)], { operation, tags })), [
      { key: 'key 1', error: null },
    ])
    t.strictSame(tagsOf(world), after, what)
    t.match(world.lastChanges(), [
      {
        action: 'network.updated',
        entityId: 1,
        origin: { userId: ANN },
        before: { tags: before },
        after: { tags: after, region_name: 'Production', revision: world.revision },
      },
    ])
  }
})

t.test('what is so already is a success, and leaves nothing', async t => {
  const world = worldOfRegion(['a=1', 'b'])
  const before = world.ledger.network(1)
  for (const [operation, tags] of [
    ['add', ['b', 'a=1']],
    ['add', []],
    ['remove', ['c']],
    ['replace', ['a=1', 'b=']],
  ] as [TagOperation, string[]][]) {
    t.match(tagged(world, apply([item(1)], { operation, tags })), [{ error: null }])
    t.strictSame(world.lastChanges(), [])
  }
  t.strictSame(world.ledger.network(1), before)
})

t.test('what is no region fails by itself', async t => {
  const world = worldOfRegion()
  const ids = [item(0), item(2), item(3), item(1), item(99)]
  t.strictSame(
    tagged(world, apply(ids)).map(({ error }) => error),
    [NOT_FOUND, NOT_FOUND, NOT_FOUND, null, NOT_FOUND],
  )
  t.strictSame([tagsOf(world, 1), tagsOf(world, 2)], [['a=1'], []])
})

t.test('hosts are live addresses and runs in a region, in networks inside it too', async t => {
  const world = worldOfRegion()
  world.result(network('10.5.0.0/16'))
  const claims = [
    [world.allocation(allocate(1)).id, null],
    [world.allocation(allocate(1, { count: 3 })).id, null],
    [world.allocation(allocate(2, { count: 1 }, { tags: ['x', 'a=0'] })).id, null],
    [world.allocation(allocate(1, { prefixLength: 28 })).id, NOT_FOUND],
    [world.allocation(allocate(3)).id, NOT_FOUND],
    [world.allocation(allocate(4)).id, NOT_FOUND],
    [world.allocation(allocate(1)).id, NOT_FOUND],
    [0, NOT_FOUND],
    [99, NOT_FOUND],
  ] as const
  world.result(release(claims[6][0]))
  const ids = claims.map(([id], at) => ({ key: String(at), id }))
  t.strictSame(
    tagged(world, apply(ids, { resourceType: 'host' })).map(({ error }) => error),
    claims.map(([, error]) => error),
  )
  t.strictSame(world.rows.allocation(claims[2][0])?.tags, ['x', 'a=1'])
  t.match(
    world.lastChanges().map(({ action, regionId }) => [action, regionId]),
    [1, 1, 1].map(regionId => ['allocation.updated', regionId]),
  )
})

t.test('a Reserved region is tagged as others are', async t => {
  const world = worldOfRegion()
  const host = world.allocation(allocate(1))
  world.result({ type: 'region.update', id: 1, ifRevision: null, set: { status: 'Reserved' } })
  t.match(tagged(world, apply([item(1)])), [{ error: null }])
  const ofHost = apply([item(host.id)], { resourceType: 'host' })
  t.match(tagged(world, ofHost), [{ error: null }])
})

t.test('a resource has at most 50 tags afterwards', async t => {
  const many = Array.from({ length: 49 }, (_, n) => `t${n}`)
  const world = worldOfRegion(many)
  t.match(tagged(world, apply([item(1)], { tags: ['x', 'y'] })), [{ error: 'more than 50 tags' }])
  t.strictSame(world.lastChanges(), [])
  t.match(tagged(world, apply([item(1)], { tags: ['x', 't1=v'] })), [{ error: null }])
  t.equal(tagsOf(world)?.length, 50)
  const more = [...many, 'x', 'y', 'z']
  world.result({ type: 'network.update', id: 1, ifRevision: null, set: { tags: more } })
  const fewer = apply([item(1)], { operation: 'remove', tags: ['x'] })
  t.match(tagged(world, fewer), [{ error: null }], 'fewer are never too many')
  t.match(refusalOf(asUser(world, ANN, apply([item(1)], { tags: more }))), { field: 'tags' })
})

t.test('what no resource could be is refused as a whole', async t => {
  const world = worldOfRegion()
  for (const create of [apply, createJob]) {
    t.strictSame(world.refusal(create([item(1)])), { code: 'not-signed-in' })
    const refusal = (ids: readonly TagItem[], set: Work = {}) =>
      refusalOf(asUser(world, ANN, create(ids, set)))
    t.match(refusal([]), { code: 'invalid', field: 'resource_ids' })
    t.match(refusal([item(1), item(2), item(1)]), { field: 'resource_ids', value: 'key 1' })
    t.match(refusal([item(1)], { tags: ['=x'] }), { field: 'tags' })
    t.match(refusal([item(1)], { tags: ['a=1', 'a=2'] }), { field: 'tags' })
    const max = create === apply ? TAGGED_AT_ONCE_MAX : TAGGED_BY_JOB_MAX
    const tooMany = { code: 'too-many-rows', rows: max + 1, rowsMax: max }
    t.strictSame(refusal(items(max + 1)), tooMany)
  }
})

t.test('a job begins with nothing done', async t => {
  const world = worldOfRegion()
  const job = madeJob(world, createJob(items(120), { tags: ['a=', 'b=1'] }))
  t.strictSame(job, {
    id: 1,
    userId: ANN,
    resourceType: 'region',
    operation: 'add',
    tags: ['a', 'b=1'],
    items: items(120),
    outcomes: [],
    createdMs: world.timeMs,
    startedMs: null,
    completedMs: null,
    revision: world.revision,
  })
  t.strictSame(world.rows.jobs.job(1), job)
  t.match(world.lastChanges(), [
    { action: 'job.created', after: { user_id: ANN, total: 120, successful: 0, failed: 0 } },
  ])
  t.notMatch(JSON.stringify(world.lastChanges()), /key/)
})

t.test('a job goes on where it is, in the name of whoever asked for it', async t => {
  const world = worldOfRegion()
  const job = madeJob(world, createJob(items(120)))
  world.timeMs += 5
  t.strictSame(world.result(advance(1, 0, 100)), { type: 'slice', rows: 100, more: true })
  t.match(world.lastChanges(), [
    { action: 'network.updated', origin: { actor: 'ann', userId: ANN, clientAddress: null } },
  ])
  t.match(world.rows.jobs.job(1), { startedMs: world.timeMs, completedMs: null })
  t.equal(world.rows.jobs.job(1)?.revision, job.revision, 'the last slice is told of')
  for (const from of [0, 99, 101, 120]) {
    t.strictSame(world.result(advance(1, from, 20)), { type: 'slice', rows: 0, more: true })
    t.strictSame(world.lastChanges(), [], 'it is elsewhere')
  }
  world.timeMs += 5
  t.strictSame(world.result(advance(1, 100, 100)), { type: 'slice', rows: 20, more: false })
  const done = world.rows.jobs.job(1)
  t.strictSame(done?.outcomes, [null, ...Array.from({ length: 119 }, () => NOT_FOUND)])
  t.match(done, { startedMs: world.timeMs - 5, completedMs: world.timeMs })
  t.match(world.lastChanges(), [
    {
      action: 'job.completed',
      before: { successful: 0, failed: 0, completed_at: null, revision: job.revision },
      after: { total: 120, successful: 1, failed: 119, revision: world.revision },
    },
  ])
  for (const command of [advance(1, 120, 1), advance(1, 100, 100), advance(9, 0, 1)])
    t.strictSame(world.result(command), { type: 'slice', rows: 0, more: false })
})

t.test('a slice has its bounds', async t => {
  const world = worldOfRegion()
  madeJob(world, createJob(items(3)))
  for (const count of [0, -1, 1.5, TAGGED_AT_ONCE_MAX + 1])
    t.match(world.refusal(advance(1, 0, count)), { code: 'invalid', field: 'count' })
})

t.test('who may not tag any more does not by a job either', async t => {
  for (const end of [
    { type: 'user.delete', id: ANN, ifRevision: null },
    { type: 'user.update', id: ANN, ifRevision: null, set: { isActive: false } },
    { type: 'user.update', id: ANN, ifRevision: null, set: { role: 'user' } },
  ] as Command[]) {
    const world = worldOfRegion()
    madeJob(world, createJob([item(1), item(2)]))
    world.result(end)
    t.strictSame(world.result(advance(1, 0, 100)), { type: 'slice', rows: 2, more: false })
    t.strictSame(tagsOf(world), [])
    t.strictSame(world.rows.jobs.job(1)?.outcomes, ['Not permitted', 'Not permitted'])
    t.match(world.lastChanges(), [{ action: 'job.completed', after: { failed: 2 } }])
  }
})

t.test('a user has so many jobs under way', async t => {
  const world = worldOfRegion()
  for (let n = 0; n < JOBS_MAX; n += 1) madeJob(world, createJob([item(1)]))
  t.strictSame(refusalOf(asUser(world, ANN, createJob([item(1)]))), {
    ...{ code: 'too-many-personal', noun: 'jobs', max: JOBS_MAX },
  })
  t.match(asUser(world, BEN, createJob([item(1)])), { ok: true })
  world.result(advance(1, 0, 1))
  t.equal(madeJob(world, createJob([item(1)])).id, JOBS_MAX + 2)
  world.rows.jobs.saveJob(jobRow({ id: 99, userId: JOE }))
  t.equal(world.rows.jobs.openJobCount(JOE), 1)
})
