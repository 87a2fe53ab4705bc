// The fields of commands about pools of addresses and of numbers, in a fixed order behind the command's code.
import type { Command } from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import type { Fields } from './fields.js'
import { numberKinds, strategies } from './name-codes.js'
import { routeFormatOf } from './number-codec.js'
import { readSet } from './set-fields.js'

export const poolCommandCodes = {
  'pool.create': 22,
  'pool.update': 23,
  'pool.delete': 24,
  'block.allocate': 25,
  'block.release': 26,
  'number-pool.create': 27,
  'number-pool.update': 28,
  'number-pool.delete': 29,
  'number.allocate': 30,
  'number.release': 31,
} as const

export type PoolCommand = Extract<Command, { readonly type: keyof typeof poolCommandCodes }>

const poolSet = { description: 'text-or-null', strategy: 'strategy' } as const
const numberPoolSet = { description: 'text-or-null' } as const

export function poolCommandFields(command: PoolCommand): unknown[] {
  switch (command.type) {
    case 'pool.create':
      return [command.name, command.cidr, command.description, strategies.codeOf(command.strategy)]
    case 'pool.update':
    case 'number-pool.update':
      return [command.name, command.ifRevision, command.set]
    case 'pool.delete':
    case 'number-pool.delete':
      return [command.name, command.ifRevision]
    case 'block.allocate': {
      const { pool, prefixLength, description, owner, ttlMs } = command
      return [pool, prefixLength, description, owner, ttlMs]
    }
    case 'block.release':
      return [command.pool, command.cidr, command.ifRevision]
    case 'number-pool.create': {
      const { name, description, kind, format, administrator, rangeStart, rangeEnd } = command
      const range = [rangeStart, rangeEnd]
      return [name, description, numberKinds.codeOf(kind), format, administrator, ...range]
    }
    case 'number.allocate':
      return [command.pool, command.value, command.description, command.owner]
    case 'number.release':
      return [command.pool, command.value, command.ifRevision]
    default:
      return unreachable(command, 'command about pools')
  }
}

export function readPoolCommand(type: PoolCommand['type'], fields: Fields): PoolCommand {
  switch (type) {
    case 'pool.create':
      return {
        type,
        name: fields.text(),
        cidr: fields.text(),
        description: fields.textOrNull(),
        strategy: strategies.nameOf(fields.count()),
      }
    case 'pool.update':
      return { type, ...readPoolTarget(fields), set: readSet(fields.raw(), poolSet) }
    case 'number-pool.update':
      return { type, ...readPoolTarget(fields), set: readSet(fields.raw(), numberPoolSet) }
    case 'pool.delete':
    case 'number-pool.delete':
      return { type, ...readPoolTarget(fields) }
    case 'block.allocate':
      return {
        type,
        pool: fields.text(),
        prefixLength: fields.number(),
        description: fields.textOrNull(),
        owner: fields.textOrNull(),
        ttlMs: fields.numberOrNull(),
      }
    case 'block.release':
      return {
        type,
        pool: fields.text(),
        cidr: fields.text(),
        ifRevision: fields.numberOrNull(),
      }
    case 'number-pool.create':
      return {
        type,
        name: fields.text(),
        description: fields.textOrNull(),
        kind: numberKinds.nameOf(fields.count()),
        format: routeFormatOf(fields.numberOrNull()),
        administrator: fields.textOrNull(),
        rangeStart: fields.number(),
        rangeEnd: fields.number(),
      }
    case 'number.allocate':
      return {
        type,
        pool: fields.text(),
        value: fields.textOrNull(),
        description: fields.textOrNull(),
        owner: fields.textOrNull(),
      }
    case 'number.release':
      return {
        type,
        pool: fields.text(),
        value: fields.text(),
        ifRevision: fields.numberOrNull(),
      }
    default:
      return unreachable(type, 'type of command about pools')
  }
}

function readPoolTarget(fields: Fields) {
  return { name: fields.text(), ifRevision: fields.numberOrNull() }
}
