// The fields of commands about regions, in a fixed order behind the command's code.
import type {
  CreateRegionCommand,
  RegionCommand,
  RegionFacts,
  UpdateCountryCommand,
  UpdateHostCommand,
  UpdateRegionCommand,
} from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import { encodeFacts, readFacts, splitFacts } from './facts.js'
import type { Fields } from './fields.js'
import { resourceTypes } from './name-codes.js'
import { readCommented } from './region-codec.js'
import { type FieldKind, readSet } from './set-fields.js'

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

const countrySet = {
  name: 'text',
  continent: 'text',
  xFirst: 'number',
  xLast: 'number',
} as const satisfies Record<keyof UpdateCountryCommand['set'], FieldKind>
const regionSet = {
  name: 'text',
  owner: 'text-or-null',
  status: 'region-status',
  description: 'text-or-null',
  tags: 'texts',
} as const satisfies Record<keyof UpdateRegionCommand['set'], FieldKind>
const hostSet = {
  hostname: 'text',
  description: 'text-or-null',
  tags: 'texts',
} as const satisfies Partial<Record<keyof UpdateHostCommand['set'], FieldKind>>

export function regionCommandFields(command: RegionCommand): unknown[] {
  switch (command.type) {
    case 'country.create':
      return [command.code, command.name, command.continent, command.xFirst, command.xLast]
    case 'country.update':
      return [command.code, command.ifRevision, command.set]
    case 'country.delete':
      return [command.code, command.ifRevision]
    case 'region.create': {
      const { place, region } = command
      const where = 'cidr' in place ? [place.cidr, null] : [null, place.country]
      return [...where, ...regionFields(region)]
    }
    case 'region.update':
      return [command.id, command.ifRevision, command.set]
    case 'region.retire':
      return [command.id, command.ifRevision, command.cascade, command.reason]
    case 'hosts.create': {
      const { regionId, hostnames, description, tags, facts } = command
      return [regionId, hostnames, description, tags, encodeFacts(facts)]
    }
    case 'host.update': {
      const { others, facts } = splitFacts(command.set)
      return [command.id, command.ifRevision, others, facts]
    }
    case 'comment.create':
      return [resourceTypes.codeOf(command.resourceType), command.resourceId, command.text]
    default:
      return unreachable(command, 'command about regions')
  }
}

/** @throws a full sentence on damage. */
export function readRegionCommand(type: RegionCommand['type'], fields: Fields): RegionCommand {
  switch (type) {
    case 'country.create':
      return {
        type,
        code: fields.text(),
        name: fields.text(),
        continent: fields.text(),
        xFirst: fields.number(),
        xLast: fields.number(),
      }
    case 'country.update':
      return { type, ...readNamed(fields), set: readSet(fields.raw(), countrySet) }
    case 'country.delete':
      return { type, ...readNamed(fields) }
    case 'region.create':
      return { type, place: readPlace(fields), region: readRegionFacts(fields) }
    case 'region.update':
      return { type, ...readTarget(fields), set: readSet(fields.raw(), regionSet) }
    case 'region.retire':
      return {
        type,
        ...readTarget(fields),
        cascade: fields.boolean(),
        reason: fields.textOrNull(),
      }
    case 'hosts.create':
      return {
        type,
        regionId: fields.count(),
        hostnames: fields.texts(),
        description: fields.textOrNull(),
        tags: fields.texts(),
        facts: readFacts(fields.raw()),
      }
    case 'host.update': {
      const target = readTarget(fields)
      const others = readSet(fields.raw(), hostSet)
      const facts = fields.skipNull() ? {} : readFacts(fields.raw())
      return { type, ...target, set: { ...others, ...facts } }
    }
    case 'comment.create':
      return {
        type,
        resourceType: readCommented(fields),
        resourceId: fields.count(),
        text: fields.text(),
      }
    default:
      return unreachable(type, 'type of command about regions')
  }
}

/** What a client says of a region, wherever a command carries it. */
export function regionFields({ name, owner, description, tags }: RegionFacts): unknown[] {
  return [name, owner, description, tags]
}

/** The inverse of `regionFields`. */
export function readRegionFacts(fields: Fields): RegionFacts {
  return {
    name: fields.text(),
    owner: fields.textOrNull(),
    description: fields.textOrNull(),
    tags: fields.texts(),
  }
}

function readPlace(fields: Fields): CreateRegionCommand['place'] {
  if (fields.skipNull()) return { country: fields.text() }
  const cidr = fields.text()
  if (!fields.skipNull()) throw new Error('A command is damaged: a region has two places.')
  return { cidr }
}

function readNamed(fields: Fields): Pick<UpdateCountryCommand, 'code' | 'ifRevision'> {
  return { code: fields.text(), ifRevision: fields.numberOrNull() }
}

function readTarget(fields: Fields): { readonly id: number; readonly ifRevision: number | null } {
  return { id: fields.count(), ifRevision: fields.numberOrNull() }
}
