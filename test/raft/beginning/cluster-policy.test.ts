// Whom a node talks to, by what it knows of its cluster.
import t from 'tap'
import { judgePeer } from '../../../src/raft/beginning/cluster-policy.js'
import type { NodeId } from '../../../src/raft/core/index.js'
import type { NodeIdentity } from '../../../src/raft/ws-transport/identity.js'
import { begunPeer, dataOf, emptyPeer, membersOf } from './beginning-support.js'

type Row = {
  readonly title: string
  readonly begun?: boolean
  readonly book?: readonly { nodeId: NodeId; dataUuid: string | null }[]
  readonly removed?: NodeId
  /** Of commands, to which the state was brought. */
  readonly version?: number
  readonly peer: NodeIdentity
  readonly code: string | null
}

const BOOK = [1, 2, 4].map(nodeId => ({ nodeId, dataUuid: dataOf(nodeId) }))

const ROWS: readonly Row[] = [
  { title: 'before a beginning anybody is heard', begun: false, peer: emptyPeer(9), code: null },
  { title: 'a founder with its data is known', peer: emptyPeer(2), code: null },
  {
    title: 'a founder with a new disk is refused',
    peer: emptyPeer(2, { dataUuid: 'new-disk' }),
    code: 'other-data',
  },
  { title: 'a node that was never added is refused', peer: emptyPeer(5), code: 'unknown-node' },
  {
    title: 'a node of another cluster is refused',
    peer: begunPeer(5, { beginning: membersOf([4, 5]) }),
    code: 'unknown-node',
  },
  {
    title: 'the state’s address book comes before the beginning: a node added since is known',
    book: BOOK,
    peer: begunPeer(4),
    code: null,
  },
  {
    title: 'a node added since with a new disk is refused',
    book: BOOK,
    peer: begunPeer(4, { dataUuid: 'new-disk' }),
    code: 'other-data',
  },
  {
    title: 'a node that was added and never met may show any data directory',
    book: [...BOOK, { nodeId: 5, dataUuid: null }],
    peer: emptyPeer(5, { dataUuid: 'whatever' }),
    code: null,
  },
  {
    title: 'a removed node is told so',
    book: BOOK,
    removed: 3,
    peer: begunPeer(3),
    code: 'removed',
  },
  {
    title: 'a member that our state has not heard of yet is heard, or we would never catch up',
    book: BOOK,
    peer: begunPeer(6),
    code: null,
  },
  {
    title: 'a program that cannot apply what the state holds is refused, member or not',
    book: BOOK,
    peer: { ...begunPeer(2), commandVersion: 1 },
    version: 2,
    code: 'program-too-old',
  },
  {
    title: 'one that can is not',
    book: BOOK,
    peer: { ...begunPeer(2), commandVersion: 2 },
    version: 2,
    code: null,
  },
  {
    title: 'an empty node that our state has not heard of is refused',
    book: BOOK,
    peer: emptyPeer(6),
    code: 'unknown-node',
  },
]

for (const row of ROWS)
  t.test(row.title, async t => {
    const begun = row.begun === false ? null : membersOf([1, 2, 3])
    const addressBook = {
      members: () => row.book ?? null,
      isRemoved: (nodeId: NodeId) => nodeId === row.removed,
      commandVersion: () => row.version ?? 1,
    }
    t.equal(judgePeer(begun, addressBook, row.peer)?.code ?? null, row.code)
  })
