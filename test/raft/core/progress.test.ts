// The leader's view of one follower, and the window of what is under way to it.
import t from 'tap'
import { Inflights } from '../../../src/raft/core/inflights.js'
import { Progress } from '../../../src/raft/core/progress.js'

const window = { messagesMax: 2, bytesMax: 100 }

function progress(state: 'probe' | 'replicate', match = 3, next = 6): Progress {
  const peer = new Progress(2, window, { next, active: true }, false)
  peer.match = match
  if (state === 'replicate') peer.becomeReplicate()
  peer.next = next
  return peer
}

t.test('a window is full by messages or by bytes, and freed from its oldest end', async t => {
  const inflights = new Inflights(window)
  inflights.add(5, 40)
  t.notOk(inflights.full)
  inflights.add(7, 40)
  t.ok(inflights.full, 'messages')
  inflights.freeTo(4)
  t.equal(inflights.messageCount, 2, 'nothing is below 5')
  inflights.freeTo(6)
  t.match({ count: inflights.messageCount, bytes: inflights.bytes }, { count: 1, bytes: 40 })
  inflights.clear()
  inflights.add(9, 100)
  t.ok(inflights.full, 'bytes')
  inflights.freeTo(9)
  t.match({ count: inflights.messageCount, bytes: inflights.bytes }, { count: 0, bytes: 0 })
})

t.test('a window that is used for long keeps only what is under way', async t => {
  const inflights = new Inflights({ messagesMax: 4, bytesMax: 1000 })
  for (let index = 1; index <= 1000; index++) {
    inflights.add(index, 1)
    if (index > 3) inflights.freeTo(index - 3)
  }
  t.match({ count: inflights.messageCount, bytes: inflights.bytes }, { count: 3, bytes: 3 })
})

t.test(
  'a refusal moves a probe back, never below what matches, and old ones move nothing',
  async t => {
    const rows = [
      { state: 'probe', rejected: 5, hint: 4, next: 5, news: true },
      { state: 'probe', rejected: 5, hint: 9, next: 5, news: true },
      { state: 'probe', rejected: 5, hint: 0, next: 4, news: true },
      { state: 'probe', rejected: 4, hint: 3, next: 6, news: false },
      { state: 'replicate', rejected: 3, hint: 3, next: 6, news: false },
      { state: 'replicate', rejected: 5, hint: 4, next: 4, news: true },
    ] as const
    for (const { state, rejected, hint, next, news } of rows) {
      const peer = progress(state)
      t.equal(peer.reject(rejected, hint), news, `${state} ${rejected} ${hint}`)
      t.match(peer, { match: 3, next }, `${state} ${rejected} ${hint}`)
    }
  },
)

t.test('an acknowledgement moves match forward, and next along when it was behind', async t => {
  const peer = progress('replicate')
  t.notOk(peer.acknowledge(3), 'no news')
  t.ok(peer.acknowledge(4))
  t.match(peer, { match: 4, next: 6 })
  t.ok(peer.acknowledge(8))
  t.match(peer, { match: 8, next: 9 })
})

t.test('replicating runs ahead until the window is full; probing waits after each', async t => {
  const replicating = progress('replicate')
  replicating.sent(2, 50, 0)
  t.match(replicating, { next: 8, paused: false })
  replicating.sent(1, 10, 0)
  t.match(replicating, { next: 9, paused: true })
  const probing = progress('probe')
  probing.sent(0, 0, 0)
  t.equal(probing.paused, false)
  probing.sent(1, 1, 0)
  t.match(probing, { next: 6, paused: true })
})

t.test(
  'a snapshot ends in a probe: behind it when it was sent, where it was when it failed',
  async t => {
    const sent = progress('replicate')
    sent.becomeSnapshot(20)
    t.match(sent, { state: 'snapshot', next: 21, blocked: true })
    sent.becomeProbe()
    t.match(sent, { state: 'probe', next: 21 })
    const failed = progress('replicate')
    failed.becomeSnapshot(20)
    failed.snapshotFailed()
    t.match(failed, { state: 'probe', next: 4, paused: true })
  },
)

t.test('the commit index is told only where it can move', async t => {
  const peer = progress('replicate', 3, 6)
  t.ok(peer.canAdvanceCommit(4))
  peer.sent(0, 0, 4)
  t.notOk(peer.canAdvanceCommit(4), 'told already')
  t.ok(peer.canAdvanceCommit(9))
  peer.sent(0, 0, 9)
  t.notOk(peer.canAdvanceCommit(12), 'all it holds is committed')
})

t.test('a peer counts as recently heard through one count of the quorum, not two', async t => {
  const peer = progress('replicate')
  peer.forgetActive()
  t.equal(peer.active, false)
  t.equal(peer.recentlyActive, true)
  peer.forgetActive()
  t.equal(peer.recentlyActive, false)
})
