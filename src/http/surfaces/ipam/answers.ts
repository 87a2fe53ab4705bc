// What the handlers of this surface answer in one way: pages, entities with their ETag, and what was given up.
import { type TSchema, Type } from '@sinclair/typebox'
import type { Answer } from '../../route.js'
import { strict } from '../../schema-parts.js'
import type { Decided } from '../../submit.js'
import { Pagination } from './pages.js'

/** @param title of the component */
export const pageOf = <Item extends TSchema>(item: Item, title: string) =>
  Type.Object({ results: Type.Array(item), pagination: Pagination }, { title, ...strict })

type Revised = { readonly revision: number }

export function etag({ revision }: Revised): [string, string] {
  return ['ETag', `"${revision}"`]
}

/** An entity as a command has left it. @param location of what was made */
export function changed(
  { headers }: Decided,
  entity: Revised,
  body: string,
  location?: string,
): Answer {
  headers.push(...etag(entity))
  if (location !== undefined) headers.push('Location', location)
  return { status: location === undefined ? 200 : 201, body, headers }
}
