// Log replication: Raft §5.3, with pipelining and windows as etcd-io/raft has them.
import t from 'tap'
import type { Message } from '../../../src/raft/core/index.js'
import { bytesOf, CoreCluster, commandsOf } from './core-cluster.js'
import { accepted, append, drain, electAlone, entriesOf, nodeWithLog } from './messages.js'

const termsOf = (node: ReturnType<typeof nodeWithLog>): number[] =>
  node.disk.entries.map(entry => entry.term)

function appendsTo(to: number, messages: readonly Message[]): (Message & { type: 'append' })[] {
  return messages.flatMap(message =>
    message.type === 'append' && message.to === to ? [message] : [],
  )
}

t.test('§5.3: commands reach every node, in order, and are applied once', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.propose(1, 'a', 'b')
  cluster.propose(1, 'c')
  cluster.settle()
  for (const node of cluster.nodes.values()) t.same(commandsOf(node), ['a', 'b', 'c'])
})

t.test('only the leader takes commands', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  t.equal(cluster.propose(2, 'x'), 'not-leader')
})

t.test(
  'entries that came together travel together, and the commit index rides with the next',
  async t => {
    const node = nodeWithLog([])
    electAlone(node, [2])
    node.core.step(accepted(2, 1, 1))
    drain(node)
    for (const text of ['a', 'b', 'c']) node.core.propose([bytesOf(text)], 0)
    const sent = appendsTo(2, node.take().messages)
    t.match(sent, [{ previousIndex: 1, commit: 1, entries: { length: 3 } }])
  },
)

t.test(
  'a commit index that moved is told at once, with an empty append that wants no answer',
  async t => {
    const node = nodeWithLog([])
    electAlone(node, [2])
    node.core.step(accepted(2, 1, 1))
    t.match(appendsTo(2, drain(node)), [{ commit: 1, entries: { length: 0 }, quiet: true }])
  },
)

t.test('what finds out about a follower wants an answer', async t => {
  const node = nodeWithLog([1, 1], { voters: [1, 2] })
  const probes = appendsTo(2, electAlone(node, [2]))
  t.match(probes, [{ quiet: false }])
  node.core.step(accepted(2, 2, 3))
  drain(node)
  node.core.peerUnreachable(2)
  node.core.step({ type: 'heartbeat-response', from: 2, to: 1, term: 2, round: 0, clockMs: 0 })
  t.match(appendsTo(2, drain(node)), [{ entries: { length: 0 }, quiet: false }])
})

t.test('a quiet append is followed without a word, and refused aloud', async t => {
  const node = nodeWithLog([1, 1, 1], { commit: 1 })
  const quiet = { from: 2, term: 1, quiet: true }
  node.core.step(append({ ...quiet, previousIndex: 3, previousTerm: 1, commit: 3 }))
  t.same(drain(node), [])
  t.equal(node.core.status().commit, 3)
  node.core.step(append({ ...quiet, previousIndex: 2, previousTerm: 1, commit: 2 }))
  t.same(drain(node), [], 'a late one')
  node.core.step(append({ ...quiet, previousIndex: 9, previousTerm: 1, commit: 9 }))
  t.match(drain(node), [{ type: 'append-response', accepted: false, rejectedIndex: 9 }])
})

t.test('§5.3: an append after an entry that is not there is refused with a hint', async t => {
  const rows = [
    { log: [1, 1], previousIndex: 5, previousTerm: 2, hint: [2, 1], why: 'too short' },
    {
      log: [1, 1, 1, 1, 3, 3],
      previousIndex: 6,
      previousTerm: 2,
      hint: [4, 1],
      why: 'newer terms are skipped',
    },
    {
      log: [1, 2, 2, 2],
      previousIndex: 4,
      previousTerm: 5,
      hint: [4, 2],
      why: 'older terms may match there',
    },
  ]
  for (const { log, previousIndex, previousTerm, hint, why } of rows) {
    const node = nodeWithLog(log, { term: 6 })
    node.core.step(append({ from: 2, term: 6, previousIndex, previousTerm }))
    const [hintIndex, hintTerm] = hint
    const refusal = { accepted: false, rejectedIndex: previousIndex, hintIndex, hintTerm }
    t.match(drain(node), [refusal], why)
  }
})

t.test('§5.3: what conflicts is deleted with all that follows; what matches stays', async t => {
  const rows = [
    { log: [1, 1, 1], entries: entriesOf([2], 2), after: [1, 2], why: 'conflict' },
    { log: [1, 1, 1], entries: entriesOf([1], 2), after: [1, 1, 1], why: 'late and shorter' },
    { log: [1, 1, 1], entries: entriesOf([1, 1, 2], 2), after: [1, 1, 1, 2], why: 'overlap' },
    { log: [1, 1, 1], entries: entriesOf([1, 2, 2], 2), after: [1, 1, 2, 2], why: 'partly' },
  ]
  for (const { log, entries, after, why } of rows) {
    const node = nodeWithLog(log, { term: 2 })
    node.core.step(append({ from: 2, term: 2, previousIndex: 1, previousTerm: 1, entries }))
    t.match(drain(node), [{ accepted: true, matchIndex: 1 + entries.length }], why)
    t.same(termsOf(node), after, why)
  }
})

t.test('§5.3: what an append does not vouch for is not committed', async t => {
  const node = nodeWithLog([1, 1, 1], { term: 2 })
  const entries = entriesOf([1], 2)
  node.core.step(
    append({ from: 2, term: 2, previousIndex: 1, previousTerm: 1, entries, commit: 3 }),
  )
  t.equal(node.core.status().commit, 2, 'entry 3 may be of another log than the leader has')
})

t.test('an append below the commit index is answered with what is committed', async t => {
  const node = nodeWithLog([1, 1, 1], { commit: 3 })
  node.core.step(append({ from: 2, term: 1, previousIndex: 1, previousTerm: 1 }))
  t.match(drain(node), [{ accepted: true, matchIndex: 3 }])
})

t.test('figure 7: a new leader brings every kind of diverged log level with its own', async t => {
  const leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
  const followers = {
    a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
    b: [1, 1, 1, 4],
    c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    e: [1, 1, 1, 4, 4, 4, 4],
    f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  }
  for (const [name, log] of Object.entries(followers)) {
    const disk = (terms: number[]) => nodeWithLog(terms, { term: 7 }).disk
    const disks = { 1: disk(leader), 2: disk(log), 3: disk(leader) }
    const cluster = new CoreCluster([1, 2, 3], {}, disks)
    cluster.isolate(2)
    cluster.elect(1)
    cluster.heal()
    cluster.sent = []
    cluster.tick(4)
    t.same(cluster.node(2).disk.entries, cluster.node(1).disk.entries, `follower ${name}`)
    const refusals = cluster.sent.filter(each => each.type === 'append-response' && !each.accepted)
    t.ok(refusals.length <= 3, `follower ${name} was found in ${refusals.length} probes`)
  }
})

t.test('a diverged log of thousands of entries is found in one probe a term', async t => {
  const long = Array.from({ length: 3000 }, () => 2)
  const disk = (terms: number[]) => nodeWithLog(terms, { term: 3 }).disk
  const leader = [1, ...Array.from({ length: 3000 }, () => 3)]
  const cluster = new CoreCluster(
    [1, 2, 3],
    {},
    { 1: disk(leader), 2: disk([1, ...long]), 3: disk(leader) },
  )
  cluster.elect(1)
  t.equal(cluster.node(2).core.status().commit, 3002)
  const probes = cluster.sent.filter(each => each.type === 'append-response' && !each.accepted)
  t.ok(probes.length <= 2, `${probes.length} probes`)
})

t.test('a probed follower is sent one append at a time', async t => {
  const node = nodeWithLog([])
  t.equal(appendsTo(2, electAlone(node, [2])).length, 1)
  node.core.propose([bytesOf('a')], 0)
  t.same(appendsTo(2, drain(node)), [], 'until it answers')
  node.core.step(accepted(2, 1, 1))
  t.match(appendsTo(2, drain(node)), [{ previousIndex: 1, entries: { length: 1 } }])
})

t.test('a replicating follower is sent what comes, up to the window of messages', async t => {
  const node = nodeWithLog([], { options: { inflightMessagesMax: 2 } })
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 1))
  drain(node)
  const sends = ['a', 'b', 'c'].map(text => {
    node.core.propose([bytesOf(text)], 0)
    return appendsTo(2, drain(node)).length
  })
  t.same(sends, [1, 1, 0])
  node.core.step(accepted(2, 1, 2))
  t.match(appendsTo(2, drain(node)).at(-1), { previousIndex: 3, entries: { length: 1 } })
})

t.test('the window is bounded in bytes, and one append too', async t => {
  const node = nodeWithLog([], { options: { appendBytesMax: 300, inflightBytesMax: 500 } })
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 1))
  drain(node)
  node.core.propose(
    Array.from({ length: 10 }, () => new Uint8Array(100)),
    0,
  )
  const sent = appendsTo(2, drain(node))
  t.same(
    sent.map(message => message.entries.length),
    [2, 2],
  )
  node.core.step(accepted(2, 1, 3))
  t.match(appendsTo(2, drain(node)), [{ previousIndex: 5, entries: { length: 2 } }])
})

t.test('an entry larger than every bound still passes, alone', async t => {
  const node = nodeWithLog([], { options: { appendBytesMax: 10, inflightBytesMax: 10 } })
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 1))
  drain(node)
  node.core.propose([new Uint8Array(1000), new Uint8Array(1)], 0)
  t.match(appendsTo(2, drain(node)), [{ entries: { length: 1 } }])
  node.core.step(accepted(2, 1, 2))
  t.match(appendsTo(2, drain(node)).at(-1), { previousIndex: 2, entries: { length: 1 } })
})

t.test('a follower whose window is full of lost appends recovers with a heartbeat', async t => {
  const cluster = new CoreCluster([1, 2, 3], { inflightMessagesMax: 2 }).elect(1)
  cluster.drop = message => message.to === 2 && message.type === 'append'
  for (const text of ['a', 'b', 'c', 'd']) {
    cluster.propose(1, text)
    cluster.settle()
  }
  cluster.heal()
  t.same(commandsOf(cluster.node(2)), [])
  cluster.tick(2)
  t.same(commandsOf(cluster.node(2)), ['a', 'b', 'c', 'd'])
})

t.test(
  'a peer that could not be reached is probed, and replicates again once it answers',
  async t => {
    const cluster = new CoreCluster([1, 2, 3]).elect(1)
    const stateOf2 = () => cluster.core(1).status().progress[1]?.state
    cluster.core(1).peerUnreachable(2)
    t.equal(stateOf2(), 'probe')
    cluster.tick(1)
    t.equal(stateOf2(), 'replicate')
  },
)

t.test('heartbeats carry no commit index beyond what the follower is known to hold', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.drop = message => message.to === 3 && message.type === 'append'
  cluster.propose(1, 'a')
  cluster.settle()
  cluster.tick(1)
  t.equal(cluster.core(1).status().commit, 2)
  t.equal(cluster.core(3).status().commit, 1)
})

t.test('level followers are sent the very same array of entries', async t => {
  const cluster = new CoreCluster([1, 2, 3]).elect(1)
  cluster.propose(1, 'a')
  const { messages } = cluster.node(1).take()
  const [second] = appendsTo(2, messages)
  const [third] = appendsTo(3, messages)
  t.equal(second?.entries.length, 1)
  t.equal(second?.entries, third?.entries)
})

t.test('nothing that a peer could send makes a node throw', async t => {
  const node = nodeWithLog([])
  electAlone(node, [2])
  const { role, term, commit, lastIndex } = node.core.status()
  const strange = [
    accepted(2, 1, 99),
    accepted(9, 1, 1),
    accepted(2, 0, 1),
    { ...append({ from: 2, term: 1 }), from: 1 },
    { ...append({ from: 2, term: 1 }), to: 7 },
    append({ from: 2, term: 1, entries: entriesOf([1]) }),
    append({ from: 3, term: 0 }),
    { type: 'gossip', from: 2, to: 1, term: 1 } as unknown as Message,
  ]
  for (const message of strange) node.core.step(message)
  t.match(node.core.status(), { role, term, commit, lastIndex })
  node.core.step(
    append({ from: 2, term: 2, previousIndex: 1, previousTerm: 1, entries: entriesOf([2, 2], 7) }),
  )
  t.equal(node.core.status().lastIndex, 1, 'a gap')
  node.core.step(append({ from: 2, term: 2, entries: entriesOf([5]) }))
  t.equal(node.core.status().lastIndex, 1, 'an entry of the future')
})

t.test('entry times never fall behind the entry before', async t => {
  const node = nodeWithLog([])
  electAlone(node, [2])
  for (const timeMs of [50, 20, 70]) node.core.propose([bytesOf('x')], timeMs)
  drain(node)
  t.same(
    node.disk.entries.map(entry => entry.timeMs),
    [0, 50, 50, 70],
  )
})

t.test(
  'uncommitted bytes are bounded, but a leader with nothing uncommitted takes anything',
  async t => {
    const node = nodeWithLog([], { options: { uncommittedBytesMax: 100 } })
    electAlone(node, [2])
    const big = new Uint8Array(150)
    t.equal(node.core.propose([big], 0), 'accepted')
    t.equal(node.core.propose([bytesOf('x')], 0), 'overloaded')
    drain(node)
    node.core.step(accepted(2, 1, 2))
    t.equal(node.core.propose([new Uint8Array(60)], 0), 'accepted', 'committed bytes count no more')
    t.equal(node.core.propose([new Uint8Array(60)], 0), 'overloaded')
    t.equal(node.core.propose([new Uint8Array(40)], 0), 'accepted', 'up to the bound')
    t.equal(node.core.propose([new Uint8Array(0)], 0), 'accepted')
  },
)

t.test('a new leader counts what older leaders left uncommitted', async t => {
  const node = nodeWithLog([1, 1, 1], { options: { uncommittedBytesMax: 5 } })
  electAlone(node, [2])
  t.equal(node.core.propose([bytesOf('x')], 0), 'overloaded')
  node.core.step(accepted(2, 2, 4))
  t.equal(node.core.propose([bytesOf('x')], 0), 'accepted')
})
