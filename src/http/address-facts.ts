// What may be said of addresses and networks besides (document 004, 2 and 3), as every surface takes and gives it.
import { Type } from '@sinclair/typebox'
import type { AllocationFacts, CustomFields } from '../ledger/index.js'
import { line } from './schema-parts.js'
import { SAYS } from './validation.js'

const MAC_CHARS_MAX = 17
const DEVICE_TYPE_CHARS_MAX = 50
const LOCATION_CHARS_MAX = 200
const ASSIGNED_TO_CHARS_MAX = 100
const CUSTOM_FIELDS_OF_ONE_MAX = 50

export const macAddress = Type.String({
  maxLength: MAC_CHARS_MAX,
  nullable: true,
  description: 'Twelve hexadecimal digits, with `:`, `-` or `.` between them, or nothing.',
  examples: ['00:11:22:33:44:55'],
})
export const location = Type.String({ ...line(0, LOCATION_CHARS_MAX), nullable: true })

/** The ledger holds values against their definitions, and refuses by the name of the field. */
export const customFields = Type.Unsafe<CustomFields>(
  Type.Object(
    {},
    {
      maxProperties: CUSTOM_FIELDS_OF_ONE_MAX,
      additionalProperties: Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
        [SAYS]: 'it must be a text, a number, true or false',
      }),
      description: 'Values by name; names need no definition.',
    },
  ),
)

export const shownCustomFields = Type.Unsafe<CustomFields>(
  Type.Object({}, { additionalProperties: true, description: 'Values by name.' }),
)

export const vlanId = Type.Integer({
  minimum: 1,
  maximum: 4094,
  nullable: true,
  description: 'IEEE 802.1Q.',
})

/** Of an allocation that is made or changed. */
export const factsTaken = {
  mac_address: Type.Optional(macAddress),
  device_type: Type.Optional(
    Type.String({ ...line(0, DEVICE_TYPE_CHARS_MAX), nullable: true, examples: ['server'] }),
  ),
  location: Type.Optional(location),
  assigned_to: Type.Optional(
    Type.String({
      ...line(0, ASSIGNED_TO_CHARS_MAX),
      nullable: true,
      description: 'Person or service that it is for.',
    }),
  ),
  custom_fields: Type.Optional(customFields),
}

type FactsTaken = {
  readonly mac_address?: string | null
  readonly device_type?: string | null
  readonly location?: string | null
  readonly assigned_to?: string | null
  readonly custom_fields?: CustomFields
}

/** Only what is said; an empty text says that there is none. */
export function readFacts(body: FactsTaken): AllocationFacts {
  const { mac_address, device_type, location, assigned_to, custom_fields } = body
  return {
    ...(mac_address === undefined ? {} : { mac: mac_address || null }),
    ...(device_type === undefined ? {} : { deviceType: device_type || null }),
    ...(location === undefined ? {} : { location: location || null }),
    ...(assigned_to === undefined ? {} : { owner: assigned_to || null }),
    ...(custom_fields === undefined ? {} : { customFields: custom_fields }),
  }
}

/** Of a new allocation: null and absent are one. @returns an empty object when nothing is said */
export function readNewFacts(body: FactsTaken): AllocationFacts {
  const said = Object.entries(readFacts(body)).filter(([, fact]) => fact !== null)
  return Object.fromEntries(said)
}
