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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const clauses: { [field: string]: string } = {}
  for (const field of required) if (!Object.hasOwn(value, field)) clauses[field] = MISSING
  for (const [field, given] of Object.entries(value)) {
    if (!Object.hasOwn(properties, field)) {
      if (additionalProperties === false) clauses[field] = UNKNOWN
      continue
    }
    const [error] = errorsOf(properties[field], given)
    if (error !== undefined)
      clauses[placeOf(error, pointerTo(field) + error.instancePath)] = clauseOf(error)
  }
  return clauses
}

/** Of what is missing or not known itself, else of what is wrong. */
function placeOf({ keyword, params }: ErrorObject, pointer: string): string {
  const place = fieldName(pointer)
  if (keyword === 'required') return joined(place, String(params.missingProperty))
  if (keyword === 'additionalProperties') return joined(place, String(params.additionalProperty))
  return place
}

function pointerTo(field: string): string {
  return `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function errorsOf(schema: TSchema, value: unknown): readonly ErrorObject[] {
  const validate = ajv.compile(schema)
  return validate(value) ? [] : (validate.errors ?? [])
}

function explained(error: ErrorObject, whole: string): ApiError {
  const field = placeOf(error, error.instancePath)
  const why = clauseOf(error)
  switch (error.keyword) {
    case 'required':
      return new ApiError(400, 'invalid', `Missing field ${field}.`, { field }, [], why)
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as TSchema).properties ?? {})
      const names = known.length === 0 ? '' : `; known here: ${known.join(', ')}`
      const message = `Unknown field ${quoted(field)}${names}.`
      return new ApiError(400, 'invalid', message, { field, known }, [], why)
    }
    default: {
      const isSecret = (error.parentSchema as TSchema).writeOnly === true
      return isSecret ? invalidSecret(field, why) : invalid(field || whole, error.data, why)
    }
  }
}

/** What limits of a keyword count. */
const units = {
  minProperties: 'fields',
  minItems: 'items',
  maxItems: 'items',
  minLength: 'characters',
  maxLength: 'characters',
}

function clauseOf({ keyword, parentSchema, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return MISSING
    case 'additionalProperties':
      return UNKNOWN
    case 'minProperties':
    case 'minItems':
    case 'minLength':
      if (params.limit === 1) return 'it must not be empty'
      return `it must have at least ${params.limit} ${units[keyword]}`
    case 'maxItems':
    case 'maxLength':
      return `it must have at most ${params.limit} ${units[keyword]}`
    case 'uniqueItems':
      return 'no two of its items may be the same'
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
