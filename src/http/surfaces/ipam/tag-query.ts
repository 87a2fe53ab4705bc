// The `tags` of a search: JSON in which a key may stand twice, as document 001 writes it (CONTRACT.md 3.9). JSON.parse would keep the
// last one only.
import { invalid } from '../../api-error.js'

export type TagQuery = {
  /** As the ledger keeps them: `key=value`, or `key` for whatever value. */
  readonly tags: readonly string[]
  /** One of them is enough. */
  readonly any: boolean
}

const TAGS_MAX = 50
const DEPTH_MAX = 8
const TOKEN = /\s*([{}[\]:,]|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/y

/** Objects are lists of pairs, so that none is lost. */
type Value = string | number | boolean | null | readonly Value[] | Pairs
type Pairs = { readonly pairs: readonly (readonly [string, Value])[] }

/** `{"logic":"AND","tags":{…}}`; a value may be a list, too. Without logic: AND. @throws ApiError 400 */
export function readTagQuery(text: string): TagQuery {
  const refuse = (why: string) => invalid('tags', text, why)
  const value = new Reader(text).read()
  if (value === undefined) throw refuse('it must be JSON')
  if (!isPairs(value)) throw refuse('it must be an object with logic and tags')
  const unknown = value.pairs.find(([name]) => name !== 'logic' && name !== 'tags')
  if (unknown !== undefined) throw refuse('it has logic and tags, and nothing else')
  const logic = value.pairs.find(([name]) => name === 'logic')?.[1] ?? 'AND'
  if (logic !== 'AND' && logic !== 'OR') throw refuse('logic must be AND or OR')
  const maps = value.pairs.filter(([name]) => name === 'tags').map(([, map]) => map)
  if (!maps.every(isPairs)) throw refuse('tags must be an object')
  const tags = maps.flatMap(({ pairs }) => pairs.flatMap(([key, each]) => tagsOf(key, each)))
  if (tags.includes(null)) throw refuse('the value of a tag must be a text, or a list of texts')
  const unique = new Set(tags.filter(tag => tag !== null))
  if (unique.size > TAGS_MAX) throw refuse(`it must have at most ${TAGS_MAX} tags`)
  return { tags: [...unique], any: logic === 'OR' }
}

function isPairs(value: Value): value is Pairs {
  return typeof value === 'object' && value !== null && 'pairs' in value
}

function tagsOf(key: string, value: Value): (string | null)[] {
  const values = Array.isArray(value) ? (value as readonly Value[]) : [value]
  return values.map(each => {
    if (typeof each === 'object') return null
    const text = String(each)
    return text === '' ? key : `${key}=${text}`
  })
}

class Reader {
  readonly #tokens: string[] | null

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  /** undefined: it is no JSON. */
  read(): Value | undefined {
    const tokens = this.#tokens
    if (tokens === null) return undefined
    const value = this.#value(0)
    return tokens.length === 0 ? value : undefined
  }

  #next(): string {
    return this.#tokens?.shift() ?? ''
  }

  #value(depth: number): Value | undefined {
    const token = this.#next()
    if (depth > DEPTH_MAX) return undefined
    if (token === '{') {
      const pairs = this.#list('}', () => this.#pair(depth))
      return pairs === undefined ? undefined : { pairs }
    }
    if (token === '[') return this.#list(']', () => this.#value(depth + 1))
    return scalar(token)
  }

  #pair(depth: number): readonly [string, Value] | undefined {
    const name = scalar(this.#next())
    if (typeof name !== 'string' || this.#next() !== ':') return undefined
    const value = this.#value(depth + 1)
    return value === undefined ? undefined : [name, value]
  }

  #list<Item>(end: string, read: () => Item | undefined): Item[] | undefined {
    const items: Item[] = []
    if (this.#tokens?.[0] === end) {
      this.#next()
      return items
    }
    for (;;) {
      const item = read()
      if (item === undefined) return undefined
      items.push(item)
      const token = this.#next()
      if (token === end) return items
      if (token !== ',') return undefined
    }
  }
}

/** null: there is something that is no token. */
function tokensOf(text: string): string[] | null {
  const tokens: string[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) {
    const token = TOKEN.exec(text)?.[1]
    if (token === undefined) return null
    tokens.push(token)
  }
  return tokens
}

function scalar(token: string): string | number | boolean | null | undefined {
  try {
    const value: unknown = JSON.parse(token)
    return typeof value === 'object' && value !== null
      ? undefined
      : (value as string | number | boolean | null)
  } catch {
    return undefined
  }
}
