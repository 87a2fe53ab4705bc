// Disturbances that healthy clusters must not feel: thesis 9.6 (pre-vote), 6.2 (check quorum), 4.2.3 (leader stickiness).
import t from 'tap'
import { encodeMembershipChange } from '../../../src/raft/core/membership-codec.js'
import { CoreCluster } from './core-cluster.js'
import { CoreNode, emptyDisk, membershipOf } from './core-node.js'
import { drain, electAlone, heartbeat, nodeWithLog, vote, voteResponse } from './messages.js'

t.test('9.6: a pre-vote changes neither term nor vote of anyone', async t => {
  const node = nodeWithLog([])
  node.core.step(vote({ from: 2, term: 1, pre: true }))
  node.core.step(vote({ from: 3, term: 1, pre: true }))
  const answers = drain(node)
  t.match(answers, [{ granted: true }, { granted: true }], 'any number may be granted')
  t.match(node.core.status(), { term: 0, vote: 0 })
  node.core.campaign()
  t.match(node.core.status(), { role: 'pre-candidate', term: 0, vote: 0 })
})

t.test('9.6: a node that was cut off returns without unseating the leader', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.isolate(3)
  cluster.tick(200)
  t.match(cluster.core(3).status(), { role: 'pre-candidate', term: 1 })
  cluster.propose(1, 'meanwhile')
  cluster.settle()
  cluster.heal()
  cluster.tick(30)
  t.match(cluster.core(1).status(), { role: 'leader', term: 1 })
  t.equal(cluster.core(3).status().commit, cluster.core(1).status().commit)
})

t.test(
  '4.2.3: who hears a leader ignores votes of later terms, unless the leader itself hands over',
  async t => {
    const node = nodeWithLog([])
    node.core.step(heartbeat({ from: 2, term: 1 }))
    drain(node)
    for (const pre of [true, false]) {
      node.core.step(vote({ from: 3, term: 5, pre }))
      t.same(drain(node), [], `pre: ${pre}`)
    }
    node.core.step(vote({ from: 3, term: 5, force: true }))
    t.match(drain(node), [{ granted: true, term: 5 }])
  },
)

t.test('4.2.3: a leader that was silent for an election time protects nobody', async t => {
  const node = nodeWithLog([], { options: { electionTicks: 10 } })
  node.core.step(heartbeat({ from: 2, term: 1 }))
  for (let tick = 0; tick < 9; tick++) node.core.tick()
  node.core.step(vote({ from: 3, term: 2, pre: true }))
  t.same(
    drain(node).filter(message => message.type === 'vote-response'),
    [],
  )
  node.core.step(heartbeat({ from: 2, term: 1 }))
  for (let tick = 0; tick < 10; tick++) node.core.tick()
  drain(node)
  node.core.step(vote({ from: 3, term: 2, pre: true }))
  t.match(drain(node), [{ granted: true }])
})

t.test('followers whose links to the leader broke elect another without waiting', async t => {
  for (const [first, second] of [
    [2, 3],
    [3, 2],
  ] as const) {
    const cluster = new CoreCluster([1, 2, 3]).elect(1)
    cluster.isolate(1)
    cluster.core(first).campaign()
    cluster.core(second).campaign()
    cluster.settle()
    t.match(cluster.core(3).status(), { role: 'leader', term: 2 }, `${first} was first to notice`)
    t.match(cluster.core(2).status(), { role: 'follower', leaderId: 3 })
  }
})

t.test('of two pre-candidates the one with the lesser log gives way, whatever its id', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.isolate(3)
  cluster.propose(1, 'only on 1 and 2')
  cluster.settle()
  cluster.isolate(1)
  cluster.core(2).campaign()
  cluster.core(3).campaign()
  cluster.settle()
  t.match(cluster.core(2).status(), { role: 'leader', term: 2 })
})

t.test('a node whose own link broke is refused by those that hear the leader', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.core(3).campaign()
  cluster.settle()
  t.match(cluster.core(3).status(), { role: 'pre-candidate', leaderId: 0 })
  cluster.tick(1)
  t.match(cluster.core(3).status(), { role: 'follower', leaderId: 1, term: 1 })
  t.equal(cluster.core(1).status().role, 'leader')
})

t.test('6.2: a leader that hears no majority for an election time steps down', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.isolate(2)
  cluster.tick(30, [1, 3])
  t.equal(cluster.core(1).status().role, 'leader', 'one follower is enough')
  cluster.isolate(1)
  cluster.tick(20, [1])
  t.match(cluster.core(1).status(), { role: 'follower', term: 1, leaderId: 0 })
  t.equal(cluster.propose(1, 'too late'), 'not-leader')
})

t.test('6.2: learners do not keep a leader in office', async t => {
  const node = nodeWithLog([])
  electAlone(node, [2])
  const change = { type: 'learner', nodeId: 4 } as const
  node.core.step({
    type: 'append-response',
    from: 2,
    to: 1,
    term: 1,
    accepted: true,
    matchIndex: 1,
  })
  drain(node)
  node.core.proposeChange({ transition: 'auto', changes: [change], context: new Uint8Array() }, 0)
  drain(node)
  node.core.step({
    type: 'append-response',
    from: 2,
    to: 1,
    term: 1,
    accepted: true,
    matchIndex: 2,
  })
  drain(node)
  for (let tick = 0; tick < 25; tick++) {
    const answer = { type: 'heartbeat-response', from: 4, to: 1, term: 1, round: 0 } as const
    node.core.step({ ...answer, clockMs: 0 })
    node.core.tick()
  }
  t.equal(node.core.status().role, 'follower')
})

t.test(
  'a follower at a higher term is freed: the leader learns of it and is elected above it',
  async t => {
    const cluster = new CoreCluster([1, 2, 3]).elect(1)
    cluster.isolate(3)
    const stuck = cluster.node(3)
    stuck.disk.hardState = { term: 9, vote: 3, commit: 0 }
    stuck.crash()
    cluster.heal()
    cluster.tick(60)
    const leaders = [...cluster.nodes.values()].filter(node => node.core.status().role === 'leader')
    t.equal(leaders.length, 1)
    t.ok((leaders[0]?.core.status().term ?? 0) > 9)
    t.equal(stuck.core.status().commit, leaders[0]?.core.status().commit)
  },
)

t.test('an append of an older term is answered with this one, and so is a pre-vote', async t => {
  const node = nodeWithLog([], { term: 5 })
  node.core.step(heartbeat({ from: 2, term: 3 }))
  t.match(drain(node), [{ type: 'append-response', accepted: false, term: 5 }])
  node.core.step(vote({ from: 2, term: 3, pre: true }))
  t.match(drain(node), [{ type: 'vote-response', granted: false, term: 5 }])
  node.core.step(vote({ from: 2, term: 3 }))
  t.same(drain(node), [])
})

t.test(
  'who is asked for a vote says what is committed, granting or not, also to an older term',
  async t => {
    const node = nodeWithLog([1, 2, 2], { commit: 2 })
    node.core.step(vote({ from: 2, term: 3, pre: true, lastIndex: 3, lastTerm: 2 }))
    t.match(drain(node), [{ granted: true, commit: 2, commitTerm: 2 }])
    node.core.step(vote({ from: 2, term: 3, pre: true, lastIndex: 1, lastTerm: 1 }))
    t.match(drain(node), [{ granted: false, commit: 2, commitTerm: 2 }])
    node.core.step(vote({ from: 2, term: 1, pre: true }))
    t.match(drain(node), [{ granted: false, term: 2, commit: 2, commitTerm: 2 }])
  },
)

t.test('an answer to a vote commits what this node holds, and nothing else', async t => {
  const learned = (commit: number, commitTerm: number) => {
    const node = nodeWithLog([1, 2, 2], { commit: 1 })
    node.core.campaign()
    node.core.step(
      voteResponse({ from: 2, term: 1, pre: true, granted: false, commit, commitTerm }),
    )
    return node.core.status().commit
  }
  t.equal(learned(3, 2), 3)
  t.equal(learned(2, 1), 1, 'another entry stands there')
  t.equal(learned(4, 2), 1, 'it is not here yet')
  t.equal(learned(0, 0), 1)
})

t.test(
  'the last voter gets on though whoever led it out of a joint membership is gone',
  async t => {
    const joint = membershipOf([1], { votersOutgoing: [1, 2, 3], autoLeave: true })
    const disk = emptyDisk(joint)
    const leave = { transition: 'auto', changes: [], context: new Uint8Array() } as const
    disk.entries = [
      { index: 1, term: 2, kind: 'membership', timeMs: 0, data: encodeMembershipChange(leave) },
    ]
    disk.hardState = { term: 2, vote: 3, commit: 0 }
    const node = new CoreNode(1, disk, {}, () => 0.5)
    node.core.campaign()
    const refused = { term: 2, pre: true, granted: false, commit: 1, commitTerm: 2 }
    node.core.step(voteResponse({ from: 2, ...refused }))
    t.equal(node.core.status().role, 'follower', 'votes are not counted by what is about to change')
    drain(node)
    t.same(node.core.status().membership.votersOutgoing, [])
    node.core.campaign()
    drain(node)
    t.equal(node.core.status().role, 'leader')
  },
)
