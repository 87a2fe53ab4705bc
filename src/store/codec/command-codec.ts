// Commands as compact arrays: a code, then the fields in a fixed order. Codes are never reused: a command with other
// fields gets another code, and the old one stays readable as long as a log may hold it.

import type {
  BulkCommand,
  Command,
  CreateAllocationCommand,
  ReleaseAllocationCommand,
  TransactionStep,
} from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import {
  familyCodes,
  familyFields,
  isOfFamily,
  isTypeOfFamily,
  readOfFamily,
} from './command-families.js'
import { encodeFacts, readFacts, splitFacts } from './facts.js'
import { Fields } from './fields.js'
import { type FieldKind, readSet } from './set-fields.js'
import { isStepType, joinStep, splitStep } from './transaction-steps.js'

const codes = {
  genesis: 0,
  'vrf.create': 1,
  'vrf.update': 2,
  'vrf.delete': 3,
  'network.create': 4,
  'network.update': 5,
  'network.delete': 6,
  'allocation.create': 7,
  'allocation.update': 8,
  'allocation.renew': 9,
  'allocation.release': 10,
  bulk: 11,
  expire: 12,
  prune: 14,
  'member.add': 15,
  'member.update': 16,
  'member.remove': 17,
  'member.forget': 18,
  'member.keep': 20,
  'effects.switch': 21,
  ...familyCodes,
  transaction: 32,
  sweep: 33,
} as const satisfies Record<Command['type'], number>

/** `prune` from before it had limits. */
const PRUNE_WITHOUT_LIMITS = 13
/** `member.remove` that is forced. */
const REMOVE_FORCED = 19

const types = new Map<number, Command['type']>(
  Object.entries(codes).map(([type, code]) => [code, type as Command['type']]),
)

type CreatePlace = CreateAllocationCommand['place']
const placeCodes = { count: 0, ip: 1, prefixLength: 2 } as const

const vrfSet = { name: 'text', description: 'text-or-null' } as const
const memberSet = { raftAddress: 'text', apiAddress: 'text', dataUuid: 'text' } as const
const networkSet = { description: 'text-or-null', tags: 'texts', holdHours: 'number' } as const
const allocationSet = {
  hostname: 'text-or-null',
  description: 'text-or-null',
  tags: 'texts',
} as const satisfies Record<string, FieldKind>

export function encodeCommand(command: Command): unknown[] {
  const code = codes[command.type]
  if (isOfFamily(command)) return [code, ...familyFields(command)]
  switch (command.type) {
    case 'genesis': {
      const members = command.members.map(member => [
        member.nodeId,
        member.raftAddress,
        member.apiAddress,
        member.dataUuid,
      ])
      return [code, command.clusterId, command.clusterUuid, members]
    }
    case 'effects.switch':
      return [code, command.on ? 1 : 0]
    case 'member.add':
      return [code, command.nodeId, command.raftAddress, command.apiAddress, command.replaces]
    case 'member.update':
      return [code, command.nodeId, command.set]
    case 'member.remove':
      return [command.forced === true ? REMOVE_FORCED : code, command.nodeId]
    case 'member.keep':
    case 'member.forget':
      return [code, command.nodeId]
    case 'vrf.create':
      return [code, command.name, command.description]
    case 'network.create': {
      const { vrf, place, description, tags, holdHours } = command
      const [cidr, parentId, length] =
        'cidr' in place ? [place.cidr, null, null] : [null, place.parentId, place.prefixLength]
      return [code, vrf, cidr, parentId, length, description, tags, holdHours]
    }
    case 'vrf.update':
    case 'network.update':
      return [code, command.id, command.ifRevision, command.set]
    case 'allocation.update': {
      const { others, facts } = splitFacts(command.set)
      return [code, command.id, command.ifRevision, others, ...(facts === null ? [] : [facts])]
    }
    case 'vrf.delete':
    case 'network.delete':
      return [code, command.id, command.ifRevision]
    case 'allocation.release': {
      const { id, ifRevision, reason } = command
      return [code, id, ifRevision, ...(reason === undefined ? [] : [reason])]
    }
    case 'allocation.create': {
      const { networkId, place, hostname, description, tags, ttlMs, facts } = command
      const fields = [networkId, ...encodePlace(place), hostname, description, tags, ttlMs]
      return [code, ...fields, ...(facts === undefined ? [] : [encodeFacts(facts)])]
    }
    case 'allocation.renew':
      return [code, command.id, command.ifRevision, command.ttlMs]
    case 'bulk':
      return [code, command.steps.map(encodeCommand)]
    case 'transaction':
      return [code, command.steps.map(encodeStep)]
    case 'expire':
    case 'sweep':
      return [code, command.rowsMax]
    case 'prune':
      return [
        code,
        command.changesBeforeMs,
        command.changesMax,
        command.idempotencyBeforeMs,
        command.idempotencyMax,
        command.rowsMax,
      ]
    default:
      return unreachable(command, 'command')
  }
}

/** @throws a full sentence when `values` is not what `encodeCommand` gives. */
export function decodeCommand(values: unknown): Command {
  const fields = new Fields(values, 'A command')
  const code = fields.count()
  const type = types.get(code)
  let command: Command
  if (type !== undefined) command = readCommand(type, fields)
  else if (code === PRUNE_WITHOUT_LIMITS) command = readPruneWithoutLimits(fields)
  else if (code === REMOVE_FORCED)
    command = { type: 'member.remove', nodeId: fields.count(), forced: true }
  else throw new Error(`A command has the unknown code ${code}.`)
  fields.end()
  return command
}

function readCommand(type: Command['type'], fields: Fields): Command {
  if (isTypeOfFamily(type)) return readOfFamily(type, fields)
  switch (type) {
    case 'genesis':
      return {
        type,
        clusterId: fields.number(),
        clusterUuid: fields.text(),
        members: fields.list(readMember),
      }
    case 'effects.switch':
      return { type, on: fields.count() === 1 }
    case 'member.add':
      return {
        type,
        nodeId: fields.count(),
        raftAddress: fields.text(),
        apiAddress: fields.text(),
        replaces: fields.numberOrNull(),
      }
    case 'member.update':
      return { type, nodeId: fields.count(), set: readSet(fields.raw(), memberSet) }
    case 'member.remove':
    case 'member.keep':
    case 'member.forget':
      return { type, nodeId: fields.count() }
    case 'vrf.create':
      return { type, name: fields.text(), description: fields.textOrNull() }
    case 'vrf.update':
      return { type, ...readTarget(fields), set: readSet(fields.raw(), vrfSet) }
    case 'network.update':
      return { type, ...readTarget(fields), set: readSet(fields.raw(), networkSet) }
    case 'allocation.update':
      return readUpdateAllocation(fields)
    case 'vrf.delete':
    case 'network.delete':
      return { type, ...readTarget(fields) }
    case 'allocation.release':
      return readReleaseAllocation(fields)
    case 'allocation.renew':
      return { type, ...readTarget(fields), ttlMs: fields.numberOrNull() }
    case 'network.create':
      return readCreateNetwork(fields)
    case 'allocation.create':
      return readCreateAllocation(fields)
    case 'bulk':
      return { type, steps: readSteps(fields) }
    case 'transaction':
      return { type, steps: fields.list(readStep) }
    case 'expire':
    case 'sweep':
      return { type, rowsMax: fields.number() }
    case 'prune':
      return {
        type,
        changesBeforeMs: fields.number(),
        changesMax: fields.numberOrNull(),
        idempotencyBeforeMs: fields.number(),
        idempotencyMax: fields.numberOrNull(),
        rowsMax: fields.number(),
      }
    default:
      return unreachable(type, 'command type')
  }
}

function readPruneWithoutLimits(fields: Fields): Command {
  return {
    type: 'prune',
    changesBeforeMs: fields.number(),
    changesMax: null,
    idempotencyBeforeMs: fields.number(),
    idempotencyMax: null,
    rowsMax: fields.number(),
  }
}

function readTarget(fields: Fields): { readonly id: number; readonly ifRevision: number | null } {
  return { id: fields.number(), ifRevision: fields.numberOrNull() }
}

function readMember(fields: Fields) {
  const member = {
    nodeId: fields.count(),
    raftAddress: fields.text(),
    apiAddress: fields.text(),
    dataUuid: fields.text(),
  }
  fields.end()
  return member
}

function readCreateNetwork(fields: Fields): Command {
  const vrf = fields.text()
  const cidr = fields.textOrNull()
  const parentId = fields.numberOrNull()
  const prefixLength = fields.numberOrNull()
  if (cidr === null && (parentId === null || prefixLength === null)) {
    throw new Error('A network.create command is damaged: it names neither a CIDR nor a parent.')
  }
  const place =
    cidr === null
      ? { parentId: parentId as number, prefixLength: prefixLength as number }
      : { cidr }
  return {
    type: 'network.create',
    vrf,
    place,
    description: fields.textOrNull(),
    tags: fields.texts(),
    holdHours: fields.number(),
  }
}

function readCreateAllocation(fields: Fields): CreateAllocationCommand {
  const command = {
    type: 'allocation.create' as const,
    networkId: fields.number(),
    place: readPlace(fields),
    hostname: fields.textOrNull(),
    description: fields.textOrNull(),
    tags: fields.texts(),
    ttlMs: fields.numberOrNull(),
  }
  return fields.more() ? { ...command, facts: readFacts(fields.raw()) } : command
}

function readUpdateAllocation(fields: Fields): Command {
  const target = readTarget(fields)
  const set = readSet(fields.raw(), allocationSet)
  const facts = fields.more() ? readFacts(fields.raw()) : {}
  return { type: 'allocation.update', ...target, set: { ...set, ...facts } }
}

function readReleaseAllocation(fields: Fields): ReleaseAllocationCommand {
  const command = { type: 'allocation.release' as const, ...readTarget(fields) }
  return fields.more() ? { ...command, reason: fields.text() } : command
}

function encodePlace(place: CreatePlace): [number, number | string] {
  if ('count' in place) return [placeCodes.count, place.count]
  if ('ip' in place) return [placeCodes.ip, place.ip]
  return [placeCodes.prefixLength, place.prefixLength]
}

function readPlace(fields: Fields): CreatePlace {
  const code = fields.count()
  if (code === placeCodes.count) return { count: fields.number() }
  if (code === placeCodes.ip) return { ip: fields.text() }
  if (code === placeCodes.prefixLength) return { prefixLength: fields.number() }
  throw new Error(`An allocation.create command is damaged: it has the unknown place ${code}.`)
}

function readSteps(fields: Fields): BulkCommand['steps'] {
  return fields.list(step => {
    const code = step.count()
    let command: CreateAllocationCommand | ReleaseAllocationCommand
    if (code === codes['allocation.create']) command = readCreateAllocation(step)
    else if (code === codes['allocation.release']) {
      command = readReleaseAllocation(step)
    } else throw new Error(`A bulk command is damaged: code ${code} is no step.`)
    step.end()
    return command
  })
}

function encodeStep(step: TransactionStep): unknown[] {
  const { command, reference } = splitStep(step)
  return [encodeCommand(command), reference]
}

/** Its type is looked at first, so that damage cannot nest transactions without end. */
function readStep(step: Fields): TransactionStep {
  const values = step.raw()
  const code = new Fields(values, 'A step of a transaction').count()
  const type = types.get(code)
  if (type === undefined || !isStepType(type)) {
    throw new Error(`A transaction is damaged: code ${code} is no step.`)
  }
  const joined = joinStep({ command: decodeCommand(values), reference: readReference(step) })
  step.end()
  return joined
}

function readReference(step: Fields): number | null {
  const reference = step.numberOrNull()
  if (reference === null || (Number.isSafeInteger(reference) && reference >= 0)) return reference
  throw new Error(`A transaction is damaged: there is no step ${reference}.`)
}
