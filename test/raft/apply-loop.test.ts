// Committed entries reach the state machine in slices, one a turn, in order and each once.
import t from 'tap'
import { ApplyLoop } from '../../src/raft/apply-loop.js'
import type { Entry } from '../../src/raft/core/index.js'
import { MemoryStateMachine } from '../support/memory-state-machine.js'
import { RaftCluster } from '../support/raft-cluster.js'
import { SimClock } from '../support/sim-clock.js'

const MEMBERSHIP = {
  voters: [1],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
}

function entries(first: number, last: number, membershipAt = 0): Entry[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => {
    const index = first + offset
    const kind = index === membershipAt ? 'membership' : 'command'
    return { index, term: 1, kind, timeMs: index, data: Buffer.from(`${index}`) }
  })
}

function createApplyLoop(entriesMax: number) {
  const clock = new SimClock()
  const state = new MemoryStateMachine(MEMBERSHIP)
  const calls: string[] = []
  const loop = new ApplyLoop(
    { entriesMax },
    {
      core: {
        applyMembershipChange: ({ index }) => {
          calls.push(`change ${index}`)
          return { ...MEMBERSHIP, voters: [1, index] }
        },
        applied: index => void calls.push(`applied ${index}`),
      },
      stateMachine: state,
      clock: clock.node(),
      metrics: { applyEntries: count => calls.push(`${count} entries`) },
      guard: work => work(),
      onEntry: () => {},
      onApplied: index => void calls.push(`told ${index}`),
    },
  )
  return { clock, state, calls, loop }
}

t.test('a slice is applied at once, the others one a turn, and the core hears of each', async t => {
  const { clock, state, calls, loop } = createApplyLoop(4)
  loop.take(entries(1, 10))
  t.same(state.slices, [4])
  t.notOk(loop.idle)
  await clock.step()
  t.same(state.slices, [4, 4])
  await clock.step()
  t.same(state.slices, [4, 4, 2])
  t.ok(loop.idle)
  t.same(
    calls.filter(call => call.startsWith('applied')),
    ['applied 4', 'applied 8', 'applied 10'],
  )
  t.equal(state.applied.index, 10)
})

t.test('slices that take long become smaller, and grow again when they are quick', async t => {
  const { clock, state, loop } = createApplyLoop(8)
  const apply = state.apply.bind(state)
  let entryMs = 4
  state.apply = slice => {
    clock.nowMs += slice.length * entryMs
    apply(slice)
  }
  loop.take(entries(1, 17))
  while (!loop.idle) await clock.step()
  t.same(state.slices, [8, 4, 2, 2, 1])
  entryMs = 0.1
  loop.take(entries(18, 18 + 2 + 4 + 8 + 8 - 1))
  while (!loop.idle) await clock.step()
  t.same(state.slices.slice(5), [2, 4, 8, 8])
})

t.test('entries are not taken while others are being applied', async t => {
  const { loop } = createApplyLoop(4)
  loop.take(entries(1, 10))
  t.throws(() => loop.take(entries(11, 12)), { message: 'one apply is in flight at a time' })
})

t.test(
  'a membership entry changes the core first, and carries the result to the state',
  async t => {
    const { state, calls, loop } = createApplyLoop(4)
    loop.take(entries(1, 3, 2))
    t.same(calls, ['change 2', 'applied 3', '3 entries', 'told 3'])
    t.same(state.memberships.at(-1), { index: 2, membership: { ...MEMBERSHIP, voters: [1, 2] } })
  },
)

t.test('whole nodes that apply one entry a turn lose none, whatever arrives meanwhile', async t => {
  const cluster = await new RaftCluster({ driver: { applyEntriesMax: 1 } }).start()
  const leader = await cluster.leader()
  const expected = Array.from({ length: 200 }, (_, number) => `command ${number}`)
  for (const [place, text] of expected.entries()) {
    leader.propose(text)
    if (place % 20 === 0) await cluster.clock.run(1)
  }
  await cluster.applied('command 199')
  for (const node of cluster.nodes) t.same(node.state.texts, expected)
})

t.test('what is proposed while slices are being applied does not push them out', async t => {
  const cluster = await new RaftCluster({ driver: { applyEntriesMax: 2 } }).start()
  const leader = await cluster.leader()
  const apply = leader.state.apply.bind(leader.state)
  let answers = 0
  // As a client does that sends its next command on the answer to the one before.
  leader.state.apply = entries => {
    apply(entries)
    if (entries.length > 0 && answers < 20) leader.propose(`answer ${++answers}`)
  }
  for (let number = 0; number < 40; number++) leader.propose(`command ${number}`)
  await cluster.applied('answer 20')
  for (const node of cluster.nodes) {
    t.same(node.fatal, [])
    t.equal(node.state.texts.length, 60)
  }
})
