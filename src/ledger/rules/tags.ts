// Tags in their one spelling (LEDGER.md, Tags): `key` or `key=value`, a key at most once.
import { type Decision, invalid } from './decision.js'

/** Either way of writing them is a client's; what is kept is this. */
export type TagList = { readonly tags: readonly string[] } | { readonly refused: Decision }

const NO_TAGS: TagList = { tags: [] }

/** In the order given, repetitions left out; an empty value is a bare key (`a=` is `a`). */
export function readTags(given: readonly string[]): TagList {
  if (given.length === 0) return NO_TAGS
  const values = new Map<string, string>()
  for (const text of given) {
    const equals = text.indexOf('=')
    const key = equals < 0 ? text : text.slice(0, equals)
    const value = equals < 0 ? '' : text.slice(equals + 1)
    if (key === '') return { refused: invalid('tags', text, 'a tag begins with its key') }
    const earlier = values.get(key)
    if (earlier !== undefined && earlier !== value) {
      return { refused: invalid('tags', text, `the key ${key} has two values`) }
    }
    values.set(key, value)
  }
  return { tags: Array.from(values, ([key, value]) => (value === '' ? key : `${key}=${value}`)) }
}
