// Users, and whether whoever signed in may still ask, as it must be decided, the slow and obvious way.
import {
  type Command,
  type Principal,
  type Refusal,
  type Result,
  rolePermissions,
  type User,
} from '../../src/ledger/index.js'
import { type Now, refuse } from './model-refused.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export class ModelUsers {
  /** In the order in which they were made. */
  users: readonly User[] = []
  private lastId = 0

  constructor(private readonly now: Now) {}

  /** @returns why he may not ask; null: he may. It knows no permanent tokens, and no logouts. */
  refusal(principal: Principal | null): Refusal | null {
    if (principal === null) return null
    if (principal.kind !== 'access') throw new Error('the test makes no permanent tokens')
    const { userId, permission, epoch } = principal
    const user = this.user(userId)
    if (!user?.isActive || user.epoch !== epoch) return { code: 'not-signed-in' }
    const may = rolePermissions[user.role].has(permission)
    return may ? null : { code: 'not-permitted', permission, userId }
  }

  isAdmin(userId: number | null): boolean {
    return this.users.some(({ id, role }) => id === userId && role === 'admin')
  }

  bootstrap({ username, email, passwordHash }: Of<'user.bootstrap'>): Result {
    if (this.users.length > 0) return { type: 'none' }
    return this.add({ username, email, passwordHash, role: 'admin', theme: 'light' })
  }

  create({ type: _, ...facts }: Of<'user.create'>): Result {
    const { username } = facts
    const holder = this.users.find(user => user.username === username)
    if (holder !== undefined) return refuse({ code: 'user-exists', username, id: holder.id })
    return this.add(facts)
  }

  update({ id, ifRevision, set }: Of<'user.update'>): Result {
    const old = this.user(id) ?? refuse({ code: 'user-not-found', id })
    this.checkRevision(ifRevision, old)
    const ends = set.passwordHash !== undefined || set.isActive === false
    const unlocks = set.passwordHash !== undefined || set.isActive === true
    const user: User = {
      ...old,
      ...set,
      epoch: ends ? old.epoch + 1 : old.epoch,
      ...(unlocks ? { failedLogins: 0, lockedUntilMs: null } : {}),
      updatedMs: this.now.timeMs,
      revision: this.now.revision,
    }
    if (!isActiveAdmin(user)) this.checkLastAdmin(old)
    this.users = this.users.map(each => (each.id === id ? user : each))
    return { type: 'user', user }
  }

  delete({ id, ifRevision }: Of<'user.delete'>): Result {
    const old = this.user(id) ?? refuse({ code: 'user-not-found', id })
    this.checkRevision(ifRevision, old)
    this.checkLastAdmin(old)
    this.users = this.users.filter(each => each.id !== id)
    return { type: 'none' }
  }

  private user(id: number): User | undefined {
    return this.users.find(each => each.id === id)
  }

  private add(facts: Pick<User, 'username' | 'email' | 'passwordHash' | 'role' | 'theme'>): Result {
    const { revision, timeMs } = this.now
    this.lastId += 1
    const user: User = {
      ...{ id: this.lastId, ...facts, isActive: true, epoch: 1 },
      ...{ lastLoginMs: null, failedLogins: 0, lockedUntilMs: null },
      ...{ createdMs: timeMs, updatedMs: timeMs, revision },
    }
    this.users = [...this.users, user]
    return { type: 'user', user }
  }

  private checkRevision(expected: number | null, { revision: actual }: User): void {
    if (expected === null || expected === actual) return
    refuse({ code: 'revision-mismatch', expected, actual })
  }

  private checkLastAdmin(user: User): void {
    const others = this.users.filter(each => each.id !== user.id && isActiveAdmin(each))
    if (isActiveAdmin(user) && others.length === 0) refuse({ code: 'last-admin', id: user.id })
  }
}

function isActiveAdmin({ isActive, role }: User): boolean {
  return isActive && role === 'admin'
}
