// The `set` of an update: only what changes is there, and null is a value.
import type {
  FieldType,
  NotificationRule,
  NotificationSeverity,
  PlacementStrategy,
  RegionStatus,
  Role,
  User,
  WebhookEvent,
} from '../../ledger/index.js'
import { type CustomFieldPair, isCustomFieldPairs } from './custom-fields.js'
import { isTexts } from './fields.js'
import {
  fieldTypes,
  notificationSeverities,
  regionStatuses,
  roles,
  strategies,
  themes,
  webhookEventCodes,
} from './name-codes.js'

export type FieldKind =
  | 'text'
  | 'text-or-null'
  | 'texts'
  | 'texts-or-null'
  | 'number'
  | 'numbers'
  | 'number-or-null'
  | 'boolean'
  | 'strategy'
  | 'role'
  | 'theme'
  | 'field-type'
  | 'custom-fields'
  | 'watched-type-or-null'
  | 'channels'
  | 'notification-severity'
  | 'webhook-events'
  | 'region-status'
  | 'host-facts'

type Values = {
  text: string
  'text-or-null': string | null
  texts: readonly string[]
  'texts-or-null': readonly string[] | null
  number: number
  numbers: readonly number[]
  'number-or-null': number | null
  boolean: boolean
  role: Role
  theme: User['theme']
  strategy: PlacementStrategy
  'field-type': FieldType
  'custom-fields': readonly CustomFieldPair[]
  'watched-type-or-null': NotificationRule['resourceType']
  channels: NotificationRule['channels']
  'notification-severity': NotificationSeverity
  'webhook-events': readonly WebhookEvent[]
  'region-status': RegionStatus
  /** To be read as a set of its own. */
  'host-facts': object
}

const checks: { readonly [K in FieldKind]: (value: unknown) => boolean } = {
  text: value => typeof value === 'string',
  'text-or-null': value => value === null || typeof value === 'string',
  texts: isTexts,
  'texts-or-null': value => value === null || isTexts(value),
  number: Number.isFinite,
  numbers: value => Array.isArray(value) && value.every(Number.isFinite),
  'number-or-null': value => value === null || Number.isFinite(value),
  boolean: value => typeof value === 'boolean',
  role: value => roles.has(value),
  theme: value => themes.has(value),
  'field-type': value => fieldTypes.has(value),
  strategy: value => strategies.has(value),
  'custom-fields': isCustomFieldPairs,
  'watched-type-or-null': value => [null, 'country', 'region'].includes(value as string | null),
  channels: value => isTexts(value) && value.every(channel => channel === 'in_app'),
  'notification-severity': value => notificationSeverities.has(value),
  'webhook-events': value =>
    Array.isArray(value) && value.every(event => webhookEventCodes.has(event)),
  'region-status': value => regionStatuses.has(value),
  'host-facts': value => typeof value === 'object' && value !== null,
}

/** @throws when a key is unknown or its value of another kind. */
export function readSet<K extends Record<string, FieldKind>>(
  value: unknown,
  kinds: K,
): { readonly [name in keyof K]?: Values[K[name]] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('An update is damaged: what it sets is no object.')
  }
  for (const [name, item] of Object.entries(value)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined) throw new Error(`An update sets the unknown field ${name}.`)
    if (!checks[kind](item)) throw new Error(`An update is damaged: ${name} should be ${kind}.`)
  }
  return value as { readonly [name in keyof K]?: Values[K[name]] }
}
