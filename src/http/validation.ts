// Checks values against TypeBox schemas with Ajv and says what is wrong in words that name field and value.
import type { TSchema } from '@sinclair/typebox'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { ApiError, type Clauses, invalid, invalidSecret, quoted } from './api-error.js'

/** Our own annotation: what a pattern or range wants, as a clause for people. */
export const SAYS = 'says'

const MISSING = 'it is missing'
const UNKNOWN = 'it is not known here'

const ajv = new Ajv({ verbose: true, strict: true, allowUnionTypes: false })
ajv.addVocabulary([SAYS])

/** @throws ApiError 400 */
export type Check = (value: unknown) => void

/** Compiled when it is first used: most processes need few of a server's hundreds. @param whole what the value is called when it is wrong as a whole: 'body' */
export function compileCheck(schema: TSchema, whole: string): Check {
  let validate: ValidateFunction | null = null
  return value => {
    validate ??= ajv.compile(schema)
    if (validate(value)) return
    const errors = validate.errors ?? []
    // Of a choice, what its parts say is of no help; it comes last, and says it for them.
    const error = errors.at(-1)?.keyword === 'anyOf' ? errors.at(-1) : errors[0]
    if (error === undefined) throw invalid(whole, value, 'it is not valid')
    throw explained(error, whole).withClauses(() => clausesOf(schema, value))
  }
}

/** What is wrong with each field of an object, as far as it can be said field by field. */
function clausesOf(schema: TSchema, value: unknown): Clauses {
  const { properties = {}, required = [], additionalProperties } = schema
  if (typeof value !== 'object' || value === null) return {}
  const clauses: { [field: string]: string } = {}
  for (const field of required) if (!Object.hasOwn(value, field)) clauses[field] = MISSING
  for (const [field, given] of Object.entries(value)) {
    if (!Object.hasOwn(properties, field)) {
      if (additionalProperties === false) clauses[field] = UNKNOWN
      continue
    }
    const [error] = errorsOf(properties[field], given)
    if (error !== undefined)
      clauses[fieldName(pointerTo(field) + error.instancePath)] = clauseOf(error)
  }
  return clauses
}

function pointerTo(field: string): string {
  return `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function errorsOf(schema: TSchema, value: unknown): readonly ErrorObject[] {
  const validate = ajv.compile(schema)
  return validate(value) ? [] : (validate.errors ?? [])
}

function explained(error: ErrorObject, whole: string): ApiError {
  const place = fieldName(error.instancePath)
  switch (error.keyword) {
    case 'required': {
      const field = joined(place, String(error.params.missingProperty))
      return new ApiError(400, 'invalid', `Missing field ${field}.`, { field }, [], MISSING)
    }
    case 'additionalProperties': {
      const field = joined(place, String(error.params.additionalProperty))
      const known = Object.keys((error.parentSchema as TSchema).properties ?? {})
      return new ApiError(
        400,
        'invalid',
        `Unknown field ${quoted(field)}${known.length === 0 ? '' : `; known here: ${known.join(', ')}`}.`,
        { field, known },
        [],
        UNKNOWN,
      )
    }
    default: {
      const why = clauseOf(error)
      const isSecret = (error.parentSchema as TSchema).writeOnly === true
      return isSecret ? invalidSecret(place, why) : invalid(place || whole, error.data, why)
    }
  }
}

function clauseOf({ keyword, parentSchema, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'anyOf':
    case 'pattern':
      return (parentSchema as TSchema)[SAYS] ?? message ?? 'it is not valid'
    case 'minimum':
    case 'maximum':
      return (parentSchema as TSchema)[SAYS] ?? `it ${message ?? 'is not valid'}`
    case 'enum':
      return `it must be one of ${(params.allowedValues as unknown[]).join(', ')}`
    default:
      return `it ${message ?? 'is not valid'}`
  }
}

/** `/steps/3/allocate/count` becomes `steps[3].allocate.count`. */
function fieldName(pointer: string): string {
  let name = ''
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    name = /^\d+$/.test(key) ? `${name}[${key}]` : joined(name, key)
  }
  return name
}

function joined(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}
