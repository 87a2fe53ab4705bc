// From a name and a password to a user and a token: bounded, the same for names that nobody has, and counted on all nodes.
import { createHash } from 'node:crypto'
import { type IssuedToken, issueAccessToken, newestKey } from '../../../auth/index.js'
import type { SigningKey, User } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import { clientAddressOf } from '../../client-address.js'
import { countedAddress } from '../../counted-address.js'
import { Refused } from '../../fail.js'
import { resultOf, submitOwn } from '../../submit.js'

/** @throws ApiError 401, 429, 503; TooBusyError */
export async function signIn(
  call: Call,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<{ readonly user: User; readonly token: IssuedToken }> {
  await call.awaitNewest()
  signingKey(call)
  const known = call.app.store.reads.identities().userNamed(username)
  const isRight = await checkPassword(call, { username, user: known, password })
  if (!isRight || known === null) throw invalidCredentials()
  const user = await recordLogin(call, known, password)
  return { user, token: await issueToken(call, user) }
}

/** For a user who has proved who he is. @throws ApiError 503 in a cluster so young that it has no key, or none that this node can open */
export function issueToken(call: Call, user: User): Promise<IssuedToken> {
  const { app } = call
  const { clusterUuid } = app.identityKnown.state
  const { accessTtlSeconds: ttlSeconds } = app.options
  const order = { user, key: signingKey(call), clusterUuid, nowMs: app.nowMs(), ttlSeconds }
  return issueAccessToken(order, app.identity.random)
}

type Attempt = {
  readonly username: string
  /** null when nobody has that name. */
  readonly user: User | null
  readonly password: string
}

/**
 * Asked before the work, and after it: whoever sends many guesses at once has them hashed one after the other, and hears
 * nothing of those that came after the last one allowed.
 * @returns whether an active user has that password; a failure was counted when not. @throws ApiError 429; TooBusyError
 */
export async function checkPassword(call: Call, attempt: Attempt): Promise<boolean> {
  const { user, password } = attempt
  refuseTooMany(call, attempt)
  const matches = await call.app.identity.hasher.verify(user?.passwordHash ?? null, password)
  refuseTooMany(call, attempt)
  if (matches && user?.isActive === true) return true
  if ((await countFailure(call, attempt)) > call.app.options.login.failuresMax)
    throw tooManyAttempts(call)
  return false
}

/** The answer tells nobody whether there is such a user, nor which of the limits was met. @throws ApiError 429 */
function refuseTooMany(call: Call, { username, user }: Attempt): void {
  const { app } = call
  const { failuresMax, windowMs, lockAfter, lockMs } = app.options.login
  const identities = app.store.reads.identities()
  const nowMs = app.nowMs()
  const isOver = (key: string, most: number, forMs: number) => {
    const failures = identities.loginFailures(key)
    return failures !== null && failures.count >= most && failures.sinceMs > nowMs - forMs
  }
  const isLocked =
    user === null
      ? isOver(nameKey(username), lockAfter, lockMs)
      : (identities.user(user.id)?.lockedUntilMs ?? 0) > nowMs
  if (isLocked || isOver(addressKey(call, username), failuresMax, windowMs))
    throw tooManyAttempts(call)
}

/** A name that nobody has is locked like an account: a lock must not tell that there is one. @returns in the window */
async function countFailure(call: Call, { username, user }: Attempt): Promise<number> {
  const { windowMs, lockAfter, lockMs } = call.app.options.login
  const command = { type: 'login.fail', lockAfter, lockMs } as const
  const failuresKey = addressKey(call, username)
  const [counted] = await Promise.all([
    submitOwn(call, { ...command, userId: user?.id ?? null, failuresKey, windowMs }),
    user === null &&
      submitOwn(call, {
        ...command,
        userId: null,
        failuresKey: nameKey(username),
        windowMs: lockMs,
      }),
  ])
  return resultOf(counted.result, 'login').failures
}

/**
 * The hash is made anew when its parameters are of yesterday.
 * @returns the user as he is now. @throws ApiError 401 when the password was changed, or he was deactivated, meanwhile
 */
async function recordLogin(call: Call, user: User, password: string): Promise<User> {
  const { id: userId, username, passwordHash, epoch } = user
  const { hasher } = call.app.identity
  const renewedHash = hasher.needsRehash(passwordHash) ? await hasher.hash(password) : null
  const failuresKey = addressKey(call, username)
  const command = { type: 'login.record', userId, failuresKey, renewedHash } as const
  try {
    const { user: now } = resultOf((await submitOwn(call, command, username)).result, 'user')
    if (now.epoch === epoch) return now
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
  throw invalidCredentials()
}

/** @throws ApiError 503 */
function signingKey({ app }: Call): SigningKey {
  const key = newestKey(app.identityKnown.state.signingKeys(), app.nowMs())
  if (key !== null && app.store.reads.identities().userCount > 0) return key
  throw new ApiError(
    503,
    'no-users-yet',
    'Nobody can sign in yet, as the cluster has no user or no key for it; try again in a moment.',
    { outcome: 'known' },
    ['Retry-After', '1'],
  )
}

function invalidCredentials(): ApiError {
  return new ApiError(401, 'invalid-credentials', 'The user name or the password is wrong.')
}

function tooManyAttempts({ app }: Call): ApiError {
  return new ApiError(
    429,
    'rate-limited',
    'Too many failed attempts; wait before you try again.',
    {},
    ['Retry-After', String(Math.ceil(app.options.login.windowMs / 1000))],
  )
}

/** As `LoginFailures` has it: no name of a stranger is kept. */
function addressKey(call: Call, username: string): string {
  return hashed(`${lowerCase(username)}\n${countedAddress(clientAddressOf(call))}`)
}

function nameKey(username: string): string {
  return hashed(lowerCase(username))
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** Of ASCII letters only, as the ledger compares names. */
function lowerCase(username: string): string {
  return username.replace(/[A-Z]/g, letter => letter.toLowerCase())
}
