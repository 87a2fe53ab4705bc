// Tags as document 001 writes them, a map, and as the ledger keeps them: `key=value`, or `key` alone where there is no value.

export type TagMap = { readonly [key: string]: string }

export function tagMapOf(tags: readonly string[]): TagMap {
  return Object.fromEntries(tags.map(splitTag))
}

export function tagsOf(map: TagMap): string[] {
  return Object.entries(map).map(([key, value]) => (value === '' ? key : `${key}=${value}`))
}

function splitTag(tag: string): [string, string] {
  const sign = tag.indexOf('=')
  return sign < 0 ? [tag, ''] : [tag.slice(0, sign), tag.slice(sign + 1)]
}
