// The fields of commands about subnets, reservations and alerts, in a fixed order behind the command's code.
import type {
  AlertCommand,
  CreateSubnetCommand,
  ReservationCommand,
  UpdateSubnetCommand,
} from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import { encodeConversion, readConversion } from './conversion-codec.js'
import {
  customFieldPairs,
  decodeCustomFields,
  encodeCustomFields,
  readCustomFields,
} from './custom-fields.js'
import type { Fields } from './fields.js'
import { type FieldKind, readSet } from './set-fields.js'

export type OfficeCommand =
  | CreateSubnetCommand
  | UpdateSubnetCommand
  | ReservationCommand
  | AlertCommand

export const officeCommandCodes = {
  'subnet.create': 70,
  'subnet.update': 71,
  'reservation.create': 72,
  'reservation.cancel': 73,
  'reservation.place': 74,
  'reservation.convert': 75,
  'reservation.dismiss': 76,
  'alerts.review': 80,
  'alert.mailed': 81,
} as const satisfies Record<OfficeCommand['type'], number>

const subnetSet = {
  gateway: 'text-or-null',
  vlanId: 'number-or-null',
  location: 'text-or-null',
  customFields: 'custom-fields',
  description: 'text-or-null',
  tags: 'texts',
} as const satisfies Record<keyof UpdateSubnetCommand['set'], FieldKind>

export function officeCommandFields(command: OfficeCommand): unknown[] {
  switch (command.type) {
    case 'subnet.create': {
      const { vrf, cidr, description, tags } = command
      const { gateway, vlanId, location, customFields } = command.subnet
      const facts = [gateway, vlanId, location, customFieldPairs(customFields)]
      return [vrf, cidr, description, tags, ...facts]
    }
    case 'subnet.update':
      return [command.id, command.ifRevision, encodeCustomFields(command.set)]
    case 'reservation.create':
      return [command.uid, command.vrf, command.ip, command.reason, command.expiresMs]
    case 'reservation.cancel':
      return [command.id, command.ifRevision, command.reason]
    case 'reservation.place':
      return [command.uid, command.vrf, command.cidr, command.reason, command.ttlMs]
    case 'reservation.convert':
      return [command.id, command.ifRevision, ...encodeConversion(command.to)]
    case 'reservation.dismiss':
      return [command.id, command.ifRevision]
    case 'alerts.review':
      return [command.networkIds, command.allocationIds, command.forgetBeforeMs]
    case 'alert.mailed':
      return [command.id, command.number]
    default:
      return unreachable(command, 'command of the office surface')
  }
}

export function readOfficeCommand(type: OfficeCommand['type'], fields: Fields): OfficeCommand {
  switch (type) {
    case 'subnet.create':
      return readCreateSubnet(fields)
    case 'subnet.update': {
      const target = { id: fields.count(), ifRevision: fields.numberOrNull() }
      return { type, ...target, set: decodeCustomFields(readSet(fields.raw(), subnetSet)) }
    }
    case 'reservation.create':
      return {
        type,
        uid: fields.text(),
        vrf: fields.text(),
        ip: fields.text(),
        reason: fields.textOrNull(),
        expiresMs: fields.numberOrNull(),
      }
    case 'reservation.cancel':
      return {
        type,
        id: fields.count(),
        ifRevision: fields.numberOrNull(),
        reason: fields.textOrNull(),
      }
    case 'reservation.place':
      return {
        type,
        uid: fields.text(),
        vrf: fields.text(),
        cidr: fields.text(),
        reason: fields.textOrNull(),
        ttlMs: fields.numberOrNull(),
      }
    case 'reservation.convert':
      return {
        type,
        id: fields.count(),
        ifRevision: fields.numberOrNull(),
        to: readConversion(fields),
      }
    case 'reservation.dismiss':
      return { type, id: fields.count(), ifRevision: fields.numberOrNull() }
    case 'alerts.review':
      return {
        type,
        networkIds: fields.numbers(),
        allocationIds: fields.numbers(),
        forgetBeforeMs: fields.number(),
      }
    case 'alert.mailed':
      return { type, id: fields.count(), number: fields.count() }
    default:
      return unreachable(type, 'type of command of the office surface')
  }
}

function readCreateSubnet(fields: Fields): CreateSubnetCommand {
  return {
    type: 'subnet.create',
    vrf: fields.text(),
    cidr: fields.text(),
    description: fields.textOrNull(),
    tags: fields.texts(),
    subnet: {
      gateway: fields.textOrNull(),
      vlanId: fields.numberOrNull(),
      location: fields.textOrNull(),
      customFields: readCustomFields(fields.raw()),
    },
  }
}
