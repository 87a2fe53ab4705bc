// Properties of membership changes, after etcd-io/raft's quick tests, and the form they have in the log.
import fc from 'fast-check'
import t from 'tap'
import {
  changeMembership,
  emptyMembership,
  enterJoint,
  isJoint,
  isVoter,
  leaveJoint,
  memberIds,
  membershipFault,
  simple,
  voterIds,
} from '../../../src/raft/core/membership.js'
import {
  decodeMembershipChange,
  encodeMembershipChange,
} from '../../../src/raft/core/membership-codec.js'
import type { MemberChange, Membership } from '../../../src/raft/core/types.js'
import { membershipOf } from './core-node.js'

const changeArb: fc.Arbitrary<MemberChange> = fc.record({
  type: fc.constantFrom('voter', 'learner', 'remove', 'update'),
  nodeId: fc.integer({ min: 1, max: 9 }),
})
const changesArb = fc.array(changeArb, { maxLength: 6 })

/** A membership that a random past of simple changes has led to. */
const membershipArb = fc.array(changesArb, { maxLength: 8 }).map(past =>
  past.reduce<Membership>(
    (membership, changes) => {
      const result = simple(membership, changes)
      return result.ok ? result.membership : membership
    },
    membershipOf([1]),
  ),
)

t.test('what a simple change does, a joint one does too once it is left', async () => {
  fc.assert(
    fc.property(membershipArb, changesArb, fc.boolean(), (membership, changes, autoLeave) => {
      const direct = simple(membership, changes)
      if (!direct.ok) return true
      const joint = enterJoint(membership, autoLeave, changes)
      const left = joint.ok ? leaveJoint(joint.membership) : joint
      return left.ok && JSON.stringify(left.membership) === JSON.stringify(direct.membership)
    }),
  )
})

t.test(
  'every membership is sound, has a voter, and shares one majority with the one before it',
  async () => {
    fc.assert(
      fc.property(membershipArb, changesArb, (membership, changes) => {
        const result = enterJoint(membership, true, changes)
        if (!result.ok) return true
        const { voters, votersOutgoing } = result.membership
        return (
          membershipFault(result.membership) === null &&
          voters.length > 0 &&
          votersOutgoing.join() === membership.voters.join()
        )
      }),
    )
  },
)

t.test('a refused change leaves the membership that was given as it was', async () => {
  fc.assert(
    fc.property(membershipArb, changesArb, (membership, changes) => {
      const before = JSON.stringify(membership)
      simple(membership, changes)
      enterJoint(membership, true, changes)
      return JSON.stringify(membership) === before
    }),
  )
})

t.test(
  'auto goes the simple way for one voter and any learners, the joint way for more',
  async t => {
    const voter = (nodeId: number): MemberChange => ({ type: 'voter', nodeId })
    const learner = (nodeId: number): MemberChange => ({ type: 'learner', nodeId })
    const context = new Uint8Array()
    const rows = [
      { changes: [voter(4), learner(5), learner(6)], outgoing: [] },
      { changes: [voter(4), voter(5)], outgoing: [1, 2, 3] },
    ]
    for (const { changes, outgoing } of rows) {
      const result = changeMembership(membershipOf([1, 2, 3]), {
        transition: 'auto',
        changes,
        context,
      })
      t.match(result, {
        ok: true,
        membership: { votersOutgoing: outgoing, autoLeave: outgoing.length > 0 },
      })
    }
    const nothing = { transition: 'explicit', changes: [], context } as const
    t.match(changeMembership(membershipOf([1]), nothing), {
      error: "can't leave a non-joint config",
    })
  },
)

t.test('an update changes no role, not even of a learner', async t => {
  const membership = membershipOf([1, 2], { learners: [3] })
  for (const nodeId of [1, 3, 9]) {
    const result = simple(membership, [{ type: 'update', nodeId }])
    t.same(result, { ok: true, membership }, `node ${nodeId}`)
  }
})

t.test('members, voters and joint configurations are told apart', async t => {
  const joint = membershipOf([3, 4], { votersOutgoing: [1, 3], learners: [2], learnersNext: [1] })
  t.same(memberIds(joint), [1, 2, 3, 4])
  t.same(voterIds(joint), [1, 3, 4])
  t.ok(isJoint(joint) && isVoter(joint, 1) && !isVoter(joint, 2))
  t.notOk(isJoint(emptyMembership))
})

t.test('a change comes out of the log as it went in', async () => {
  const changeOfLog = fc.record({
    transition: fc.constantFrom('auto', 'implicit', 'explicit'),
    changes: fc.array(
      fc.record({
        type: fc.constantFrom('voter', 'learner', 'remove', 'update'),
        nodeId: fc.maxSafeNat(),
      }),
      { maxLength: 10 },
    ),
    context: fc.uint8Array({ maxLength: 50 }),
  })
  fc.assert(
    fc.property(changeOfLog, change => {
      const decoded = decodeMembershipChange(encodeMembershipChange(change))
      const text = (each: typeof decoded): string =>
        JSON.stringify([each.transition, each.changes, [...each.context]])
      return text(decoded) === text(change)
    }),
  )
})

t.test('its form in the log never changes', async t => {
  const bytes = encodeMembershipChange({
    transition: 'implicit',
    changes: [
      { type: 'learner', nodeId: 4 },
      { type: 'remove', nodeId: 1 },
    ],
    context: new Uint8Array([7, 8]),
  })
  t.equal(
    Buffer.from(bytes).toString('hex'),
    '010100000002' + '014010000000000000' + '023ff0000000000000' + '0708',
  )
})

t.test('what is no change stops the node that finds it in its log', async t => {
  const good = encodeMembershipChange({
    transition: 'auto',
    changes: [{ type: 'voter', nodeId: 4 }],
    context: new Uint8Array(),
  })
  const broken = [
    { bytes: good.slice(0, 5), why: 'header' },
    { bytes: good.slice(0, 10), why: 'changes' },
    { bytes: good.with(0, 2), why: 'format' },
    { bytes: good.with(1, 3), why: 'transition' },
    { bytes: good.with(6, 4), why: 'types' },
    { bytes: good.with(7, 0xff), why: 'node ids' },
  ]
  for (const { bytes, why } of broken) {
    t.throws(() => decodeMembershipChange(bytes), new RegExp(why), why)
  }
})
