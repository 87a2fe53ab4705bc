// Linearizable reads: thesis 6.4.
import t from 'tap'
import type { Message } from '../../../src/raft/core/index.js'
import { CoreCluster } from './core-cluster.js'
import { accepted, drain, electAlone, heartbeat, nodeWithLog } from './messages.js'

/** Node 1 leads nodes 2 and 3, and has committed its empty entry at index 1. */
function leader(options = {}): ReturnType<typeof nodeWithLog> {
  const node = nodeWithLog([], { options })
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 1))
  drain(node)
  return node
}

function answered(from: number, round: number, term = 1): Message {
  return { type: 'heartbeat-response', from, to: 1, term, round, clockMs: 0 }
}

function roundsOf(messages: readonly Message[]): number[] {
  return messages.flatMap(each => (each.type === 'heartbeat' && each.to === 2 ? [each.round] : []))
}

t.test('a read is answered when a majority has answered a heartbeat sent after it', async t => {
  const node = leader()
  node.core.readIndex(7, true)
  t.same(roundsOf(drain(node)), [1])
  t.same(node.readStates, [])
  node.core.step(answered(2, 1))
  drain(node)
  t.same(node.readStates, [{ context: 7, index: 1 }])
})

t.test('reads that wait share a round; those that come during one share the next', async t => {
  const node = leader()
  for (const context of [1, 2]) node.core.readIndex(context, true)
  t.same(roundsOf(drain(node)), [1])
  for (const context of [3, 4]) node.core.readIndex(context, true)
  t.same(roundsOf(drain(node)), [])
  node.core.step(answered(3, 1))
  t.same(roundsOf(drain(node)), [2])
  t.same(
    node.readStates.map(state => state.context),
    [1, 2],
  )
  node.core.step(answered(3, 1))
  drain(node)
  t.equal(node.readStates.length, 2, 'an old answer proves nothing for the new round')
  node.core.step(answered(2, 2))
  drain(node)
  t.equal(node.readStates.length, 4)
})

t.test('a round whose heartbeats were lost goes again with the next ones', async t => {
  const node = leader()
  node.core.readIndex(1, true)
  drain(node)
  node.core.tick()
  t.same(roundsOf(drain(node)), [1])
})

t.test('heartbeats carry no round when no read waits', async t => {
  const node = leader()
  node.core.tick()
  t.same(roundsOf(drain(node)), [0])
  node.core.step(heartbeat({ from: 2, term: 2, round: 9 }))
  t.match(drain(node), [{ type: 'heartbeat-response', round: 9 }], 'and followers echo them')
})

t.test('answers of learners and strangers do not make a majority', async t => {
  const node = leader()
  node.core.readIndex(1, true)
  drain(node)
  node.core.step(answered(9, 1))
  node.core.step(answered(2, 0))
  node.core.step(answered(2, 5))
  drain(node)
  t.same(node.readStates, [])
})

t.test('a new leader answers no read before it has committed an entry of its term', async t => {
  const node = nodeWithLog([1, 1], { commit: 1 })
  electAlone(node, [2])
  node.core.readIndex(1, true)
  t.same(roundsOf(drain(node)), [])
  node.core.step(accepted(2, 2, 3))
  t.same(roundsOf(drain(node)), [1])
  node.core.step(answered(2, 1, 2))
  drain(node)
  t.same(node.readStates, [{ context: 1, index: 3 }])
})

t.test('a voter alone answers by itself', async t => {
  const cluster = new CoreCluster([1]).elect(1)
  cluster.core(1).readIndex(5, true)
  t.same(cluster.node(1).take().readStates, [{ context: 5, index: 1 }])
})

t.test("the leader's own word is given at once", async t => {
  const node = leader()
  node.core.readIndex(1, false)
  t.same(node.take().readStates, [{ context: 1, index: 1 }])
})

t.test('a follower asks its leader', async t => {
  for (const quorum of [true, false]) {
    const cluster = new CoreCluster([1, 2, 3]).elect(1)
    cluster.core(2).readIndex(8, quorum)
    cluster.settle()
    t.same(cluster.node(2).readStates, [{ context: 8, index: 1 }], `quorum: ${quorum}`)
    const heartbeats = cluster.sent.filter(each => each.type === 'heartbeat')
    t.equal(heartbeats.length > 0, quorum)
  }
})

t.test('a node that knows no leader refuses', async t => {
  const node = nodeWithLog([])
  node.core.readIndex(1, true)
  t.same(node.take().readStates, [{ context: 1, index: 0 }])
})

t.test('a node asked by mistake refuses', async t => {
  const node = nodeWithLog([], { term: 3 })
  const asked = { type: 'read-index', from: 2, to: 1, context: 4, quorum: true } as const
  for (const term of [2, 3]) {
    node.core.step({ ...asked, term })
    t.match(drain(node), [{ type: 'read-index-response', to: 2, context: 4, index: 0 }])
  }
})

t.test('reads are refused when leadership is lost, at home and abroad', async t => {
  const node = leader()
  node.core.readIndex(1, true)
  drain(node)
  node.core.readIndex(2, true)
  node.core.step({ type: 'read-index', from: 3, to: 1, term: 1, context: 9, quorum: true })
  node.core.step(heartbeat({ from: 2, term: 2 }))
  const messages = drain(node)
  t.same(node.readStates, [
    { context: 1, index: 0 },
    { context: 2, index: 0 },
  ])
  t.match(messages[0], { type: 'read-index-response', to: 3, context: 9, index: 0 })
})

t.test(
  'a follower gives up its reads when it learns of another leader, or loses the one it has',
  async t => {
    const ask = (): ReturnType<typeof nodeWithLog> => {
      const node = nodeWithLog([])
      node.core.step(heartbeat({ from: 2, term: 1 }))
      node.core.readIndex(1, true)
      drain(node)
      t.same(node.readStates, [])
      return node
    }
    const refused = [{ context: 1, index: 0 }]
    const elected = ask()
    elected.core.step(heartbeat({ from: 3, term: 2 }))
    drain(elected)
    t.same(elected.readStates, refused, 'another leader')
    const broken = ask()
    broken.core.peerUnreachable(2)
    drain(broken)
    t.same(broken.readStates, refused, 'broken link')
    const campaigning = ask()
    campaigning.core.campaign()
    drain(campaigning)
    t.same(campaigning.readStates, refused, 'campaign')
    const silent = ask()
    for (let tick = 0; tick < 20; tick++) {
      silent.core.step(heartbeat({ from: 2, term: 1 }))
      silent.core.tick()
    }
    drain(silent)
    t.same(silent.readStates, refused, 'a lost answer')
    const late = {
      type: 'read-index-response',
      from: 2,
      to: 1,
      term: 1,
      context: 1,
      index: 9,
    } as const
    silent.core.step(late)
    drain(silent)
    t.same(silent.readStates, refused, 'which comes too late, after all')
  },
)

t.test('an answer outlives the term it was given in', async t => {
  const node = nodeWithLog([])
  node.core.step(heartbeat({ from: 2, term: 1 }))
  node.core.readIndex(1, true)
  drain(node)
  node.core.step({ type: 'read-index-response', from: 2, to: 1, term: 2, context: 1, index: 6 })
  drain(node)
  t.same(node.readStates, [{ context: 1, index: 6 }])
})

t.test('only so many reads may wait', async t => {
  const node = leader({ pendingReadsMax: 2 })
  for (const context of [1, 2, 3]) node.core.readIndex(context, true)
  drain(node)
  t.same(node.readStates, [{ context: 3, index: 0 }], 'at the leader')
  const follower = nodeWithLog([], { options: { pendingReadsMax: 2 } })
  follower.core.step(heartbeat({ from: 2, term: 1 }))
  for (const context of [1, 2, 3]) follower.core.readIndex(context, true)
  drain(follower)
  t.same(follower.readStates, [{ context: 3, index: 0 }], 'at a follower')
})

t.test('a deposed leader that is cut off answers no read', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.isolate(1)
  cluster.core(2).campaign()
  cluster.core(3).campaign()
  cluster.settle()
  cluster.propose(3, 'newer')
  cluster.settle()
  cluster.core(1).readIndex(1, true)
  cluster.settle()
  t.same(cluster.node(1).readStates, [])
  cluster.tick(20, [1])
  t.same(cluster.node(1).readStates, [{ context: 1, index: 0 }])
})
