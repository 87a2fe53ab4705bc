// The whole table of how a cluster may begin, and when it must not.
import t from 'tap'
import {
  type BeginningConfig,
  type Decision,
  decide,
  type MetPeer,
  type OwnData,
} from '../../../src/raft/beginning/decide.js'
import type { NodeId } from '../../../src/raft/core/index.js'
import type { NodeIdentity } from '../../../src/raft/ws-transport/identity.js'
import type { RefusalCode } from '../../../src/raft/ws-transport/peer-policy.js'
import { begunPeer, dataOf, emptyPeer, listOf, membersOf } from './beginning-support.js'

type Check = (decision: Decision, message: string) => void

type Row = {
  readonly title: string
  readonly nodeId?: NodeId
  readonly config?: Partial<BeginningConfig>
  readonly own?: Partial<OwnData>
  readonly met?: readonly MetPeer[]
  readonly type: Decision['type']
  /** Further checks on the decision. */
  readonly check?: Check
}

function accepted(peer: NodeIdentity): MetPeer {
  return { peer, present: true, refusal: null }
}

function lost(peer: NodeIdentity): MetPeer {
  return { peer, present: false, refusal: null }
}

function refused(peer: NodeIdentity, by: 'us' | 'them', code: RefusalCode): MetPeer {
  return { peer, present: true, refusal: { code, message: `told so: ${code}`, by } }
}

function records(...expected: Parameters<typeof membersOf>): Check {
  return (decision, message) =>
    t.same(decision, { type: 'record', members: membersOf(...expected) }, message)
}

function misses(...missing: readonly NodeId[]): Check {
  return (decision, message) =>
    t.same(decision, { type: 'gathering', missing, problems: [] }, message)
}

function says(pattern: RegExp): Check {
  return (decision, message) => {
    const words =
      decision.type === 'waiting'
        ? decision.reason
        : decision.type === 'gathering'
          ? decision.problems.join('; ')
          : ''
    t.match(words, pattern, message)
  }
}

const ROWS: readonly Row[] = [
  {
    title: 'a node that has met nobody gathers',
    type: 'gathering',
    check: misses(2, 3),
  },
  {
    title: 'a majority is not all',
    met: [accepted(emptyPeer(2))],
    type: 'gathering',
    check: misses(3),
  },
  {
    title: 'all empty with the same list: the lowest id binds every node to its data',
    met: [accepted(emptyPeer(2)), accepted(emptyPeer(3, { dataUuid: 'other-3' }))],
    type: 'record',
    check: records([1, 2, 3], { 3: 'other-3' }),
  },
  {
    title: 'all empty with the same list: the others leave the decision to the lowest id',
    nodeId: 2,
    met: [accepted(emptyPeer(1)), accepted(emptyPeer(3))],
    type: 'gathering',
    check: misses(),
  },
  {
    title: 'a listed node that was met and lost again is missing',
    met: [accepted(emptyPeer(2)), lost(emptyPeer(3))],
    type: 'gathering',
    check: misses(3),
  },
  {
    title: 'a listed node that refuses us is missing',
    met: [accepted(emptyPeer(2)), refused(emptyPeer(3), 'them', 'unknown-node')],
    type: 'gathering',
    check: misses(3),
  },
  {
    title: 'a node that is its whole list begins at once',
    config: { listed: listOf(1) },
    type: 'record',
    check: records([1]),
  },
  {
    title: 'a begun member’s list is taken over by a node that it names with its data',
    nodeId: 3,
    met: [accepted(begunPeer(1))],
    type: 'record',
    check: records([1, 2, 3]),
  },
  {
    title: 'two of three have begun and the third comes late: one of them is enough',
    nodeId: 3,
    met: [accepted(begunPeer(2)), lost(begunPeer(1))],
    type: 'record',
    check: records([1, 2, 3]),
  },
  {
    title: 'even the lowest id takes the list over when it forgot before it was on disk',
    met: [accepted(begunPeer(2)), accepted(emptyPeer(3))],
    type: 'record',
    check: records([1, 2, 3]),
  },
  {
    title: 'a list that the configuration no longer matches is taken over all the same',
    nodeId: 3,
    config: { listed: listOf(1, 3) },
    met: [accepted(begunPeer(1))],
    type: 'record',
    check: records([1, 2, 3]),
  },
  {
    title: 'a wiped disk is told the remedy and waits',
    nodeId: 3,
    own: { dataUuid: 'new-disk' },
    met: [refused(begunPeer(1), 'them', 'other-data')],
    type: 'waiting',
    check: says(/told so: other-data/),
  },
  {
    title: 'a wiped disk never stands in for the old one, though it is accepted by mistake',
    nodeId: 3,
    own: { dataUuid: 'new-disk' },
    met: [accepted(begunPeer(1)), accepted(emptyPeer(2))],
    type: 'waiting',
    check: says(/another data directory.*under a new id/),
  },
  {
    title: 'the lowest id with a wiped disk does not begin anew beside a begun peer',
    own: { dataUuid: 'new-disk' },
    met: [accepted(emptyPeer(2)), accepted(begunPeer(3))],
    type: 'waiting',
    check: says(/another data directory/),
  },
  {
    title: 'a begun peer that is gone still counts: it has not become empty by that',
    own: { dataUuid: 'new-disk' },
    met: [accepted(emptyPeer(2)), lost(begunPeer(3))],
    type: 'waiting',
  },
  {
    title: 'a peer with data and no beginning is a cluster that exists',
    met: [accepted(emptyPeer(2)), accepted(emptyPeer(3, { logEmpty: false }))],
    type: 'waiting',
    check: says(/node 3 has data.*ipam cluster add/),
  },
  {
    title: 'a begun cluster that does not know our id has to add us',
    nodeId: 4,
    config: { listed: listOf(1, 2, 3, 4) },
    met: [refused(begunPeer(1), 'them', 'unknown-node')],
    type: 'waiting',
    check: says(/node 1 has data.*ipam cluster add/),
  },
  {
    title: 'a removed node waits, whoever else would have it',
    nodeId: 3,
    met: [accepted(begunPeer(1)), refused(begunPeer(2), 'them', 'removed')],
    type: 'waiting',
    check: says(/told so: removed/),
  },
  {
    title: 'two begun peers that disagree are not believed',
    nodeId: 3,
    met: [
      accepted(begunPeer(1)),
      accepted(begunPeer(2, { beginning: membersOf([1, 2, 3], { 1: 'first-disk' }) })),
    ],
    type: 'waiting',
    check: says(/different clusters/),
  },
  {
    title: 'a node that joins waits',
    nodeId: 4,
    config: { listed: [], join: true },
    type: 'waiting',
    check: says(/--join/),
  },
  {
    title: 'a node that joins waits beside empty nodes, too',
    nodeId: 4,
    config: { listed: [], join: true },
    met: [1, 2, 3].map(nodeId => accepted(emptyPeer(nodeId))),
    type: 'waiting',
  },
  {
    title: 'a node that joins and is accepted by a member keeps how that cluster began',
    nodeId: 4,
    config: { listed: [], join: true },
    met: [accepted(begunPeer(1))],
    type: 'record',
    check: records([1, 2, 3]),
  },
  {
    title: 'a node that joins and is refused by a member waits',
    nodeId: 4,
    config: { listed: [], join: true },
    met: [refused(begunPeer(1), 'them', 'unknown-node')],
    type: 'waiting',
  },
  {
    title: 'a recorded beginning is membership, whoever says what',
    own: { beginning: membersOf([1, 2, 3]), logEmpty: false },
    met: [accepted(emptyPeer(2, { logEmpty: false })), refused(begunPeer(3), 'them', 'removed')],
    type: 'member',
  },
  {
    title: 'a recorded beginning is membership though nothing was ever written',
    own: { beginning: membersOf([1, 2, 3]) },
    type: 'member',
  },
  {
    title: 'a log without the record of a beginning is not trusted',
    own: { logEmpty: false },
    met: [accepted(emptyPeer(2)), accepted(emptyPeer(3))],
    type: 'waiting',
    check: says(/no record of how its cluster began/),
  },
  {
    title: 'a node that is not on its own list waits',
    nodeId: 4,
    type: 'waiting',
    check: says(/node 4 is not on the nodes list/),
  },
  {
    title: 'lists with different nodes are named',
    met: [accepted(emptyPeer(2, { listed: listOf(1, 2, 4) })), accepted(emptyPeer(3))],
    type: 'gathering',
    check: says(/^node 1 lists node 3, node 2 does not; node 2 lists node 4, node 1 does not$/),
  },
  {
    title: 'lists with different addresses are named',
    met: [
      accepted(emptyPeer(2)),
      accepted(
        emptyPeer(3, {
          listed: listOf(1, 2, 3).map(node =>
            node.nodeId === 2 ? { ...node, raftAddress: 'node2:6000' } : node,
          ),
        }),
      ),
    ],
    type: 'gathering',
    check: says(/^raft_addr of node 2 is node2:5000 for node 1 and node2:6000 for node 3$/),
  },
  {
    title: 'a listed node that was started to join is named',
    met: [accepted(emptyPeer(2)), accepted(emptyPeer(3, { listed: [] }))],
    type: 'gathering',
    check: says(/node 3 has no nodes list/),
  },
  {
    title: 'a copied data directory is named and begins nothing',
    met: [accepted(emptyPeer(2)), accepted(emptyPeer(3, { dataUuid: dataOf(2) }))],
    type: 'gathering',
    check: says(/nodes 2 and 3 have the same data directory/),
  },
  {
    title: 'an empty stranger with another list keeps the cluster from beginning',
    met: [
      accepted(emptyPeer(2)),
      accepted(emptyPeer(3)),
      accepted(emptyPeer(4, { listed: listOf(1, 4) })),
    ],
    type: 'gathering',
    check: says(/node 4 lists node 4, node 1 does not/),
  },
]

for (const row of ROWS)
  t.test(row.title, async t => {
    const nodeId = row.nodeId ?? 1
    const own: OwnData = {
      nodeId,
      dataUuid: dataOf(nodeId),
      raftAddress: `node${nodeId}:5000`,
      apiAddress: `node${nodeId}:8080`,
      logEmpty: true,
      beginning: null,
      ...row.own,
    }
    const met = new Map((row.met ?? []).map(one => [one.peer.nodeId, one]))
    const decision = decide({ listed: listOf(1, 2, 3), join: false, ...row.config }, own, met)
    t.equal(decision.type, row.type)
    row.check?.(decision, row.title)
  })
