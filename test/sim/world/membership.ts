// Who joins, is promoted or demoted, leaves and is replaced: one change at a time, asked of whoever leads.
import type { MembershipChange } from '../../../src/raft/core/index.js'
import { RaftError } from '../../../src/raft/index.js'
import type { World } from './world.js'

type Wanted = Pick<MembershipChange, 'transition' | 'changes'>

const CHANGE_MS = 3_000

/** Asks for one change that chance names; what becomes of it, the observer sees. @returns whether one was asked for */
export async function changeMembership(world: World): Promise<boolean> {
  const leader = world.leaderNow()
  const wanted = drawChange(world)
  if (leader === undefined || wanted === null) return false
  for (const { type, nodeId } of wanted.changes) {
    const node = world.node(nodeId)
    // Whoever has crashed comes back by itself.
    if (type !== 'remove' && node.starts === 0) await node.start()
  }
  const what = wanted.changes.map(({ type, nodeId }) => `${type} ${nodeId}`).join(', ')
  world.trace.add(leader.nodeId, `is asked for: ${what} (${wanted.transition})`)
  const deadlineMs = leader.process.monotonicMs() + CHANGE_MS
  leader.driver.changeMembership({ ...wanted, context: new Uint8Array() }, deadlineMs).then(
    () => world.trace.add(leader.nodeId, `has done: ${what}`),
    error => {
      if (!(error instanceof RaftError)) world.findings.report(String(error))
    },
  )
  return true
}

function drawChange(world: World): Wanted | null {
  const { voters, learners } = world.observer.members.membership
  const strangers = world.nodes.filter(({ starts }) => starts === 0).map(({ nodeId }) => nodeId)
  const [voter, learner, stranger] = [voters, learners, strangers].map(ids => world.pick(ids))
  const dice = world.random()
  if (stranger !== undefined && dice < 0.35)
    return { transition: 'auto', changes: [{ type: 'learner', nodeId: stranger }] }
  if (learner !== undefined && dice < 0.6)
    return { transition: 'auto', changes: [{ type: 'voter', nodeId: learner }] }
  if (voter === undefined) return null
  if (dice < 0.85) return replacement(world, voters, [...learners, ...strangers])
  if (voters.length <= 3) return null
  return {
    transition: 'auto',
    changes: [{ type: dice < 0.93 ? 'remove' : 'learner', nodeId: voter }],
  }
}

/** Some voters go and as many come, in one joint change. */
function replacement(
  world: World,
  voters: readonly number[],
  others: readonly number[],
): Wanted | null {
  const count = Math.min(1 + Math.floor(world.random() * 3), others.length, voters.length)
  if (count === 0) return null
  const come = shuffled(world, others).slice(0, count)
  const go = shuffled(world, voters).slice(0, count)
  return {
    transition: 'implicit',
    changes: [
      ...come.map(nodeId => ({ type: 'voter', nodeId }) as const),
      ...go.map(nodeId => ({ type: 'remove', nodeId }) as const),
    ],
  }
}

function shuffled(world: World, ids: readonly number[]): readonly number[] {
  return ids
    .map(id => ({ id, at: world.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id)
}
