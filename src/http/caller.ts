// Who sends a request: found out once when it comes, and asked again of the state that answers it.
import type { Authenticated, IdentityView, KeyRing } from '../auth/index.js'
import {
  type Origin,
  type Permission,
  type Principal,
  type Refusal,
  refusePrincipal,
  rolePermissions,
} from '../ledger/index.js'
import type { StoreView } from '../store/index.js'
import type { Call } from './call.js'
import { clientAddressOf } from './client-address.js'
import { Refused } from './fail.js'

/** Whoever holds a good token. */
export type Caller = Authenticated

const USER_AGENT_CHARS_MAX = 256
/** What Changes call whoever has not signed in (CONTRACT.md D-17). */
const ANONYMOUS = 'system'

/** As Changes record it. @param actor another name than the caller's */
export function originOf(call: Call, actor = call.caller?.user.username ?? ANONYMOUS): Origin {
  return {
    actor,
    clientAddress: clientAddressOf(call),
    userAgent: call.request.headers['user-agent']?.slice(0, USER_AGENT_CHARS_MAX) ?? null,
  }
}

/** What goes with a command: the caller, and the most that was asked of him on the way. */
export function principalOf({ caller, permission }: Call): Principal | null {
  return caller === null ? null : { ...caller.principal, permission }
}

/** Names may be given again, ids never; and no name begins with a sign. */
export function idempotencyScope({ caller }: Call): string {
  return caller === null ? ANONYMOUS : `#${caller.user.id}`
}

/**
 * That this node's state, as it is now, still lets the caller do what was asked of him. Without a caller there is
 * nothing to ask. @throws Refused not-signed-in, not-permitted
 */
export function requireStanding(call: Call): void {
  const refusal = refusalOf(call)
  if (refusal !== null) throw new Refused(refusal)
}

/** Whether a stream that began with the caller's token may go on: his token is not over either. */
export function mayGoOn(call: Call): boolean {
  const expiresMs = call.caller?.expiresMs ?? null
  if (expiresMs !== null && expiresMs <= call.app.nowMs()) return false
  return refusalOf(call) === null
}

function refusalOf(call: Call): Refusal | null {
  const principal = principalOf(call)
  if (principal === null) return null
  const { store } = call.app
  return refusePrincipal(store.reads.identities(), principal, call.app.nowMs())
}

/** Of two permissions the one that fewer roles have: who has it has the other, too. */
export function stronger(one: Permission, other: Permission): Permission {
  return holders(other) < holders(one) ? other : one
}

function holders(permission: Permission): number {
  return Object.values(rolePermissions).filter(permissions => permissions.has(permission)).length
}

/** What `authenticate` asks for, of whatever state the store has at that moment. */
export function identityView(store: StoreView, keys: KeyRing): IdentityView {
  const identities = () => store.reads.identities()
  return {
    get clusterUuid() {
      return store.reads.cluster()?.clusterUuid ?? ''
    },
    user: id => identities().user(id),
    apiTokenByHash: hash => identities().apiTokenByHash(hash),
    signingKeys: () => keys.opened(identities().signingKeys()),
    isRevoked: tokenId => identities().isRevoked(tokenId),
  }
}
