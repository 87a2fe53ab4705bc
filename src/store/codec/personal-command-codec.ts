// The fields of commands about one's own things, in a fixed order behind the command's code.
import type {
  CreateRuleCommand,
  Crossing,
  PersonalCommand,
  UpdateRuleCommand,
} from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import type { Fields } from './fields.js'
import { notificationSeverities, resourceTypes } from './name-codes.js'
import { encodeWatched, readChannels, readWatched } from './personal-codec.js'
import { type FieldKind, readSet } from './set-fields.js'

export const personalCommandCodes = {
  'share.create': 100,
  'share.revoke': 101,
  'shares.viewed': 102,
  'preferences.merge': 103,
  'filter.create': 104,
  'filter.delete': 105,
  'notification.read': 106,
  'notification.delete': 107,
  'rule.create': 108,
  'rule.update': 109,
  'rule.delete': 110,
  'rules.review': 111,
  'personal.tidy': 112,
} as const satisfies Record<PersonalCommand['type'], number>

const ruleSet = {
  name: 'text',
  threshold: 'number',
  resourceType: 'watched-type-or-null',
  resourceIds: 'numbers',
  channels: 'channels',
  severity: 'notification-severity',
  isActive: 'boolean',
} as const satisfies Record<keyof UpdateRuleCommand['set'], FieldKind>

export function personalCommandFields(command: PersonalCommand): unknown[] {
  switch (command.type) {
    case 'share.create': {
      const { token, resourceId, description, ttlMs } = command
      return [token, resourceTypes.codeOf(command.resourceType), resourceId, description, ttlMs]
    }
    case 'shares.viewed':
      return [command.views.map(({ id, count }) => [id, count])]
    case 'preferences.merge':
      return [command.patch]
    case 'filter.create':
      return [command.name, command.criteria]
    case 'notification.read':
      return [command.id, command.isRead]
    case 'share.revoke':
    case 'filter.delete':
    case 'notification.delete':
    case 'rule.delete':
      return [command.id]
    case 'rule.create': {
      const { name, threshold, resourceIds, channels } = command
      const severity = notificationSeverities.codeOf(command.severity)
      return [name, threshold, encodeWatched(command.resourceType), resourceIds, channels, severity]
    }
    case 'rule.update':
      return [command.id, command.set]
    case 'rules.review':
      return [command.crossings.map(encodeCrossing)]
    case 'personal.tidy': {
      const { notificationsBeforeMs, sharesBeforeMs, deliveriesBeforeMs, jobsBeforeMs } = command
      const before = [notificationsBeforeMs, sharesBeforeMs, deliveriesBeforeMs, jobsBeforeMs]
      return [...before, command.rowsMax]
    }
    default:
      return unreachable(command, "command about one's own things")
  }
}

/** @throws a full sentence on damage. */
export function readPersonalCommand(
  type: PersonalCommand['type'],
  fields: Fields,
): PersonalCommand {
  switch (type) {
    case 'share.create':
      return {
        type,
        token: fields.text(),
        resourceType: resourceTypes.nameOf(fields.count()),
        resourceId: fields.number(),
        description: fields.textOrNull(),
        ttlMs: fields.number(),
      }
    case 'shares.viewed':
      return { type, views: fields.list(view => ({ id: view.count(), count: view.number() })) }
    case 'preferences.merge':
      return { type, patch: fields.text() }
    case 'filter.create':
      return { type, name: fields.text(), criteria: fields.text() }
    case 'notification.read':
      return { type, id: fields.count(), isRead: fields.boolean() }
    case 'share.revoke':
    case 'filter.delete':
    case 'notification.delete':
    case 'rule.delete':
      return { type, id: fields.count() }
    case 'rule.create':
      return readCreateRule(fields)
    case 'rule.update':
      return { type, id: fields.count(), set: readSet(fields.raw(), ruleSet) }
    case 'rules.review':
      return { type, crossings: fields.list(readCrossing) }
    case 'personal.tidy':
      return {
        type,
        notificationsBeforeMs: fields.number(),
        sharesBeforeMs: fields.number(),
        deliveriesBeforeMs: fields.number(),
        jobsBeforeMs: fields.number(),
        rowsMax: fields.number(),
      }
    default:
      return unreachable(type, "type of command about one's own things")
  }
}

function readCreateRule(fields: Fields): CreateRuleCommand {
  return {
    type: 'rule.create',
    name: fields.text(),
    threshold: fields.number(),
    resourceType: fields.skipNull() ? null : readWatched(fields),
    resourceIds: fields.numbers(),
    channels: readChannels(fields),
    severity: notificationSeverities.nameOf(fields.count()),
  }
}

function encodeCrossing({ ruleId, resourceType, resourceId }: Crossing): unknown[] {
  return [ruleId, encodeWatched(resourceType), resourceId]
}

function readCrossing(fields: Fields): Crossing {
  return { ruleId: fields.count(), resourceType: readWatched(fields), resourceId: fields.count() }
}
