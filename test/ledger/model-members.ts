// The address book as decision 25 describes it, apart from the rules: who is a member, who is leaving, which ids are used up.
import type { Command, Member, Refusal } from '../../src/ledger/index.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>
export type MemberCommand = Extract<Command, { type: `member.${string}` }>

export class ModelMembers {
  /** By id; null before the cluster is founded. */
  book: ReadonlyMap<number, Member> | null = null
  readonly removed = new Set<number>()

  found(members: readonly Member[]): void {
    this.book ??= new Map(members.map(member => [member.nodeId, member]))
  }

  /** @returns why not; null when it is done */
  decide(command: MemberCommand): Refusal | null {
    switch (command.type) {
      case 'member.add':
        return this.#add(command)
      case 'member.update':
        return this.#update(command)
      case 'member.remove':
        return this.#remove(command)
      case 'member.keep':
        return this.#keep(command)
      case 'member.forget':
        return this.#forget(command)
      default:
        return command satisfies never
    }
  }

  #find(nodeId: number): Member | undefined {
    return this.book?.get(nodeId)
  }

  #put(...members: readonly Member[]): null {
    const book = new Map(this.book)
    for (const member of members) book.set(member.nodeId, member)
    this.book = book
    return null
  }

  #underWay(): Refusal | null {
    const leaving = [...(this.book?.values() ?? [])]
      .filter(member => member.leaving === true)
      .map(({ nodeId }) => nodeId)
    if (leaving.length === 0) return null
    return { code: 'member-change-under-way', nodeId: Math.min(...leaving) }
  }

  #holder(nodeId: number, raftAddress: string | undefined): Refusal | null {
    const holder = [...(this.book?.values() ?? [])].find(
      other => other.nodeId !== nodeId && other.raftAddress === raftAddress,
    )
    if (holder === undefined || raftAddress === undefined) return null
    return { code: 'member-address-taken', raftAddress, nodeId: holder.nodeId }
  }

  #add({ nodeId, raftAddress, apiAddress, replaces }: Of<'member.add'>): Refusal | null {
    const known = this.#find(nodeId)
    if (known !== undefined)
      return { code: 'member-exists', nodeId, raftAddress: known.raftAddress }
    if (this.removed.has(nodeId)) return { code: 'member-id-used', nodeId }
    const refused = this.#holder(nodeId, raftAddress) ?? this.#underWay()
    if (refused !== null) return refused
    const member: Member = { nodeId, raftAddress, apiAddress, dataUuid: null }
    if (replaces === null) return this.#put(member)
    const old = this.#find(replaces)
    if (old === undefined) return { code: 'member-not-found', nodeId: replaces }
    return this.#put({ ...member, replaces }, { ...old, leaving: true })
  }

  #update({ nodeId, set }: Of<'member.update'>): Refusal | null {
    const known = this.#find(nodeId)
    if (known === undefined) return { code: 'member-not-found', nodeId }
    const taken = this.#holder(nodeId, set.raftAddress)
    if (taken !== null) return taken
    if (set.dataUuid !== undefined && known.dataUuid !== null && known.dataUuid !== set.dataUuid)
      return { code: 'member-other-data', nodeId }
    return this.#put({ ...known, ...set })
  }

  #remove({ nodeId, forced }: Of<'member.remove'>): Refusal | null {
    const known = this.#find(nodeId)
    if (known === undefined) return { code: 'member-not-found', nodeId }
    const mark = forced === true ? ({ forced } as const) : {}
    if (known.leaving === true) return this.#put({ ...known, ...mark })
    const { replaces, ...member } = known
    const gone: Member = { ...member, leaving: true, ...mark }
    const old = replaces === undefined ? undefined : this.#find(replaces)
    if (old !== undefined) return this.#put(staying(old), gone)
    const refused = this.#underWay()
    if (refused !== null) return refused
    return this.book?.size === 1 ? { code: 'last-member', nodeId } : this.#put(gone)
  }

  #keep({ nodeId }: Of<'member.keep'>): Refusal | null {
    const known = this.#find(nodeId)
    if (known === undefined) return { code: 'member-not-found', nodeId }
    if (known.leaving !== true) return { code: 'member-not-leaving', nodeId }
    this.#put(staying(known))
    for (const { replaces, ...member } of this.book?.values() ?? [])
      if (replaces === nodeId) this.#put({ ...member, leaving: true })
    return null
  }

  #forget({ nodeId }: Of<'member.forget'>): Refusal | null {
    const known = this.#find(nodeId)
    if (known === undefined)
      return this.removed.has(nodeId) ? null : { code: 'member-not-found', nodeId }
    if (known.leaving !== true) return { code: 'member-not-leaving', nodeId }
    const others = [...(this.book?.values() ?? [])].filter(other => other.nodeId !== nodeId)
    this.removed.add(nodeId)
    this.book = new Map()
    for (const { replaces, ...member } of others)
      this.#put(replaces === undefined || replaces === nodeId ? member : { ...member, replaces })
    return null
  }
}

function staying({ leaving: _, forced: __, ...member }: Member): Member {
  return member
}
