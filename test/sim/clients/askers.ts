// Who asks: most have not signed in; of the users that there are some are deactivated by the time their request is decided.
import type { SubmitContext } from '../../../src/gateway/index.js'
import type { Command, Permission, Reservation, User } from '../../../src/ledger/index.js'
import type { World } from '../world/world.js'

export type Asker = Required<Pick<SubmitContext, 'origin' | 'principal'>>

const SIGNED_IN_RATE = 0.35
/** Of those who ask for what only users have. */
const NOBODY_RATE = 0.1
/** Of those who were signed out once, the part that does not know. */
const STALE_RATE = 0.3

export function drawAsker({ random, pick, observer }: World, command: Command): Asker {
  const rate = isOfUsers(command) ? 1 - NOBODY_RATE : SIGNED_IN_RATE
  const user = random() < rate ? pick(observer.ledger.users) : undefined
  if (user === undefined) return nobody(random() < 0.8 ? 'alice' : 'bob')
  const isStale = user.epoch > 1 && random() < STALE_RATE
  return signedIn(user, isStale ? user.epoch - 1 : user.epoch, permissionFor(command))
}

/** Whoever holds it; one whose user is gone is nobody's. */
export function holderOf(
  { observer }: World,
  { holder, holderId }: Reservation,
  command: Command,
): Asker {
  const user = observer.ledger.users.find(({ id }) => id === holderId)
  return user === undefined ? nobody(holder) : signedIn(user, user.epoch, permissionFor(command))
}

function nobody(actor: string): Asker {
  return { origin: { actor, clientAddress: null, userAgent: null }, principal: null }
}

export function signedIn(
  { id: userId, username }: Pick<User, 'id' | 'username'>,
  epoch: number,
  permission: Permission,
): Asker {
  const token = { kind: 'access', tokenId: `token-${userId}-${epoch}`, epoch } as const
  const principal = { ...token, userId, permission }
  return { ...nobody(username), principal }
}

/** Others are refused. */
function isOfUsers({ type }: Command): boolean {
  return ['tags.apply', 'job.create', 'share.create', 'rule.create'].includes(type)
}

function permissionFor({ type }: Command): Permission {
  if (type.startsWith('user.')) return 'admin'
  if (type === 'allocation.release') return 'release'
  return type === 'allocation.create' || type === 'reservation.create' ? 'allocate' : 'update'
}
