// What document 004 calls the actions and entities of history. Exhaustive: a new one does not compile until it has its word.
import type { ChangeAction, EntityKind } from '../../../ledger/index.js'

export const auditActions: { readonly [Action in ChangeAction]: string } = {
  'cluster.created': 'CREATE',
  'cluster.restored': 'RESTORE',
  'cluster.recovered': 'RECOVER',
  'effects.switched': 'UPDATE',
  'member.added': 'ADD_MEMBER',
  'member.changed': 'UPDATE_MEMBER',
  'member.leaving': 'UPDATE_MEMBER',
  'member.removed': 'REMOVE_MEMBER',
  'vrf.created': 'CREATE',
  'vrf.updated': 'UPDATE',
  'vrf.deleted': 'DELETE',
  'network.created': 'CREATE',
  'network.updated': 'UPDATE',
  'network.deleted': 'DELETE',
  // A pool is something about a network that is there.
  'pool.created': 'UPDATE',
  'pool.updated': 'UPDATE',
  'pool.deleted': 'UPDATE',
  'number-pool.created': 'CREATE',
  'number-pool.updated': 'UPDATE',
  'number-pool.deleted': 'DELETE',
  'number.allocated': 'ALLOCATE',
  'number.released': 'RELEASE',
  'allocation.created': 'ALLOCATE',
  'allocation.updated': 'UPDATE',
  'allocation.renewed': 'RENEW',
  'allocation.moved': 'MOVE',
  'allocation.released': 'RELEASE',
  'allocation.expired': 'EXPIRE',
  'allocation.hold-ended': 'FREE',
  'user.created': 'CREATE',
  'user.updated': 'UPDATE',
  'user.password-changed': 'CHANGE_PASSWORD',
  'user.deleted': 'DELETE',
  'user.logged-in': 'LOGIN',
  'user.login-failed': 'LOGIN_FAILED',
  'api-token.created': 'CREATE',
  'api-token.revoked': 'REVOKE',
  'signing-key.rotated': 'ROTATE_KEY',
  'tag.created': 'CREATE',
  'tag.updated': 'UPDATE',
  'tag.deleted': 'DELETE',
  'custom-field.created': 'CREATE',
  'custom-field.updated': 'UPDATE',
  'custom-field.deleted': 'DELETE',
  'settings.updated': 'UPDATE',
  'reservation.created': 'RESERVE',
  'reservation.moved': 'MOVE',
  'reservation.expired': 'EXPIRE',
  'reservation.converted': 'ALLOCATE',
  'reservation.cancelled': 'RELEASE',
  'reservation.dismissed': 'DISMISS',
  'country.created': 'CREATE',
  'country.updated': 'UPDATE',
  'country.deleted': 'DELETE',
  'comment.created': 'CREATE',
  'share.created': 'CREATE',
  'share.revoked': 'REVOKE',
  'preferences.updated': 'UPDATE',
  'filter.created': 'CREATE',
  'filter.deleted': 'DELETE',
  'notification.created': 'CREATE',
  'notification.updated': 'UPDATE',
  'notification.deleted': 'DELETE',
  'rule.created': 'CREATE',
  'rule.updated': 'UPDATE',
  'rule.deleted': 'DELETE',
  'webhook.created': 'CREATE',
  'webhook.updated': 'UPDATE',
  'webhook.disabled': 'DISABLE',
  'webhook.deleted': 'DELETE',
  'job.created': 'CREATE',
  'job.completed': 'COMPLETE',
  'alert.raised': 'RAISE',
  'alert.changed': 'UPDATE',
  'alert.resolved': 'RESOLVE',
  'history.pruned': 'PRUNE',
}

/** A reservation is something that happens to an address. */
export const auditEntities: { readonly [Kind in EntityKind]: string } = {
  cluster: 'cluster',
  vrf: 'vrf',
  network: 'subnet',
  allocation: 'ip',
  reservation: 'ip',
  'number-pool': 'number_pool',
  number: 'number',
  user: 'user',
  'api-token': 'token',
  tag: 'tag',
  'custom-field': 'custom_field',
  settings: 'system_config',
  alert: 'alert',
  country: 'country',
  comment: 'comment',
  share: 'share',
  preferences: 'preferences',
  filter: 'filter',
  notification: 'notification',
  rule: 'notification_rule',
  webhook: 'webhook',
  job: 'job',
}

export const actionWords: readonly string[] = [...new Set(Object.values(auditActions))]
export const entityWords: readonly string[] = [...new Set(Object.values(auditEntities))]

/** @returns all that the word stands for, whatever the case of its letters; empty = nothing is called so */
export function actionsCalled(word: string): ChangeAction[] {
  return namesOf(auditActions, word.toUpperCase())
}

export function entitiesCalled(word: string): EntityKind[] {
  return namesOf(auditEntities, word.toLowerCase())
}

function namesOf<Name extends string>(
  table: { readonly [N in Name]: string },
  word: string,
): Name[] {
  return (Object.keys(table) as Name[]).filter(name => table[name] === word)
}
