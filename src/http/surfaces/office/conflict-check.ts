// POST /api/ips/conflict-check: of many addresses who has them, and which are seen under several MACs (document 004, 2.7).
import { Type } from '@sinclair/typebox'
import { type Address, DEFAULT_VRF_ID, formatCidr, usableRange } from '../../../ledger/index.js'
import type { Occupant } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { strict, stringOrNull } from '../../schema-parts.js'
import { statusOf } from './address-presenter.js'
import { ADDRESS_CHARS_MAX, readAddress, spelled } from './address-text.js'
import { IPS_PATH, IPS_TAG } from './ips.js'

const ADDRESSES_MAX = 1000

const Checked = Type.Object(
  {
    ip_address: Type.String(),
    status: Type.String({
      enum: ['free', 'allocated', 'reserved', 'conflict', 'unusable', 'outside'],
      description:
        'unusable: the first or last address of its subnet, which no host may have; outside: in no subnet.',
    }),
    conflict: Type.Boolean({ description: 'Seen under several MAC addresses.' }),
    subnet_id: Type.Integer({ nullable: true }),
    network: stringOrNull,
    allocation_id: Type.Integer({ nullable: true }),
    hostname: stringOrNull,
    mac_address: stringOrNull,
    mac_addresses: Type.Optional(
      Type.Array(Type.String(), { description: 'Of a conflict: all of them, the latest first.' }),
    ),
    reservation_id: Type.Integer({ nullable: true }),
    reserved_by: Type.String({ nullable: true, description: 'User name.' }),
    is_gateway: Type.Boolean({ description: 'Of its subnet.' }),
  },
  { title: 'CheckedIp', ...strict },
)

const checkConflicts = defineRoute({
  method: 'POST',
  paths: [`${IPS_PATH}/conflict-check`],
  id: 'checkIpConflicts',
  tag: IPS_TAG,
  summary: 'See who has IP addresses, and which are in conflict',
  permission: 'read',
  reads: true,
  body: Type.Object(
    {
      ip_addresses: Type.Array(Type.String({ maxLength: ADDRESS_CHARS_MAX }), {
        minItems: 1,
        maxItems: ADDRESSES_MAX,
      }),
    },
    { title: 'IpsToCheck', ...strict },
  ),
  answers: {
    200: {
      description: 'Each of them in the order given; those in conflict once more.',
      schema: Type.Object(
        { data: Type.Array(Checked), conflicts: Type.Array(Checked) },
        { title: 'CheckedIps', ...strict },
      ),
    },
  },
  handle: async (call, { body }) => {
    const addresses = body.ip_addresses.map((text, index) =>
      readAddress(`ip_addresses[${index}]`, text),
    )
    await call.awaitRead()
    const data = addresses.map(address => check(call, address))
    const conflicts = data.filter(({ conflict }) => conflict)
    return { status: 200, body: JSON.stringify({ data, conflicts }) }
  },
})

const nobody = {
  conflict: false,
  allocation_id: null,
  hostname: null,
  mac_address: null,
  reservation_id: null,
  reserved_by: null,
  is_gateway: false,
}

function check({ app }: Call, address: Address) {
  const { reads } = app.store
  const { value } = address
  const ip_address = spelled(address)
  const subnet = reads.networkAt(DEFAULT_VRF_ID, address)
  if (subnet === null)
    return { ip_address, status: 'outside', subnet_id: null, network: null, ...nobody }
  const found = { ip_address, subnet_id: subnet.id, network: formatCidr(subnet), ...nobody }
  const [occupant] = reads.occupants(subnet.id, value, value, 1)
  if (occupant !== undefined) return { ...found, status: statusOf(occupant), ...holderOf(occupant) }
  const { first, last } = usableRange(subnet)
  return { ...found, status: first <= value && value <= last ? 'free' : 'unusable' }
}

function holderOf(occupant: Occupant): object {
  switch (occupant.kind) {
    case 'gateway':
      return { is_gateway: true }
    case 'reservation': {
      const { id, holder } = occupant.reservation
      return { reservation_id: id, reserved_by: holder }
    }
    case 'hold':
      return { allocation_id: occupant.allocation.id }
    case 'allocation': {
      const { id, hostname, details } = occupant.allocation
      const [mac, former] = [details?.mac ?? null, details?.formerMacs ?? []]
      const held = { allocation_id: id, hostname, mac_address: mac }
      if (former.length === 0) return held
      const mac_addresses = mac === null ? former : [mac, ...former]
      return { ...held, conflict: true, mac_addresses }
    }
  }
}

export const conflictRoutes: readonly Route[] = [checkConflicts]
