// Tags as documents 000 and 001 write them: a map of key and value. The ledger keeps `key` and `key=value` (LEDGER.md, Tags).
import { Type } from '@sinclair/typebox'
import { SAYS } from '../../validation.js'

const TAGS_MAX = 50

export type TagMap = { readonly [key: string]: string }

/** Of requests (UPSTREAM.md 1.6). */
export const tagMap = Type.Unsafe<TagMap>(
  Type.Object(
    {},
    {
      maxProperties: TAGS_MAX,
      propertyNames: {
        pattern: '^[A-Za-z0-9_-]{1,100}$',
        [SAYS]: "a tag's key must be 1 to 100 letters, digits, - and _",
      },
      additionalProperties: Type.String({
        pattern: '^[\\p{L}\\p{N}_\\-. ]{0,500}$',
        [SAYS]: "a tag's value must be at most 500 letters, digits, spaces and . - _",
      }),
      description: 'Key and value; an empty value is a tag that is its key alone.',
      examples: [{ environment: 'production', department: 'engineering' }],
    },
  ),
)

/** Of answers: other surfaces write tags of any signs. */
export const shownTags = Type.Unsafe<TagMap>(
  Type.Object({}, { additionalProperties: Type.String(), description: 'Key and value.' }),
)

export function tagListOf(map: TagMap): string[] {
  return Object.entries(map).map(([key, value]) => (value === '' ? key : `${key}=${value}`))
}

export function tagMapOf(tags: readonly string[]): TagMap {
  return Object.fromEntries(
    tags.map(tag => {
      const at = tag.indexOf('=')
      return at < 0 ? [tag, ''] : [tag.slice(0, at), tag.slice(at + 1)]
    }),
  )
}
