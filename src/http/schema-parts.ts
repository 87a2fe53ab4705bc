// Pieces of schemas that every surface writes alike: texts, times, revisions, names.
import { type TSchema, Type } from '@sinclair/typebox'
import { SAYS } from './validation.js'

export const strict = { additionalProperties: false }

const TAGS_OF_ONE_MAX = 64
const TAG_CHARS_MAX = 100
const HOSTNAME_CHARS_MAX = 255
const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const DESCRIPTION_CHARS_MAX = 4096
const HOLDER_CHARS_MAX = 255
/** What a four-octet number can be; the formats narrow it. */
const NUMBER_MAX = 4_294_967_295
const HOURS_MAX = 24 * 366 * 100
/** Code points in the name of a pool (document 003) or VRF. */
export const NAME_CHARS_MAX = 100

/** Text without control characters and unpaired surrogates, so that every node and file keeps it unchanged. */
export const line = (minLength: number, maxLength: number) => ({
  minLength,
  maxLength,
  pattern: '^[^\\p{Cc}\\p{Cs}]*$',
  [SAYS]: 'it must be text without control characters',
})

export const timestamp = { pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' }
export const timestampOrNull = Type.String({ ...timestamp, nullable: true })
export const stringOrNull = Type.String({ nullable: true })

export const description = Type.String({
  maxLength: DESCRIPTION_CHARS_MAX,
  pattern: '^(?:[^\\p{Cc}\\p{Cs}]|[\\t\\n\\r])*$',
  [SAYS]: 'it must be text without control characters',
  nullable: true,
})

export const hostname = Type.String({
  maxLength: HOSTNAME_CHARS_MAX,
  pattern: `^(?:${LABEL}(?:\\.${LABEL})*\\.?)?$`,
  [SAYS]: 'it must be a host name: labels of letters, digits, - and _, with dots between them',
  nullable: true,
})

export const tags = Type.Array(Type.String(line(1, TAG_CHARS_MAX)), {
  maxItems: TAGS_OF_ONE_MAX,
  nullable: true,
  description: '`key` or `key=value`.',
})

export const ttlHours = Type.Number({
  exclusiveMinimum: 0,
  maximum: HOURS_MAX,
  nullable: true,
  description: 'Expires that many hours after it is made; fractions are fine; null = never.',
})

export const prefixLength = Type.Integer({ minimum: 0, maximum: 128 })

export const revision = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export const idText = (example: string) =>
  Type.String({ minLength: 1, maxLength: 64, examples: [example] })

/** Any script and sign; a name of dots alone would be lost in paths, where programs resolve it. */
export const poolName = Type.String({
  ...line(1, NAME_CHARS_MAX),
  pattern: '^(?!\\.{1,2}$)[^\\p{Cc}\\p{Cs}]*$',
  [SAYS]: 'it must be text without control characters, and not . or ..',
  examples: ['datacenter-mgmt'],
})

/** Whom something is handed out for. */
export const holder = Type.String({
  ...line(0, HOLDER_CHARS_MAX),
  nullable: true,
  description: 'Client or service that it is for.',
  examples: ['router-01'],
})

/** Formats of route targets and distinguishers (RFC 4360, RFC 4364, RFC 5668). */
export const formatType = Type.Integer({
  enum: [0, 1, 2],
  description: '0: two-octet ASN; 1: IPv4 address; 2: four-octet ASN.',
})
export const adminValue = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'ASN or IPv4 address.',
  examples: ['65000'],
})
export const rangeNumber = Type.Integer({ minimum: 0, maximum: NUMBER_MAX })

/** As its pool writes it. */
export const numberText = Type.String({
  minLength: 1,
  maxLength: 200,
  examples: ['65000:1000'],
})

/** What errors carry for programs, on every surface. */
export const errorFields = {
  reason: Type.Optional(Type.String({ description: 'The kind of error, for programs.' })),
  field: Type.Optional(Type.String({ description: 'Which field or parameter was wrong.' })),
  value: Type.Optional(Type.String({ description: 'Its value, as JSON, cut at 100 characters.' })),
  outcome: Type.Optional(
    Type.String({
      enum: ['known', 'unknown'],
      description:
        'known: nothing happened; unknown: ask again with the same Idempotency-Key to learn it.',
    }),
  ),
}

export const listOf = <Item extends TSchema>(item: Item) => Type.Array(item)
