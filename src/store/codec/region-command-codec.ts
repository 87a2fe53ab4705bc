// The fields of commands about regions, in a fixed order behind the command's code.
import type { Command, RegionCommand } from '../../ledger/index.js'
import type { Fields } from './fields.js'

export const regionCommandCodes = {
  'country.create': 90,
  'country.update': 91,
  'country.delete': 92,
  'region.create': 93,
  'region.update': 94,
  'region.retire': 95,
  'hosts.create': 96,
  'host.update': 97,
  'comment.create': 98,
} as const satisfies Record<RegionCommand['type'], number>

export function isRegionCommand(command: Command): command is RegionCommand {
  return command.type in regionCommandCodes
}

export function isRegionType(type: Command['type']): type is RegionCommand['type'] {
  return type in regionCommandCodes
}

export function regionCommandFields(command: RegionCommand): unknown[] {
  throw new Error(`${command.type} is to be built`)
}

/** @throws a full sentence on damage. */
export function readRegionCommand(type: RegionCommand['type'], _fields: Fields): RegionCommand {
  throw new Error(`${type} is to be built`)
}
