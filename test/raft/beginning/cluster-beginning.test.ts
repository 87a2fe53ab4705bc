// Nodes on their way to a cluster: handshakes, restarts, wiped disks, in order and in any order.
import fc from 'fast-check'
import t from 'tap'
import { ClusterBeginning } from '../../../src/raft/beginning/cluster-beginning.js'
import { announce, BeginningNode, dial, settle } from './beginning-network.js'
import { begunPeer, dataOf, emptyPeer, listOf, membersOf } from './beginning-support.js'

const LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function ownOf(nodeId: number) {
  const [line] = listOf(nodeId)
  if (line === undefined) throw new Error('every node has a line')
  return { ...line, dataUuid: dataOf(nodeId), logEmpty: true, beginning: null }
}

function nodes(...listed: number[]): readonly [BeginningNode, BeginningNode, BeginningNode] {
  return [new BeginningNode(1, listed), new BeginningNode(2, listed), new BeginningNode(3, listed)]
}

async function finish(...several: readonly BeginningNode[]): Promise<void> {
  for (const node of several) node.finishRecord?.()
  await settle()
}

t.test('three empty nodes that meet become members with the same list', async t => {
  const [one, two, three] = nodes(1, 2, 3)
  t.ok(dial(one, two) && dial(three, one))
  await finish(one)
  t.equal(one.beginning.state().type, 'member')
  announce(one, two)
  announce(one, three)
  await finish(two, three)
  const data = { 1: 'data-1-0', 2: 'data-2-0', 3: 'data-3-0' }
  for (const node of [one, two, three]) {
    t.same(node.recorded, membersOf([1, 2, 3], data))
    t.same(await node.beginning.begun, node.recorded)
  }
})

t.test('a node is a member only once its record is on disk', async t => {
  const [one, two, three] = nodes(1, 2, 3)
  dial(one, two)
  dial(one, three)
  t.equal(one.beginning.state().type, 'gathering')
  t.not(one.finishRecord, null, 'the record is under way')
  t.same(one.beginning.own().beginning?.length, 3, 'and peers no longer count it as empty')
  await finish(one)
  t.equal(one.beginning.state().type, 'member')
})

t.test('a founder that dies before its record is on disk starts over', async t => {
  const [one, two, three] = nodes(1, 2, 3)
  dial(one, two)
  dial(one, three)
  one.start()
  t.equal(one.beginning.state().type, 'gathering')
  dial(two, one)
  dial(three, one)
  await finish(one)
  t.equal(one.beginning.state().type, 'member')
})

t.test('a node that was away while the others began comes back as a member', async t => {
  const [one, two, three] = nodes(1, 2, 3)
  dial(one, two)
  dial(one, three)
  await finish(one)
  three.start()
  dial(two, one)
  await finish(two)
  t.ok(dial(three, two), 'the second knows the third by its data')
  await finish(three)
  t.same(three.recorded, one.recorded)
})

t.test('a node that comes back with a new disk is refused and never a member', async t => {
  const [one, two, three] = nodes(1, 2, 3)
  dial(one, two)
  dial(one, three)
  await finish(one)
  three.wipe()
  t.notOk(dial(three, one), 'refused as it dials')
  t.notOk(dial(one, three), 'refused as it is dialed')
  t.ok(dial(two, three), 'a node that has not begun cannot tell')
  dial(one, two)
  await finish(one, two, three)
  t.equal(two.beginning.state().type, 'member', 'the second has no need of the third')
  t.notOk(dial(two, three), 'and now it can tell')
  t.equal(three.beginning.state().type, 'waiting')
  t.equal(three.beginning.refusal()?.code, 'other-data')
  t.equal(three.recorded, null)
})

t.test('a joiner keeps how its cluster began once a member has accepted it', async t => {
  const beginning = new ClusterBeginning({ listed: [], join: true }, ownOf(4), {
    record: async () => {},
    log: LOG,
  })
  beginning.start()
  t.equal(beginning.state().type, 'waiting')
  t.same(beginning.peers(), [])
  beginning.onPeer(begunPeer(2))
  t.same(await beginning.begun, membersOf([1, 2, 3]))
  t.equal(beginning.state().type, 'member')
})

t.test('whoever found a joiner becomes one of its peers', async t => {
  const beginning = new ClusterBeginning({ listed: [], join: true }, ownOf(4), {
    record: () => new Promise(() => {}),
    log: LOG,
  })
  const seen: unknown[] = []
  beginning.onChange(() => seen.push(beginning.peers()))
  beginning.start()
  beginning.onPeer(emptyPeer(9, { listed: [] }))
  t.same(seen.at(-1), [{ nodeId: 9, raftAddress: 'node9:5000' }])
})

t.test('once begun, a node’s own word about its address is younger than the record', async t => {
  const [one, two] = membersOf([1, 2], { 1: 'data-1', 2: 'data-2' }) as [object, object]
  const recorded = [one, { ...two, raftAddress: '' }] as never
  const own = { ...ownOf(1), logEmpty: false, beginning: recorded }
  const config = { listed: listOf(1), join: false }
  const beginning = new ClusterBeginning(config, own, { record: async () => {}, log: LOG })
  beginning.start()
  t.same(beginning.peers(), [], 'a node that was standalone has no address on record')
  beginning.onPeer(begunPeer(2, { listed: [], raftAddress: 'node2:6000' }))
  t.same(beginning.peers(), [{ nodeId: 2, raftAddress: 'node2:6000' }])
  t.match(beginning.met(), [{ nodeId: 2, named: false }])
  const line = { nodeId: 2, raftAddress: 'node2:7000', apiAddress: 'node2:8080' }
  beginning.onPeer(begunPeer(2, { listed: [line], raftAddress: 'node2:7000' }))
  t.same(beginning.peers(), [{ nodeId: 2, raftAddress: 'node2:7000' }])
  t.match(beginning.met(), [{ nodeId: 2, named: true }])
  beginning.onPeerLost(2)
  t.same(beginning.met(), [], 'who is not connected says nothing')
})

t.test('a stale word of a begun peer does not make it empty again', async t => {
  const disk = { ...ownOf(1), dataUuid: 'new-disk' }
  const config = { listed: listOf(1, 2, 3), join: false }
  const beginning = new ClusterBeginning(config, disk, { record: async () => {}, log: LOG })
  beginning.start()
  beginning.onPeer(begunPeer(2))
  beginning.onPeer(emptyPeer(3))
  beginning.onPeer(emptyPeer(2))
  beginning.onPeerLost(2)
  beginning.onPeer(emptyPeer(2))
  t.equal(beginning.state().type, 'waiting')
})

t.test('a record that fails is the end of it', async t => {
  const config = { listed: listOf(1), join: false }
  const record = () => Promise.reject(new Error('the disk is full'))
  const beginning = new ClusterBeginning(config, ownOf(1), { record, log: LOG })
  beginning.start()
  await t.rejects(beginning.begun, new Error('the disk is full'))
  t.not(beginning.state().type, 'member')
})

type Step =
  | { readonly type: 'dial' | 'announce' | 'lose'; readonly from: number; readonly to: number }
  | { readonly type: 'finish' | 'restart'; readonly node: number }

const place = fc.integer({ min: 0, max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('dial' as const, 'announce' as const, 'lose' as const),
      from: place,
      to: place,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('finish' as const, 'restart' as const),
      node: place,
    }),
  },
)

/** The lowest id meets the others and records, so that many histories come to a majority. */
const FOUNDING: readonly Step[] = [
  { type: 'dial', from: 1, to: 0 },
  { type: 'dial', from: 0, to: 2 },
  { type: 'finish', node: 0 },
]

async function run(several: readonly BeginningNode[], steps: readonly Step[], links: Set<string>) {
  for (const one of steps) {
    if ('node' in one) {
      const node = several[one.node]
      if (one.type === 'finish') node?.finishRecord?.()
      else {
        node?.start()
        for (const link of [...links]) if (link.includes(String(one.node))) links.delete(link)
      }
    } else {
      const [from, to] = [several[one.from], several[one.to]]
      if (from === undefined || to === undefined || from === to) continue
      const link = `${one.from}-${one.to}`
      if (one.type === 'dial' && dial(from, to)) links.add(link)
      if (one.type === 'announce' && links.has(link)) announce(from, to)
      if (one.type === 'lose' && links.delete(link)) {
        from.policy.lost(to.nodeId)
        to.policy.lost(from.nodeId)
      }
    }
    await settle()
  }
}

function recordedLists(several: readonly BeginningNode[]): string[] {
  return several.flatMap(node => (node.recorded === null ? [] : [JSON.stringify(node.recorded)]))
}

t.test('in any order, one list is recorded and all become members when all can meet', async t => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
    const several = nodes(1, 2, 3)
    await run(several, steps, new Set())
    for (let round = 0; round < 3; round++)
      for (const from of several)
        for (const to of several)
          if (from !== to) {
            dial(from, to)
            await finish(...several)
          }
    const lists = recordedLists(several)
    return lists.length === 3 && new Set(lists).size === 1
  })
  await fc.assert(property, { numRuns: 150 })
  t.pass('150 histories')
})

t.test('one wiped disk never makes a second list once a majority has the first', async t => {
  let majorities = 0
  const steps = fc.array(step, { maxLength: 25 })
  const property = fc.asyncProperty(steps, place, steps, async (before, wiped, after) => {
    const several = nodes(1, 2, 3)
    const links = new Set<string>()
    await run(several, [...FOUNDING, ...before], links)
    const lists = recordedLists(several)
    const majority = lists.length >= 2 ? lists[0] : undefined
    several[wiped]?.wipe()
    for (const link of [...links]) if (link.includes(String(wiped))) links.delete(link)
    await run(several, after, links)
    if (majority === undefined) return true
    majorities += 1
    const bound = several[wiped]?.recorded === null
    return bound && recordedLists(several).every(list => list === majority)
  })
  await fc.assert(property, { numRuns: 300 })
  t.ok(majorities > 10, `${majorities} of the histories had a majority`)
})
