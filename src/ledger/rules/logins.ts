// Logins as they are remembered on every node: who came in, and who failed how often.
import {
  LOGIN_FAILURES_MAX,
  type RecordLoginCommand,
  type RecordLoginFailureCommand,
} from '../identity/commands.js'
import type { Identities } from '../identity/identities.js'
import type { LoginFailures, User } from '../identity/nouns.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, refuse } from './decision.js'
import { replaceUser } from './users.js'

export function recordLogin(context: CommandContext, command: RecordLoginCommand): Decision {
  const { userId, failuresKey, renewedHash } = command
  const user = context.identities.user(userId)
  if (user === null) return refuse({ code: 'user-not-found', id: userId })
  if (!user.isActive) return refuse({ code: 'not-signed-in' })
  context.identities.deleteLoginFailures(failuresKey)
  return replaceUser(context, 'user.logged-in', user, {
    ...user,
    lastLoginMs: context.timeMs,
    passwordHash: renewedHash ?? user.passwordHash,
    failedLogins: 0,
    lockedUntilMs: null,
    revision: context.revision,
  })
}

/** Counts under the name and address whoever it was, and at the account if there is one. */
export function recordLoginFailure(
  context: CommandContext,
  command: RecordLoginFailureCommand,
): Decision {
  const failures = countFailure(context, command)
  const { userId } = command
  const user = userId === null ? null : context.identities.user(userId)
  const lockedUntilMs = user === null ? null : countAtUser(context, user, command)
  return answer({ type: 'login', failures, lockedUntilMs })
}

/** @returns failures in the window */
function countFailure(
  { identities, timeMs }: CommandContext,
  { failuresKey: key, windowMs }: RecordLoginFailureCommand,
): number {
  const known = identities.loginFailures(key)
  const goesOn = known !== null && known.sinceMs > timeMs - windowMs
  if (known === null && identities.loginFailureCount >= LOGIN_FAILURES_MAX) {
    identities.deleteLoginFailures(oldest(identities).key)
  }
  const failures = goesOn
    ? { ...known, count: known.count + 1 }
    : { key, count: 1, sinceMs: timeMs }
  identities.saveLoginFailures(failures)
  return failures.count
}

/** The order is that of the values, not of memory: a node that was restarted forgets the same one. */
function oldest(identities: Identities): LoginFailures {
  return [...identities.allLoginFailures()].reduce((a, b) => {
    if (a.sinceMs !== b.sinceMs) return a.sinceMs < b.sinceMs ? a : b
    return a.key < b.key ? a : b
  })
}

/** While it is locked nothing is counted: whoever tries on does not keep the owner out for ever. @returns until when */
function countAtUser(
  context: CommandContext,
  user: User,
  { lockAfter, lockMs }: RecordLoginFailureCommand,
): number | null {
  const { timeMs, revision } = context
  if (user.lockedUntilMs !== null && user.lockedUntilMs > timeMs) return user.lockedUntilMs
  const failedLogins = user.failedLogins + 1
  const isLocked = failedLogins >= lockAfter
  const lockedUntilMs = isLocked ? timeMs + lockMs : null
  replaceUser(context, 'user.login-failed', user, {
    ...user,
    failedLogins: isLocked ? 0 : failedLogins,
    lockedUntilMs,
    revision,
  })
  return lockedUntilMs
}
