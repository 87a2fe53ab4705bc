// The schemas of all endpoints, which a server compiles only when they are first used.
import type { TSchema } from '@sinclair/typebox'
import fastJson from 'fast-json-stringify'
import t from 'tap'
import { queryOf } from '../../src/http/endpoint.js'
import { coreSurface } from '../../src/http/surfaces/core/surface.js'
import { ipamSurface } from '../../src/http/surfaces/ipam/surface.js'
import { officeSurface } from '../../src/http/surfaces/office/surface.js'
import { poolsSurface } from '../../src/http/surfaces/pools/surface.js'
import { compileCheck } from '../../src/http/validation.js'

const routes = [coreSurface, poolsSurface, ipamSurface, officeSurface].flatMap(
  surface => surface.routes,
)

/** What a check or a writer says of nothing; its schema has been compiled by then. */
function complaint(use: () => unknown): unknown {
  try {
    use()
    return null
  } catch (error) {
    return error
  }
}

t.test('every body and query compiles, strictly', async t => {
  for (const route of routes) {
    for (const schema of [route.body, queryOf(route)]) {
      if (schema === null) continue
      const said = complaint(() => compileCheck(schema, 'body')({}))
      t.ok(said === null || (said as { status?: unknown }).status === 400, `${route.id}: ${said}`)
    }
  }
})

t.test('every documented answer has a schema by which it can be written', async t => {
  for (const { id, answers } of routes) {
    for (const { schema } of Object.values(answers)) {
      if (!schema) continue
      t.doesNotThrow(() => fastJson(schema), id)
    }
  }
})

t.test('no two different schemas have the same title', async t => {
  const titled = new Map<string, string>()
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { title } = schema as TSchema
    const text = JSON.stringify(schema)
    if (typeof title === 'string') {
      t.equal(titled.get(title) ?? text, text, title)
      titled.set(title, text)
    }
    for (const part of Object.values(schema)) visit(part)
  }
  for (const { body, answers } of routes) {
    visit(body)
    for (const { schema } of Object.values(answers)) visit(schema)
  }
  t.ok(titled.size > 100, `${titled.size} titles`)
})
