// Query strings by schema: each parameter at most once, none unknown (a mistyped filter must not become no filter).
import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import type { ReadContext, ReadLevel } from '../gateway/index.js'
import { ApiError, invalid, quoted } from './api-error.js'
import { type Check, compileCheck, SAYS } from './validation.js'

export type Query = { readonly [name: string]: string | number | boolean }
export type QueryParser = (search: string) => Query

export const noQuery: Query = {}

/** @returns a parser of what stands behind the `?` (empty string = nothing). @throws ApiError 400 from the parser */
export function compileQuery(schema: TObject | null): QueryParser {
  const properties = schema?.properties ?? {}
  const check: Check | null = schema === null ? null : compileCheck(schema, 'query')
  return search => {
    if (search === '' && check === null) return noQuery
    const query: { [name: string]: string | number | boolean } = {}
    for (const [name, text] of new URLSearchParams(search)) {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      if (property === undefined) throw unknownParameter(name, Object.keys(properties))
      if (Object.hasOwn(query, name))
        throw invalid(name, text, 'the parameter may be given only once')
      query[name] = parseValue(name, text, property)
    }
    check?.(query)
    return query
  }
}

function unknownParameter(name: string, known: string[]): ApiError {
  return new ApiError(
    400,
    'invalid',
    `Unknown query parameter ${quoted(name)}; ${known.length === 0 ? 'none are known here' : `known here: ${known.join(', ')}`}.`,
    { field: name, known },
  )
}

function parseValue(name: string, text: string, schema: TSchema): string | number | boolean {
  if (schema.type === 'integer') {
    if (!/^-?\d{1,16}$/.test(text)) throw invalid(name, text, 'it must be a whole number')
    return Number(text)
  }
  if (schema.type === 'boolean') {
    if (text === 'true' || text === '1') return true
    if (text === 'false' || text === '0') return false
    throw invalid(name, text, 'it must be true or false')
  }
  return text
}

const levels: readonly ReadLevel[] = ['linearizable', 'weak', 'none']

/** Parameters of every route that reads the ledger. */
export const readParameters = {
  level: Type.Optional(
    Type.String({
      enum: [...levels],
      description:
        "linearizable (default): as of now; weak: the leader's own word; none: this node's own state.",
    }),
  ),
  freshness: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,9}(ms|s|m|h)$',
      [SAYS]: 'it must be a duration like 500ms, 5s, 1m or 1h',
      description:
        'With level=none: refuse (503) when this node last heard of a leader longer ago, e.g. 5s.',
    }),
  ),
  min_revision: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Wait until this node has applied that revision.',
    }),
  ),
}

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** @throws ApiError 400 when freshness is given without level=none. */
export function readContextOf(query: Query, timeoutMs: number): ReadContext {
  const level = (query.level ?? 'linearizable') as ReadLevel
  const freshness = query.freshness as string | undefined
  if (freshness !== undefined && level !== 'none')
    throw invalid('freshness', freshness, 'it goes with level=none only')
  return {
    level,
    freshnessMs: freshness === undefined ? null : durationMs(freshness),
    minRevision: (query.min_revision ?? 0) as number,
    timeoutMs,
  }
}

function durationMs(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
  return Number(count) * (unitMs[unit ?? ''] ?? 0)
}
