// The OpenAPI 3.1 document, made of the same route tables and schemas that requests are checked against.
import type { TSchema } from '@sinclair/typebox'
import { queryOf } from '../endpoint.js'
import type { HttpOptions } from '../options.js'
import type { AnswerNote, Route } from '../route.js'
import type { Surface, TagNote } from '../surface.js'
import { SAYS } from '../validation.js'

export type Json = { [key: string]: unknown }

export type OpenApiParameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: Json
}

export type OpenApiResponse = { description: string; content?: { [type: string]: Json } }

export type OpenApiOperation = {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  parameters: OpenApiParameter[]
  requestBody?: { required: boolean; content: { [type: string]: Json } }
  responses: { [status: string]: OpenApiResponse }
  /** Any one of them; an empty one: nothing is needed. */
  security: { [scheme: string]: string[] }[]
}

export type OpenApiDocument = {
  openapi: string
  info: Json
  tags: TagNote[]
  paths: { [path: string]: { [method: string]: OpenApiOperation } }
  components: { schemas: { [name: string]: Json }; securitySchemes: { [name: string]: Json } }
}

const bearer = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'An access token from POST /api/auth/login, or a permanent token (`ipam_…`) from POST /api/auth/permanent-tokens. The names listed at each operation are what its user must be allowed (GET /api/users/{id}/permissions).',
}

export function openApiDocument(
  surfaces: readonly Surface[],
  version: string,
  auth: HttpOptions['auth'],
): OpenApiDocument {
  const document: OpenApiDocument = {
    openapi: '3.1.0',
    info: {
      title: 'IPAM',
      version,
      description:
        'Hands out IP addresses and prefixes, replicated by Raft. Every answer carries IPAM-Revision (the log index at which it was decided), IPAM-Node and IPAM-Leader.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: surfaces.flatMap(surface => surface.tags),
    paths: {},
    components: { schemas: {}, securitySchemes: { bearer } },
  }
  const schemas = document.components.schemas
  for (const surface of surfaces) {
    for (const route of surface.routes) {
      const path = route.paths[0].replace(/:(\w+)/g, '{$1}')
      const operations = document.paths[path] ?? {}
      operations[route.method.toLowerCase()] = {
        ...operationOf(route, surface, schemas),
        security: securityOf(route, surface, auth),
      }
      document.paths[path] = operations
    }
  }
  return document
}

type Schemas = { [name: string]: Json }

function securityOf(route: Route, surface: Surface, auth: HttpOptions['auth']) {
  if (route.permission === 'open') return []
  const needed = [{ bearer: [`ipam:${route.permission}`] }]
  return auth === 'required' || surface.signIn === 'always' ? needed : [...needed, {}]
}

function operationOf(
  route: Route,
  surface: Surface,
  schemas: Schemas,
): Omit<OpenApiOperation, 'security'> {
  const responses: { [status: string]: OpenApiResponse } = {}
  for (const [status, note] of Object.entries(route.answers))
    responses[status] = responseOf(note, schemas)
  const error = {
    description: 'An error, in words.',
    content: { 'application/json': { schema: described(surface.errorSchema, schemas) } },
  }
  for (const status of errorStatuses(route, surface)) responses[status] ??= error
  if (isEntity(route)) responses['304'] = { description: 'As If-None-Match has it already.' }
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    parameters: parametersOf(route, schemas),
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: !route.bodyOptional,
            content: { 'application/json': { schema: described(route.body, schemas) } },
          },
        }),
    responses,
  }
}

function responseOf(note: AnswerNote, schemas: Schemas): OpenApiResponse {
  const { description, schema, type, files = [] } = note
  const content: { [type: string]: Json } = {}
  if (schema !== undefined) content['application/json'] = { schema: described(schema, schemas) }
  if (type !== undefined) content[type] = { schema: { type: 'string' } }
  for (const file of files) content[file] = { schema: { type: 'string', format: 'binary' } }
  return Object.keys(content).length === 0 ? { description } : { description, content }
}

/** A GET of one entity, which has an ETag. */
function isEntity(route: Route): boolean {
  if (route.method !== 'GET' || route.reads !== true) return false
  return route.tagged ?? route.paths[0].endsWith('/:id')
}

function errorStatuses(route: Route, { statuses, limits }: Surface): number[] {
  if (route.permission === 'open' && route.body === null) return [500]
  const write = route.method === 'GET' ? [] : [409, 413, 415, 422]
  const conditional = route.conditional === true ? [412] : []
  const invalid = statuses.invalid ?? 400
  const limited = limits === undefined || route.unlimited === true ? [] : [429]
  return [400, invalid, 401, 403, 404, ...write, ...conditional, ...limited, 500, 503]
}

function parametersOf(route: Route, schemas: Schemas): OpenApiParameter[] {
  const parameters: OpenApiParameter[] = []
  for (const [, name = ''] of route.paths[0].matchAll(/:(\w+)/g))
    parameters.push({ name, in: 'path', required: true, schema: { type: 'string' } })
  const query = queryOf(route)
  for (const [name, schema] of Object.entries(query?.properties ?? {})) {
    const required = (query?.required as string[] | undefined)?.includes(name) ?? false
    parameters.push({ name, in: 'query', required, schema: described(schema, schemas) })
  }
  const header = (name: string, description: string, schema: Json = { type: 'string' }) =>
    parameters.push({ name, in: 'header', required: false, description, schema })
  if (route.permission === 'open') return parameters
  header('Request-Timeout', 'Seconds to wait for an outcome, 10 unless said.', {
    type: 'number',
    minimum: 0.1,
    maximum: 300,
  })
  if (route.method !== 'GET')
    header('Idempotency-Key', 'Makes a retry safe: the same key, the same answer.', {
      type: 'string',
      minLength: 1,
      maxLength: 255,
    })
  if (route.conditional) header('If-Match', 'Only if the entity still has this ETag.')
  if (isEntity(route)) header('If-None-Match', 'Only if the entity no longer has this ETag.')
  return parameters
}

/** A schema as JSON Schema 2020-12: `nullable` becomes a type, titled schemas become components. */
function described(schema: TSchema, schemas: Schemas): Json {
  const title = schema.title
  if (title === undefined) return translated(schema, schemas)
  if (!(title in schemas)) {
    schemas[title] = {}
    schemas[title] = translated(schema, schemas)
  }
  return { $ref: `#/components/schemas/${title}` }
}

function translated(schema: TSchema, schemas: Schemas): Json {
  const json: Json = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'nullable' || key === SAYS) continue
    if (key === 'properties')
      json[key] = Object.fromEntries(
        Object.entries(value as { [name: string]: TSchema }).map(([name, property]) => [
          name,
          described(property, schemas),
        ]),
      )
    else if (
      key === 'items' ||
      key === 'propertyNames' ||
      (key === 'additionalProperties' && typeof value === 'object')
    )
      json[key] = described(value as TSchema, schemas)
    else if (key === 'anyOf')
      json[key] = (value as TSchema[]).map(choice => described(choice, schemas))
    else json[key] = value
  }
  if (schema.nullable === true) {
    json.type = [schema.type, 'null']
    if (Array.isArray(json.enum)) json.enum = [...json.enum, null]
  }
  return json
}
