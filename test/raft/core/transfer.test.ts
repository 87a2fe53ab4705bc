// Handing leadership over: thesis 3.10.
import t from 'tap'
import { CoreCluster } from './core-cluster.js'
import { accepted, drain, electAlone, nodeWithLog } from './messages.js'

t.test(
  'leadership goes to a follower that is level at once, in one election and without waiting',
  async t => {
    const cluster = new CoreCluster([1, 2, 3]).elect(1)
    cluster.core(1).transferLeadership(2)
    cluster.settle()
    t.match(cluster.core(2).status(), { role: 'leader', term: 2 })
    t.match(cluster.core(1).status(), { role: 'follower', leaderId: 2 })
  },
)

t.test('a follower passes the wish on to its leader', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.core(3).transferLeadership(2)
  cluster.settle()
  t.equal(cluster.core(2).status().role, 'leader')
})

t.test('one that is behind is caught up first', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.isolate(2)
  cluster.propose(1, 'a', 'b')
  cluster.settle()
  cluster.heal()
  cluster.core(1).transferLeadership(2)
  cluster.settle()
  t.match(cluster.core(2).status(), { role: 'leader', term: 2, commit: 4 })
})

t.test('meanwhile nothing is accepted, so that there is an end to catching up', async t => {
  const node = nodeWithLog([])
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 1))
  node.core.transferLeadership(3)
  const change = { type: 'learner', nodeId: 4 } as const
  t.equal(node.core.propose([new Uint8Array(1)], 0), 'not-leader')
  const context = new Uint8Array()
  t.equal(
    node.core.proposeChange({ transition: 'auto', changes: [change], context }, 0),
    'not-leader',
  )
  drain(node)
  node.core.step(accepted(3, 1, 1))
  t.match(
    drain(node).find(message => message.type === 'timeout-now'),
    { to: 3 },
  )
})

t.test('it is given up after an election time, and the leader leads on', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.isolate(2)
  cluster.core(1).transferLeadership(2)
  cluster.tick(9)
  t.equal(cluster.propose(1, 'a'), 'not-leader')
  cluster.tick(1)
  t.equal(cluster.propose(1, 'a'), 'accepted')
  t.equal(cluster.core(1).status().term, 1)
})

t.test('a later wish replaces an earlier one', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.isolate(2)
  cluster.core(1).transferLeadership(2)
  cluster.settle()
  cluster.core(1).transferLeadership(3)
  cluster.settle()
  t.equal(cluster.core(3).status().role, 'leader')
})

t.test('learners, strangers and the leader itself are no heirs', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  for (const target of [1, 9]) cluster.core(1).transferLeadership(target)
  t.equal(cluster.propose(1, 'a'), 'accepted')
})

t.test('the heir does not campaign over a membership change that it has not applied', async t => {
  const node = nodeWithLog([])
  const change = { transition: 'auto', changes: [{ type: 'learner', nodeId: 4 }] } as const
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 1))
  drain(node)
  node.core.proposeChange({ ...change, context: new Uint8Array() }, 0)
  node.take({ write: true, apply: false })
  node.persist()
  const heir = nodeWithLog([], { term: 1 })
  const [, entry] = node.disk.entries
  if (entry === undefined) throw new Error('the change is in the log')
  const entries = [...node.disk.entries]
  heir.core.step({
    type: 'append',
    from: 2,
    to: 1,
    term: 1,
    previousIndex: 0,
    previousTerm: 0,
    quiet: false,
    entries,
    commit: 2,
  })
  heir.take({ write: true, apply: false })
  heir.persist()
  heir.core.step({ type: 'timeout-now', from: 2, to: 1, term: 1 })
  t.equal(heir.core.status().role, 'follower')
  heir.core.campaign()
  t.match(heir.core.status(), { role: 'follower', leaderId: 0 }, 'nor when its link breaks')
  drain(heir)
  heir.core.step({ type: 'timeout-now', from: 2, to: 1, term: 1 })
  t.equal(heir.core.status().role, 'candidate')
})
