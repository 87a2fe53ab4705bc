// The next step from what is applied: for each situation that a leader may find, also one that another leader left.
import t from 'tap'
import {
  type MembersView,
  type MetNode,
  nextMemberStep,
  TRANSFERS_MAX,
} from '../../src/effects/member-steps.js'
import type { Member } from '../../src/ledger/index.js'

const member = (nodeId: number, set: Partial<Member> = {}): Member => ({
  nodeId,
  raftAddress: `n${nodeId}:1`,
  apiAddress: `n${nodeId}:2`,
  dataUuid: `d-${nodeId}`,
  ...set,
})
const met = (nodeId: number, set: Partial<MetNode> = {}): MetNode => ({
  nodeId,
  dataUuid: `d-${nodeId}`,
  raftAddress: `n${nodeId}:1`,
  apiAddress: `n${nodeId}:2`,
  named: true,
  ...set,
})

/** Node 1 leads voters 1, 2, 3; all that matters is set by the test. */
const view = (set: Partial<MembersView> & { live?: number[] }): MembersView => ({
  nodeId: 1,
  book: [member(1), member(2), member(3)],
  voters: [1, 2, 3],
  votersOutgoing: [],
  learners: [],
  active: new Set(set.live ?? [1, 2, 3, 4]),
  ready: new Set([4]),
  met: [met(1), met(2), met(3), met(4)],
  transfersTried: 0,
  ...set,
})
const founders = [member(1), member(2), member(3)]
const change = (...changes: [string, number][]) => ({
  type: 'change',
  changes: changes.map(([type, nodeId]) => ({ type, nodeId })),
})

t.test('where book and configuration agree there is nothing to do', async t => {
  t.equal(nextMemberStep(view({})), null)
  t.equal(nextMemberStep(view({ votersOutgoing: [1, 2] })), null)
})

t.test(
  'a new node is a learner first, and votes when it is ready and the one that was bound',
  async t => {
    const book = [...founders, member(4)]
    t.strictSame(nextMemberStep(view({ book })), change(['learner', 4]))
    const learning = { book, learners: [4] }
    t.strictSame(nextMemberStep(view(learning)), change(['voter', 4]))
    t.equal(nextMemberStep(view({ ...learning, ready: new Set() })), null, 'not caught up')
    t.equal(nextMemberStep(view({ ...learning, live: [1, 2, 3] })), null, 'silent')
    t.equal(
      nextMemberStep(view({ ...learning, met: [met(4, { dataUuid: 'x' })] })),
      null,
      'other data',
    )
    t.equal(nextMemberStep(view({ ...learning, met: [] })), null, 'not met')
    const unbound = [...founders, member(4, { dataUuid: null, apiAddress: '' })]
    t.strictSame(
      nextMemberStep(view({ book: unbound, learners: [4], met: [met(4, { named: false })] })),
      { type: 'update', nodeId: 4, set: { dataUuid: 'd-4', apiAddress: 'n4:2' } },
      'bound first',
    )
  },
)

t.test('one configuration at a time: nothing is proposed while it is joint', async t => {
  const book = [...founders, member(4)]
  t.equal(nextMemberStep(view({ book, learners: [4], votersOutgoing: [1, 2, 3] })), null)
})

t.test('a removal goes through Raft first and is forgotten then', async t => {
  const book = [member(1), member(2), member(3, { leaving: true })]
  t.strictSame(nextMemberStep(view({ book })), change(['remove', 3]))
  t.strictSame(nextMemberStep(view({ book, voters: [1, 2] })), { type: 'forget', nodeId: 3 })
  t.strictSame(nextMemberStep(view({ book, voters: [1, 2], learners: [3] })), change(['remove', 3]))
})

t.test('a removal is held while it would leave no live majority, unless forced', async t => {
  const book = [member(1), member(2), member(3, { leaving: true })]
  const held = { type: 'hold', nodeId: 3, risk: { voters: [1, 2], live: [1] } }
  t.strictSame(nextMemberStep(view({ book, live: [1, 3] })), held)
  t.strictSame(nextMemberStep(view({ book, live: [1, 2] })), change(['remove', 3]), 'it is dead')
  const forced = [member(1), member(2), member(3, { leaving: true, forced: true })]
  t.strictSame(nextMemberStep(view({ book: forced, live: [1, 3] })), change(['remove', 3]))
  const leader = [member(1, { leaving: true }), member(2), member(3)]
  t.match(nextMemberStep(view({ book: leader, live: [1, 3] })), { type: 'hold', nodeId: 1 })
  const learner = [...founders, member(4, { leaving: true })]
  t.strictSame(
    nextMemberStep(view({ book: learner, learners: [4], live: [1, 2] })),
    change(['remove', 4]),
    'a learner is nothing to lose',
  )
})

t.test(
  'a leader that is to leave hands over, and goes all the same when nobody takes over',
  async t => {
    const book = [member(1, { leaving: true }), member(2), member(3)]
    t.strictSame(nextMemberStep(view({ book })), { type: 'transfer', to: [2, 3] })
    const large = { book: [...book, member(4)], voters: [1, 2, 3, 4], live: [1, 3, 4] }
    t.strictSame(nextMemberStep(view(large)), { type: 'transfer', to: [3, 4] })
    t.strictSame(
      nextMemberStep(view({ book, transfersTried: TRANSFERS_MAX })),
      change(['remove', 1]),
    )
    const alone = { book: [member(1, { leaving: true }), member(4)], voters: [1], learners: [4] }
    t.equal(nextMemberStep(view({ ...alone, ready: new Set() })), null, 'the last voter waits')
    t.strictSame(nextMemberStep(view(alone)), change(['voter', 4]), 'for who can take its place')
  },
)

t.test('a replacement is one change, when the new node is ready', async t => {
  const book = [member(1), member(2), member(3, { leaving: true }), member(4, { replaces: 3 })]
  t.strictSame(nextMemberStep(view({ book })), change(['learner', 4]))
  t.equal(
    nextMemberStep(view({ book, learners: [4], ready: new Set() })),
    null,
    'the old one stays',
  )
  t.strictSame(nextMemberStep(view({ book, learners: [4] })), change(['voter', 4], ['remove', 3]))
  t.strictSame(
    nextMemberStep(view({ book, learners: [4], live: [1, 2, 4] })),
    change(['voter', 4], ['remove', 3]),
    'the old one may be dead',
  )
  t.equal(
    nextMemberStep(view({ book, learners: [4], live: [4] })),
    null,
    'but no majority of the new',
  )
  t.strictSame(nextMemberStep(view({ book, voters: [1, 2, 4] })), { type: 'forget', nodeId: 3 })
  const leader = [member(1, { leaving: true }), member(2), member(3), member(4, { replaces: 1 })]
  t.strictSame(nextMemberStep(view({ book: leader, learners: [4] })), {
    type: 'transfer',
    to: [2, 3],
  })
})

t.test('what Raft has and the book has not is taken out', async t => {
  t.strictSame(nextMemberStep(view({ learners: [4] })), change(['remove', 4]))
})

t.test('an address follows what the node’s own configuration names, and no wildcard', async t => {
  const moved = (set: Partial<MetNode>) => nextMemberStep(view({ met: [met(2, set)] }))
  t.strictSame(moved({ raftAddress: 'new:1' }), {
    type: 'update',
    nodeId: 2,
    set: { raftAddress: 'new:1' },
  })
  t.equal(moved({ raftAddress: 'new:1', named: false }), null)
  t.equal(moved({ raftAddress: '0.0.0.0:5001' }), null)
  t.equal(moved({ raftAddress: '[::]:5001' }), null)
  t.equal(moved({ raftAddress: 'n3:1' }), null, 'another node has it')
  t.equal(moved({ dataUuid: 'x', raftAddress: 'new:1' }), null, 'another directory')
  t.equal(moved({ raftAddress: '' }), null)
})
