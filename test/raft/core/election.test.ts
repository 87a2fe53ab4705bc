// Elections: Raft §5.2 and §5.4.1.
import t from 'tap'
import { CoreCluster } from './core-cluster.js'
import { CoreNode, emptyDisk, membershipOf } from './core-node.js'
import { append, drain, electAlone, nodeWithLog, vote, voteResponse } from './messages.js'

const granted = (messages: readonly object[]): unknown =>
  (messages.at(-1) as { granted: unknown }).granted

t.test('§5.2: a node that hears nobody for its timeout is elected and leads', async t => {
  const cluster = new CoreCluster([1, 2, 3])
  cluster.tick(9)
  t.same(cluster.roles(), ['follower', 'follower', 'follower'])
  cluster.tick(1)
  t.same(cluster.roles(), ['leader', 'follower', 'follower'])
  cluster.tick(100)
  t.match(cluster.core(3).status(), { term: 1, leaderId: 1, role: 'follower' }, 'and stays')
})

t.test('§5.2: timeouts are drawn from one to just under two election times', async t => {
  for (const [drawn, ticks] of [
    [0, 10],
    [0.5, 15],
    [0.9999, 19],
  ] as const) {
    const node = new CoreNode(1, emptyDisk(membershipOf([1, 2])), {}, () => drawn)
    for (let tick = 1; tick < ticks; tick++) node.core.tick()
    t.equal(node.core.status().role, 'follower', `drawn ${drawn}, after ${ticks - 1} ticks`)
    node.core.tick()
    t.equal(node.core.status().role, 'pre-candidate', `drawn ${drawn}, after ${ticks} ticks`)
  }
})

t.test('§5.2: a voter alone elects itself once its vote is on disk', async t => {
  const node = nodeWithLog([], { voters: [1] })
  node.core.campaign()
  const { write } = node.take()
  t.match(write, { hardState: { term: 1, vote: 1 }, mustSync: true })
  t.equal(node.core.status().role, 'candidate')
  node.persist()
  t.equal(node.core.status().role, 'leader')
})

t.test('§5.2: a vote is given to one candidate a term, and to that one again', async t => {
  const node = nodeWithLog([])
  node.core.step(vote({ from: 2, term: 1 }))
  t.equal(granted(drain(node)), true, 'first to ask')
  node.core.step(vote({ from: 3, term: 1 }))
  t.equal(granted(drain(node)), false, 'second')
  node.core.step(vote({ from: 2, term: 1 }))
  t.equal(granted(drain(node)), true, 'the first again')
})

t.test('a vote is not given twice after a restart', async t => {
  const node = nodeWithLog([])
  node.core.step(vote({ from: 2, term: 1 }))
  drain(node)
  node.crash()
  node.core.step(vote({ from: 3, term: 1 }))
  t.equal(granted(drain(node)), false)
})

t.test('§5.4.1: a vote is refused to a log that is behind', async t => {
  const rows = [
    { lastTerm: 2, lastIndex: 3, granted: true },
    { lastTerm: 2, lastIndex: 2, granted: false },
    { lastTerm: 1, lastIndex: 9, granted: false },
    { lastTerm: 3, lastIndex: 1, granted: true },
  ]
  for (const { granted: expected, ...last } of rows) {
    for (const pre of [false, true]) {
      const node = nodeWithLog([1, 2, 2])
      node.core.step(vote({ from: 2, term: 4, pre, ...last }))
      t.equal(granted(drain(node)), expected, JSON.stringify({ pre, ...last }))
    }
  }
})

t.test('§5.2: a candidate gives up when it hears the leader of its term', async t => {
  const node = nodeWithLog([])
  node.core.campaign()
  for (const pre of [true, true]) {
    node.core.step(voteResponse({ from: 2, term: 1, pre }))
  }
  t.match(node.core.status(), { role: 'candidate', term: 1 })
  node.core.step(append({ from: 3, term: 1 }))
  t.match(node.core.status(), { role: 'follower', term: 1, leaderId: 3 })
})

t.test('§5.2: a candidate that a majority refuses becomes a follower', async t => {
  const node = nodeWithLog([])
  node.core.campaign()
  drain(node)
  for (const from of [2, 3]) {
    node.core.step(voteResponse({ from, term: 0, pre: true, granted: false }))
  }
  t.match(node.core.status(), { role: 'follower', term: 0 })
})

t.test('an answer that comes twice counts once, and none from strangers', async t => {
  const node = nodeWithLog([], { voters: [1, 2, 3, 4, 5] })
  node.core.campaign()
  drain(node)
  for (const from of [2, 2, 2, 9]) {
    node.core.step(voteResponse({ from, term: 1, pre: true }))
  }
  t.equal(node.core.status().role, 'pre-candidate')
})

t.test('§5.1: any higher term makes a leader a follower', async t => {
  const node = nodeWithLog([])
  electAlone(node, [2])
  t.equal(node.core.status().role, 'leader')
  node.core.step({
    type: 'heartbeat-response',
    from: 2,
    to: 1,
    term: 8,
    round: 0,
    clockMs: 0,
  })
  t.match(node.core.status(), { role: 'follower', term: 8, leaderId: 0, vote: 0 })
})

t.test('a learner votes when asked, but never campaigns', async t => {
  const membership = membershipOf([2, 3], { learners: [1] })
  const node = new CoreNode(1, emptyDisk(membership))
  for (let tick = 0; tick < 50; tick++) node.core.tick()
  node.core.campaign()
  t.same(drain(node), [])
  node.core.step(vote({ from: 2, term: 1 }))
  t.equal(granted(drain(node)), true)
})

t.test('a node that may not vote yet neither votes nor campaigns, until it may', async t => {
  const node = nodeWithLog([], { options: { mayVote: false } })
  node.core.step(vote({ from: 2, term: 1, pre: true }))
  t.equal(granted(drain(node)), false, 'pre-vote')
  node.core.step(vote({ from: 2, term: 1 }))
  t.equal(granted(drain(node)), false, 'vote')
  node.core.campaign()
  t.same(drain(node), [])
  node.core.allowVote()
  node.core.step(vote({ from: 2, term: 1 }))
  t.equal(granted(drain(node)), true)
  node.core.campaign()
  t.equal(node.core.status().role, 'pre-candidate')
})

t.test('a node that was removed does not campaign', async t => {
  const node = new CoreNode(1, emptyDisk(membershipOf([2, 3])))
  for (let tick = 0; tick < 50; tick++) node.core.tick()
  t.equal(node.core.status().role, 'follower')
})

t.test('role, term and leader are told when they change, and only then', async t => {
  const cluster = new CoreCluster([1, 2, 3])
  cluster.core(2).campaign()
  t.same(cluster.node(2).take().status, { role: 'pre-candidate', term: 0, leaderId: 0 })
  cluster.core(2).campaign()
  cluster.settle()
  cluster.tick(3)
  for (const node of cluster.nodes.values()) t.equal(node.take().status, null)
})
