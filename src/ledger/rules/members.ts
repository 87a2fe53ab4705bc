// The address book of the cluster: who is to be a member, where, and with which data. Raft's configuration follows it.
import { assert } from '../../lib/index.js'
import { memberImage } from '../changes/images.js'
import type { ChangeAction, Member } from '../entities.js'
import {
  type AddMemberCommand,
  type ForgetMemberCommand,
  type KeepMemberCommand,
  MEMBERS_MAX,
  REMOVED_MEMBERS_MAX,
  type RemoveMemberCommand,
  type UpdateMemberCommand,
} from '../member-commands.js'
import type { CommandContext } from './command-context.js'
import { type Decision, done, invalid, refuse } from './decision.js'

const ADDRESS_LENGTH_MAX = 300

/** The first data directory met under the new id is bound to it later (`member.update`). */
export function addMember(context: CommandContext, command: AddMemberCommand): Decision {
  const { nodeId, raftAddress, apiAddress, replaces } = command
  const book = new Book(context)
  if (context.state.cluster === null)
    return invalid('node_id', nodeId, 'the cluster is not founded yet')
  const refused = refuseNewcomer(book, nodeId) ?? checkAddresses(book, nodeId, command)
  if (refused !== null) return refused
  const busy = book.busy()
  if (busy !== null) return busy
  const member: Member = { nodeId, raftAddress, apiAddress, dataUuid: null }
  if (replaces === null) {
    book.put(member, 'member.added')
    return done()
  }
  const old = book.find(replaces)
  if (old === null) return refuse({ code: 'member-not-found', nodeId: replaces })
  const full = book.removedFull()
  if (full !== null) return full
  book.put({ ...member, replaces }, 'member.added')
  book.put({ ...old, leaving: true }, 'member.leaving')
  return done()
}

function refuseNewcomer(book: Book, nodeId: number): Decision | null {
  if (!Number.isSafeInteger(nodeId) || nodeId < 1)
    return invalid('node_id', nodeId, 'it must be a whole number from 1')
  const known = book.find(nodeId)
  if (known !== null)
    return refuse({ code: 'member-exists', nodeId, raftAddress: known.raftAddress })
  if (book.removed.includes(nodeId)) return refuse({ code: 'member-id-used', nodeId })
  if (book.members.length < MEMBERS_MAX) return null
  return refuse({ code: 'too-many-members', what: 'members', max: MEMBERS_MAX })
}

export function updateMember(context: CommandContext, command: UpdateMemberCommand): Decision {
  const { nodeId, set } = command
  const book = new Book(context)
  const known = book.find(nodeId)
  if (known === null) return refuse({ code: 'member-not-found', nodeId })
  const refused = checkAddresses(book, nodeId, set)
  if (refused !== null) return refused
  if (set.dataUuid !== undefined && known.dataUuid !== null && known.dataUuid !== set.dataUuid)
    return refuse({ code: 'member-other-data', nodeId })
  const changed = { ...known, ...set }
  const same =
    changed.raftAddress === known.raftAddress &&
    changed.apiAddress === known.apiAddress &&
    changed.dataUuid === known.dataUuid
  if (!same) book.put(changed, 'member.changed')
  return done()
}

/** Said twice it changes nothing. */
export function removeMember(context: CommandContext, command: RemoveMemberCommand): Decision {
  const { nodeId } = command
  const forced = command.forced === true ? ({ forced: true } as const) : {}
  const book = new Book(context)
  const known = book.find(nodeId)
  if (known === null) return refuse({ code: 'member-not-found', nodeId })
  if (known.leaving === true) {
    if (known.forced !== command.forced && command.forced === true)
      book.put({ ...known, ...forced }, 'member.leaving')
    return done()
  }
  const full = book.removedFull()
  if (full !== null) return full
  const { replaces, ...member } = known
  const replaced = replaces === undefined ? null : book.find(replaces)
  if (replaced === null) {
    const refused = book.busy()
    if (refused !== null) return refused
    if (book.members.length === 1) return refuse({ code: 'last-member', nodeId })
  } else {
    // It was leaving for this node's sake only, and stays instead.
    book.put(staying(replaced), 'member.changed')
  }
  book.put({ ...member, leaving: true, ...forced }, 'member.leaving')
  return done()
}

/** Said too late it is refused: what is gone comes back only as a new node. */
export function keepMember(context: CommandContext, { nodeId }: KeepMemberCommand): Decision {
  const book = new Book(context)
  const known = book.find(nodeId)
  if (known === null) return refuse({ code: 'member-not-found', nodeId })
  if (known.leaving !== true) return refuse({ code: 'member-not-leaving', nodeId })
  book.put(staying(known), 'member.changed')
  const successor = book.members.find(member => member.replaces === nodeId)
  if (successor === undefined) return done()
  const full = book.removedFull()
  if (full !== null) return full
  const { replaces: _, ...member } = successor
  book.put({ ...member, leaving: true }, 'member.leaving')
  return done()
}

function staying(member: Member): Member {
  const { leaving: _, forced: __, ...rest } = member
  return rest
}

/** The leader says so when it sees that Raft has let the node go. */
export function forgetMember(context: CommandContext, { nodeId }: ForgetMemberCommand): Decision {
  const book = new Book(context)
  const known = book.find(nodeId)
  if (known === null)
    return book.removed.includes(nodeId) ? done() : refuse({ code: 'member-not-found', nodeId })
  if (known.leaving !== true) return refuse({ code: 'member-not-leaving', nodeId })
  book.remove(known)
  for (const member of book.members) {
    if (member.replaces !== nodeId) continue
    const { replaces: _, ...settled } = member
    book.put(settled, 'member.changed')
  }
  return done()
}

function checkAddresses(
  book: Book,
  nodeId: number,
  { raftAddress, apiAddress = '' }: Partial<Pick<Member, 'raftAddress' | 'apiAddress'>>,
): Decision | null {
  if (apiAddress.length > ADDRESS_LENGTH_MAX)
    return invalid('api_addr', apiAddress, `it must have at most ${ADDRESS_LENGTH_MAX} characters`)
  if (raftAddress === undefined) return null
  if (raftAddress === '' || raftAddress.length > ADDRESS_LENGTH_MAX)
    return invalid('addr', raftAddress, `it must have 1 to ${ADDRESS_LENGTH_MAX} characters`)
  const holder = book.members.find(
    member => member.nodeId !== nodeId && member.raftAddress === raftAddress,
  )
  if (holder === undefined) return null
  return refuse({ code: 'member-address-taken', raftAddress, nodeId: holder.nodeId })
}

/** The address book under change; every change of it is recorded. */
class Book {
  constructor(readonly context: CommandContext) {}

  get members(): readonly Member[] {
    return this.context.state.cluster?.members ?? []
  }

  get removed(): readonly number[] {
    return this.context.state.cluster?.removed ?? []
  }

  find(nodeId: number): Member | null {
    return this.members.find(member => member.nodeId === nodeId) ?? null
  }

  /** A refusal while another change has not come to its end. */
  busy(): Decision | null {
    const leaving = this.members.find(member => member.leaving === true)
    if (leaving === undefined) return null
    return refuse({ code: 'member-change-under-way', nodeId: leaving.nodeId })
  }

  /** Ids of removed nodes are kept for ever, so there is an end to them. */
  removedFull(): Decision | null {
    if (this.removed.length < REMOVED_MEMBERS_MAX) return null
    return refuse({ code: 'too-many-members', what: 'removed', max: REMOVED_MEMBERS_MAX })
  }

  put(member: Member, action: ChangeAction): void {
    const before = this.find(member.nodeId)
    this.record(action, before, member)
    const others = this.members.filter(other => other.nodeId !== member.nodeId)
    this.save([...others, member], this.context.state.cluster?.removed)
  }

  remove(member: Member): void {
    this.record('member.removed', member, null)
    const removed = [...this.removed, member.nodeId].sort((left, right) => left - right)
    this.save(
      this.members.filter(other => other.nodeId !== member.nodeId),
      removed,
    )
  }

  private save(members: readonly Member[], removed: readonly number[] | undefined): void {
    const { rows, state } = this.context
    const { cluster } = state
    assert(cluster !== null, 'genesis comes before every change of members')
    const sorted = [...members].sort((left, right) => left.nodeId - right.nodeId)
    const saved = { ...cluster, members: sorted, ...(removed === undefined ? {} : { removed }) }
    rows.saveCluster(saved)
    state.cluster = saved
  }

  private record(action: ChangeAction, before: Member | null, after: Member | null): void {
    this.context.record(
      action,
      'cluster',
      this.context.state.cluster?.clusterId ?? 0,
      before === null ? null : memberImage(before),
      after === null ? null : memberImage(after),
    )
  }
}
