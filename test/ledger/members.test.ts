// The address book: wishes for members, one at a time, and ids that are never used again.
import t from 'tap'
import { COMMAND_VERSION, type Command, MEMBERS_MAX } from '../../src/ledger/index.js'
import { World } from './world.js'

const add = (nodeId: number, replaces: number | null = null, at = `n${nodeId}:5001`): Command => ({
  type: 'member.add',
  nodeId,
  raftAddress: at,
  apiAddress: '',
  replaces,
})
const remove = (nodeId: number): Command => ({ type: 'member.remove', nodeId })
const keep = (nodeId: number): Command => ({ type: 'member.keep', nodeId })
const forget = (nodeId: number): Command => ({ type: 'member.forget', nodeId })
const bind = (nodeId: number, dataUuid: string): Command => ({
  type: 'member.update',
  nodeId,
  set: { dataUuid },
})

const book = (world: World) =>
  (world.ledger.cluster()?.members ?? []).map(({ nodeId, leaving, replaces }) =>
    [nodeId, leaving && 'leaving', replaces && `for ${replaces}`].filter(Boolean).join(' '),
  )

t.test('a node is added without data, and bound to the first that is met', async t => {
  const world = new World()
  world.result(add(2))
  t.strictSame(world.ledger.cluster()?.members[1], {
    nodeId: 2,
    raftAddress: 'n2:5001',
    apiAddress: '',
    dataUuid: null,
  })
  t.match(world.lastChanges(), [
    { action: 'member.added', entity: 'cluster', before: null, after: { node_id: 2 } },
  ])
  world.result(bind(2, 'd-2'))
  t.strictSame(world.ledger.cluster()?.members[1]?.dataUuid, 'd-2')
  world.result(bind(2, 'd-2'))
  t.strictSame(world.lastChanges(), [], 'said twice it changes nothing')
  t.match(world.refusal(bind(2, 'd-x')), { code: 'member-other-data', nodeId: 2 })
  t.match(world.refusal(bind(9, 'd-9')), { code: 'member-not-found', nodeId: 9 })
})

t.test('ids and addresses are unique, and an id is never used again', async t => {
  const world = new World()
  t.match(world.refusal(add(1)), { code: 'member-exists', raftAddress: 'n1:5001' })
  t.match(world.refusal(add(2, null, 'n1:5001')), { code: 'member-address-taken', nodeId: 1 })
  t.match(world.refusal(add(2, null, '')), { code: 'invalid', field: 'addr' })
  world.result(add(2))
  t.match(world.refusal(forget(2)), { code: 'member-not-leaving' })
  world.result(remove(2))
  world.result(remove(2))
  t.strictSame(world.lastChanges(), [], 'a wish said twice')
  t.strictSame(book(world), ['1', '2 leaving'])
  world.result(forget(2))
  t.strictSame(book(world), ['1'])
  t.strictSame(world.ledger.cluster()?.removed, [2])
  t.match(world.refusal(add(2)), { code: 'member-id-used', nodeId: 2 })
  t.match(world.refusal(remove(2)), { code: 'member-not-found' })
  t.strictSame(world.result(forget(2)), { type: 'none' })
  t.strictSame(world.reopened().cluster(), world.ledger.cluster())
})

t.test('one change at a time, and the last member stays', async t => {
  const world = new World()
  t.match(world.refusal(remove(1)), { code: 'last-member', nodeId: 1 })
  world.result(add(2))
  world.result(add(3))
  world.result(remove(2))
  for (const command of [remove(3), add(4), add(4, 1)])
    t.match(world.refusal(command), { code: 'member-change-under-way', nodeId: 2 })
  world.result(forget(2))
  world.result(remove(3))
})

t.test('a replacement is one wish, and taking the new node away takes it back', async t => {
  const world = new World()
  world.result(add(2))
  t.match(world.refusal(add(3, 9)), { code: 'member-not-found', nodeId: 9 })
  t.strictSame(book(world), ['1', '2'])
  world.result(add(3, 2))
  t.strictSame(book(world), ['1', '2 leaving', '3 for 2'])
  world.result(remove(3))
  t.strictSame(book(world), ['1', '2', '3 leaving'])
  t.match(world.refusal(forget(2)), { code: 'member-not-leaving' }, 'a late word of the leader')
  world.result(forget(3))

  world.result(add(4, 2))
  world.result(forget(2))
  t.strictSame(book(world), ['1', '4'])
  t.strictSame(world.ledger.cluster()?.removed, [2, 3])
})

t.test('a removal is taken back as long as the node is there', async t => {
  const world = new World()
  world.result(add(2))
  t.match(world.refusal(keep(2)), { code: 'member-not-leaving', nodeId: 2 })
  t.match(world.refusal(keep(9)), { code: 'member-not-found', nodeId: 9 })
  world.result(remove(2))
  world.result(keep(2))
  t.match(world.lastChanges(), [{ action: 'member.changed', after: { leaving: false } }])
  t.strictSame(book(world), ['1', '2'])
  t.match(world.refusal(forget(2)), { code: 'member-not-leaving' }, 'a late word of the leader')
  world.result(add(3, 2))
  world.result(keep(2))
  t.strictSame(book(world), ['1', '2', '3 leaving'], 'who was to replace it goes')
  world.result(forget(3))
  t.match(world.refusal(keep(3)), { code: 'member-not-found', nodeId: 3 })
  t.strictSame(world.reopened().cluster(), world.ledger.cluster())
})

t.test('that a removal is forced is part of the wish, and may be said later', async t => {
  const world = new World()
  world.result(add(2))
  world.result(remove(2))
  t.equal(world.ledger.cluster()?.members[1]?.forced, undefined)
  const forced: Command = { type: 'member.remove', nodeId: 2, forced: true }
  world.result(forced)
  t.match(world.lastChanges(), [{ action: 'member.leaving', after: { forced: true } }])
  world.result(forced)
  world.result(remove(2))
  t.strictSame(world.lastChanges(), [], 'said once more it changes nothing')
  t.match(world.ledger.cluster()?.members[1], { leaving: true, forced: true })
  t.strictSame(world.reopened().cluster(), world.ledger.cluster())
  world.result(keep(2))
  t.strictSame(Object.keys(world.ledger.cluster()?.members[1] ?? {}), [
    'nodeId',
    'raftAddress',
    'apiAddress',
    'dataUuid',
  ])
})

t.test('the state says how new a program must be to go on from it', async t => {
  const world = new World()
  world.result(add(2))
  world.result(remove(2))
  t.equal(world.ledger.cluster()?.commandVersion, undefined, 'the first version')
  world.refusal(keep(9))
  t.equal(world.ledger.cluster()?.commandVersion, undefined, 'what was refused left nothing')
  world.result(keep(2))
  t.equal(world.ledger.cluster()?.commandVersion, 2)
  world.result(remove(2))
  t.equal(world.ledger.cluster()?.commandVersion, 2, 'and stays')
  t.strictSame(world.reopened().cluster(), world.ledger.cluster())
  const newer = world.request(keep(2), { version: COMMAND_VERSION + 1 })
  t.throws(() => world.apply(newer), /knows versions up to/)
})

t.test('a member may be the only one of its cluster and be replaced', async t => {
  const world = new World()
  world.result(add(2, 1))
  t.strictSame(book(world), ['1 leaving', '2 for 1'])
})

t.test('an address changes apart from all else, and there is a limit to members', async t => {
  const world = new World()
  world.result({
    type: 'member.update',
    nodeId: 1,
    set: { raftAddress: 'moved:1', apiAddress: 'a:2' },
  })
  t.match(world.ledger.cluster()?.members, [{ raftAddress: 'moved:1', dataUuid: 'd-1' }])
  for (let nodeId = 2; nodeId <= MEMBERS_MAX; nodeId++) world.result(add(nodeId))
  t.match(world.refusal(add(MEMBERS_MAX + 1)), { code: 'too-many-members', what: 'members' })
  t.match(new World(false).refusal(add(2)), { code: 'invalid' }, 'before the cluster is founded')
})
