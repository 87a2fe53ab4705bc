// The fields of commands about personals, in a fixed order behind the command's code.
import type { Command, PersonalCommand } from '../../ledger/index.js'
import type { Fields } from './fields.js'

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

export function isPersonalCommand(command: Command): command is PersonalCommand {
  return command.type in personalCommandCodes
}

export function isPersonalType(type: Command['type']): type is PersonalCommand['type'] {
  return type in personalCommandCodes
}

export function personalCommandFields(command: PersonalCommand): unknown[] {
  throw new Error(`${command.type} is to be built`)
}

/** @throws a full sentence on damage. */
export function readPersonalCommand(
  type: PersonalCommand['type'],
  _fields: Fields,
): PersonalCommand {
  throw new Error(`${type} is to be built`)
}
