// What refusals about users and tokens say to people.
import type { IdentityRefusal } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'

export function identityMessage(refusal: IdentityRefusal): string {
  switch (refusal.code) {
    case 'user-not-found':
      return `User ${refusal.id} not found.`
    case 'user-exists':
      return `A user named ${refusal.username} already exists: ${refusal.id}.`
    case 'last-admin':
      return `User ${refusal.id} is the last active admin; make another one first.`
    case 'too-many-users':
      return `There are ${refusal.max} users already; no more can be added.`
    case 'api-token-not-found':
      return `Token ${refusal.id} not found.`
    case 'too-many-api-tokens':
      return `User ${refusal.userId} has ${refusal.max} tokens already; revoke one first.`
    case 'too-many-revocations':
      return `${refusal.max} sign-ins were ended early and are remembered until their time is over; try again later.`
    case 'not-signed-in':
      return 'The sign-in has ended: the user was deactivated, the password changed or the token revoked.'
    case 'not-permitted':
      return `This needs the permission ipam:${refusal.permission}, which your role does not give.`
    default:
      return unreachable(refusal, 'refusal')
  }
}
