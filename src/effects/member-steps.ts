// What brings Raft's configuration nearer to the address book, as a function: one step at a time, each from what is
// applied. The book is the wish and Raft the fact, so a leader that takes over goes on from wherever things stand
// (docs/decisions/0025).
import { type QuorumRisk, quorumRisk, riskWithout } from '../gateway/index.js'
import type { Member } from '../ledger/index.js'

/** A node that this one has a link with, as it describes itself. */
export type MetNode = {
  readonly nodeId: number
  readonly dataUuid: string
  readonly raftAddress: string
  readonly apiAddress: string
  /** Its configuration names these addresses for it; else they are only what it happens to listen on. */
  readonly named: boolean
}

export type MembersView = {
  /** The leader. */
  readonly nodeId: number
  readonly book: readonly Member[]
  readonly voters: readonly number[]
  readonly votersOutgoing: readonly number[]
  readonly learners: readonly number[]
  /** Heard from within about an election timeout; the leader is among them. */
  readonly active: ReadonlySet<number>
  /** Learners that have been close behind the leader for long enough. */
  readonly ready: ReadonlySet<number>
  readonly met: readonly MetNode[]
  /** Times that the leader has tried to hand over because it is to leave. */
  readonly transfersTried: number
}

export type MemberChange = {
  readonly type: 'voter' | 'learner' | 'remove'
  readonly nodeId: number
}

export type MemberStep =
  | {
      readonly type: 'update'
      readonly nodeId: number
      readonly set: { raftAddress?: string; apiAddress?: string; dataUuid?: string }
    }
  | { readonly type: 'forget'; readonly nodeId: number }
  | { readonly type: 'change'; readonly changes: readonly MemberChange[] }
  | { readonly type: 'transfer'; readonly to: readonly number[] }
  /** Nothing is done: the node would leave fewer live voters than a majority. */
  | { readonly type: 'hold'; readonly nodeId: number; readonly risk: QuorumRisk }

/** A leader that nobody takes over from is taken out as it is: it steps down as the change is applied. */
export const TRANSFERS_MAX = 5

/** null when there is nothing to do now. */
export function nextMemberStep(view: MembersView): MemberStep | null {
  const update = bookUpdate(view)
  if (update !== null) return update
  if (view.votersOutgoing.length > 0) return null
  return forgotten(view) ?? newcomer(view) ?? promotion(view) ?? removal(view)
}

/** The first data directory met under an id is bound to it; addresses follow what the node's configuration says. */
function bookUpdate({ book, met }: MembersView): MemberStep | null {
  for (const node of met) {
    const member = book.find(({ nodeId }) => nodeId === node.nodeId)
    if (member === undefined || (member.dataUuid ?? node.dataUuid) !== node.dataUuid) continue
    const set = {
      ...(member.dataUuid === null ? { dataUuid: node.dataUuid } : {}),
      ...changedAddress('raftAddress', member, node, book),
      ...changedAddress('apiAddress', member, node, book),
    }
    if (Object.keys(set).length > 0) return { type: 'update', nodeId: node.nodeId, set }
  }
  return null
}

function changedAddress(
  field: 'raftAddress' | 'apiAddress',
  member: Member,
  node: MetNode,
  book: readonly Member[],
): { readonly [Field in typeof field]?: string } {
  const address = node[field]
  if (address === '' || address === member[field] || isWildcard(address)) return {}
  if (!node.named && member[field] !== '') return {}
  const taken = field === 'raftAddress' && book.some(other => other.raftAddress === address)
  return taken ? {} : { [field]: address }
}

/** Where one listens on every interface, nobody can be sent. */
function isWildcard(address: string): boolean {
  return /^(0\.0\.0\.0|\[::\]|\*)?:/.test(address)
}

function forgotten({ book, voters, learners }: MembersView): MemberStep | null {
  const gone = book.find(
    ({ nodeId, leaving }) =>
      leaving === true && !voters.includes(nodeId) && !learners.includes(nodeId),
  )
  return gone === undefined ? null : { type: 'forget', nodeId: gone.nodeId }
}

function newcomer({ book, voters, learners }: MembersView): MemberStep | null {
  const present = [...voters, ...learners]
  const added = book.find(
    ({ nodeId, leaving }) => leaving === undefined && !present.includes(nodeId),
  )
  if (added === undefined) return null
  return { type: 'change', changes: [{ type: 'learner', nodeId: added.nodeId }] }
}

/** With a replacement, who comes and who goes change in one joint step. */
function promotion(view: MembersView): MemberStep | null {
  const { book, voters, learners, active, ready, met } = view
  for (const { nodeId, leaving, dataUuid, replaces } of book) {
    if (leaving === true || !learners.includes(nodeId)) continue
    const present = met.some(node => node.nodeId === nodeId && node.dataUuid === dataUuid)
    if (!present || !active.has(nodeId) || !ready.has(nodeId)) continue
    const goes = [...voters, ...learners].find(id => id === replaces)
    const after = [...voters.filter(id => id !== goes), nodeId]
    if (quorumRisk(after, id => active.has(id)) !== null) continue
    const promoted: MemberChange = { type: 'voter', nodeId }
    if (goes === undefined) return { type: 'change', changes: [promoted] }
    const handOver = goes === view.nodeId ? transfer(view) : null
    if (handOver !== null) return handOver
    return { type: 'change', changes: [promoted, { type: 'remove', nodeId: goes }] }
  }
  return null
}

function removal(view: MembersView): MemberStep | null {
  const { book, voters, learners, active, nodeId: self } = view
  const leaving = book.find(
    ({ nodeId, leaving }) =>
      leaving === true &&
      !book.some(member => member.replaces === nodeId && !voters.includes(member.nodeId)),
  )
  // What Raft has and the book has not was added by a leader that did not know yet of the wish to take it back.
  const stray = [...voters, ...learners].find(id => !book.some(({ nodeId }) => nodeId === id))
  const goes = leaving?.nodeId ?? stray
  if (goes === undefined || book.length === 0) return null
  if (voters.every(id => id === goes)) return null
  // Voters may have fallen silent since the wish was taken.
  const risk = leaving?.forced === true ? null : riskWithout(goes, voters, id => active.has(id))
  if (risk !== null) return { type: 'hold', nodeId: goes, risk }
  const handOver = goes === self ? transfer(view) : null
  return handOver ?? { type: 'change', changes: [{ type: 'remove', nodeId: goes }] }
}

function transfer({ nodeId: self, book, voters, active, transfersTried }: MembersView) {
  if (transfersTried >= TRANSFERS_MAX) return null
  const to = voters.filter(id => {
    const stays = book.some(({ nodeId, leaving }) => nodeId === id && leaving === undefined)
    return id !== self && active.has(id) && stays
  })
  return to.length === 0 ? null : ({ type: 'transfer', to } as const)
}
