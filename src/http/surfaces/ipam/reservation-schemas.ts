// Reservations as documents 000 and 001 take and show them.
import { Type } from '@sinclair/typebox'
import { strict, stringOrNull, timestamp, timestampOrNull } from '../../schema-parts.js'
import { pageOf } from './answers.js'
import { Host, hostname, hostSaid } from './host-schemas.js'
import { pageQuery } from './pages.js'
import { between, id, lineOrNone, octet, reasonOrNone, regionName } from './parts.js'
import { Region, regionSaid } from './region-schemas.js'

export const EXPIRES_DAYS_MAX = 90

const resourceType = Type.String({ enum: ['region', 'host'] })
const status = Type.String({ enum: ['active', 'expired', 'converted'] })
const zOctet = Type.Integer({ ...between(0, 255), nullable: true })

export const Reservation = Type.Object(
  {
    reservation_id: id,
    user_id: stringOrNull,
    resource_type: resourceType,
    x_octet: octet,
    y_octet: octet,
    z_octet: zOctet,
    reserved_address: Type.String({ examples: ['10.5.23.0/24'] }),
    reason: stringOrNull,
    status,
    expires_at: timestampOrNull,
    created_at: Type.String(timestamp),
    created_by: Type.String(),
    metadata: Type.Object({}, { description: 'Nothing.' }),
    resource_id: Type.String({ nullable: true, description: 'What it was converted to.' }),
  },
  { title: 'IpamReservation', ...strict },
)
export const ReservationPage = pageOf(Reservation, 'IpamReservationPage')

export const Listed = Type.Object({
  status: Type.Optional(status),
  resource_type: Type.Optional(resourceType),
  all: Type.Optional(Type.Boolean({ description: 'Those of everybody; for admins.' })),
  ...pageQuery,
})

export const NewReservation = Type.Object(
  {
    resource_type: resourceType,
    x_octet: octet,
    y_octet: octet,
    z_octet: Type.Optional(
      Type.Integer({
        ...between(0, 255),
        nullable: true,
        description: 'Of a host, 1 to 254; of a region it says nothing.',
      }),
    ),
    reason: reasonOrNone,
    expires_in_days: Type.Optional(
      Type.Integer({
        ...between(1, EXPIRES_DAYS_MAX),
        nullable: true,
        description: 'It never expires unless said.',
      }),
    ),
  },
  strict,
)

/** Which of them belong together, the reservation says. */
export const Conversion = Type.Object(
  {
    ...regionSaid,
    ...hostSaid,
    region_name: Type.Optional(regionName),
    hostname: Type.Optional(hostname),
    owner: lineOrNone(100),
  },
  strict,
)

export const Converted = Type.Object(
  {
    resource_id: id,
    resource_type: resourceType,
    allocation: Type.Unsafe<object>(Type.Union([Region, Host])),
  },
  { title: 'IpamConversion', ...strict },
)
