// What can be asked about the cluster's address book.

/** Nodes in the address book. */
export const MEMBERS_MAX = 64
/** Ids of removed nodes that are remembered; when there are as many, none is removed any more. */
export const REMOVED_MEMBERS_MAX = 1000

/**
 * The wish for a new member. Like the other `member` commands it changes the address book only; the leader makes
 * Raft's configuration follow it (docs/decisions/0025).
 */
export type AddMemberCommand = {
  readonly type: 'member.add'
  readonly nodeId: number
  readonly raftAddress: string
  /** Empty: it is taken from the node once it is met. */
  readonly apiAddress: string
  /** The member whose place it takes; null = none. */
  readonly replaces: number | null
}
/** `dataUuid` binds the id to the first data directory that was met under it, once. */
export type UpdateMemberCommand = {
  readonly type: 'member.update'
  readonly nodeId: number
  readonly set: {
    readonly raftAddress?: string
    readonly apiAddress?: string
    readonly dataUuid?: string
  }
}
/** The wish that a member goes. Of a node that was to replace another: that the other one stays. */
export type RemoveMemberCommand = {
  readonly type: 'member.remove'
  readonly nodeId: number
  /** Also when fewer voters than a majority would be heard from afterwards. Absent = not so. */
  readonly forced?: true
}
/** Takes the wish back that a member goes, as long as it is there. One that was to be replaced stays, and its successor goes. */
export type KeepMemberCommand = { readonly type: 'member.keep'; readonly nodeId: number }
/** Proposed by the leader once a leaving node is in Raft's configuration no more: its id is never used again. */
export type ForgetMemberCommand = { readonly type: 'member.forget'; readonly nodeId: number }

export type MemberCommand =
  | AddMemberCommand
  | UpdateMemberCommand
  | RemoveMemberCommand
  | KeepMemberCommand
  | ForgetMemberCommand
