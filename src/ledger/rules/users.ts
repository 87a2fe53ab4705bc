// Users: made, changed, deleted. There is always an active admin, once there was one.
import { userImage } from '../changes/identity-images.js'
import type { ChangeAction } from '../entities.js'
import {
  type BootstrapCommand,
  type CreateUserCommand,
  type DeleteUserCommand,
  type UpdateUserCommand,
  USERS_MAX,
} from '../identity/commands.js'
import type { User } from '../identity/nouns.js'
import { checkEmail, checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'

/** ASCII letters, digits and `._@+-`, and any other script, but no half of a surrogate pair; the first one no sign. Names stand in paths and logs. */
const USERNAME =
  /^[A-Za-z0-9\u{a1}-\u{d7ff}\u{e000}-\u{10ffff}][A-Za-z0-9._@+\-\u{a1}-\u{d7ff}\u{e000}-\u{10ffff}]{0,63}$/u
/** What Changes call whoever has not signed in. */
const ANONYMOUS = 'system'

/** Users are never all gone again, so whether there are any tells whether there ever were. */
export function bootstrapUser(context: CommandContext, command: BootstrapCommand): Decision {
  if (context.identities.userCount > 0) return done()
  return createUser(context, { ...command, type: 'user.create', role: 'admin', theme: 'light' })
}

export function createUser(context: CommandContext, command: CreateUserCommand): Decision {
  const { username, email, role, theme, passwordHash } = command
  const refused = checkUsername(context, username) ?? checkEmail('email', email)
  if (refused !== null) return refused
  if (context.identities.userCount >= USERS_MAX)
    return refuse({ code: 'too-many-users', max: USERS_MAX })
  const user: User = {
    ...{ id: context.rows.nextId('user'), username, email, role, theme, passwordHash },
    isActive: true,
    epoch: 1,
    lastLoginMs: null,
    failedLogins: 0,
    lockedUntilMs: null,
    createdMs: context.timeMs,
    updatedMs: context.timeMs,
    revision: context.revision,
  }
  context.identities.saveUser(user)
  context.record('user.created', 'user', user.id, null, userImage(user))
  return answer({ type: 'user', user })
}

export function updateUser(context: CommandContext, command: UpdateUserCommand): Decision {
  const { id, set } = command
  const old = context.identities.user(id)
  if (old === null) return refuse({ code: 'user-not-found', id })
  const user: User = {
    ...old,
    ...set,
    epoch: old.epoch + (endsWhatIsSignedIn(set) ? 1 : 0),
    ...(unlocks(set) ? { failedLogins: 0, lockedUntilMs: null } : {}),
    updatedMs: context.timeMs,
    revision: context.revision,
  }
  const refused =
    checkRevision(command.ifRevision, old.revision) ??
    checkEmail('email', user.email) ??
    (isAdmin(user) ? null : refuseLastAdmin(context, old))
  if (refused !== null) return refused
  const action = set.passwordHash === undefined ? 'user.updated' : 'user.password-changed'
  return replaceUser(context, action, old, user)
}

export function deleteUser(context: CommandContext, command: DeleteUserCommand): Decision {
  const { id } = command
  const old = context.identities.user(id)
  if (old === null) return refuse({ code: 'user-not-found', id })
  const refused = checkRevision(command.ifRevision, old.revision) ?? refuseLastAdmin(context, old)
  if (refused !== null) return refused
  context.identities.deleteUser(old)
  context.record('user.deleted', 'user', id, userImage(old), null)
  return done()
}

/** Also for what logins change of a user. */
export function replaceUser(
  context: CommandContext,
  action: ChangeAction,
  old: User,
  user: User,
): Decision {
  context.identities.saveUser(user)
  context.record(action, 'user', user.id, userImage(old), userImage(user))
  return answer({ type: 'user', user })
}

type UserSet = UpdateUserCommand['set']

function endsWhatIsSignedIn({ passwordHash, isActive }: UserSet): boolean {
  return passwordHash !== undefined || isActive === false
}

function unlocks({ passwordHash, isActive }: UserSet): boolean {
  return passwordHash !== undefined || isActive === true
}

function isAdmin(user: User): boolean {
  return user.isActive && user.role === 'admin'
}

/** @param user who is to be an active admin no more, if he is one */
function refuseLastAdmin({ identities }: CommandContext, user: User): Decision | null {
  if (!isAdmin(user)) return null
  const others = identities.users().some(other => other.id !== user.id && isAdmin(other))
  return others ? null : refuse({ code: 'last-admin', id: user.id })
}

function checkUsername({ identities }: CommandContext, username: string): Decision | null {
  if (!USERNAME.test(username) || username.toLowerCase() === ANONYMOUS) {
    const reason = 'must be 1 to 64 letters, digits or ._@+-, not begin with a sign, not be system'
    return invalid('username', username, reason)
  }
  const holder = identities.userNamed(username)
  return holder === null ? null : refuse({ code: 'user-exists', username, id: holder.id })
}
