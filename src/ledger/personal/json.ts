// JSON objects that clients keep here as text: read within bounds, merged and measured, the same on every node.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [name: string]: Json }

/** Objects and lists inside one another, the outermost one too. */
export const JSON_DEPTH_MAX = 20

/** @returns the object; or, as a clause, why the text is none that is kept. Of a name that is there twice the last one counts. */
export function readJsonObject(
  text: string,
): { readonly object: JsonObject } | { readonly reason: string } {
  const value = parse(text)
  if (!isObject(value)) return { reason: 'must be a JSON object' }
  const reason = faultOf(value, 1)
  return reason === null ? { object: value } : { reason }
}

/**
 * Objects are merged into objects at any depth, everything else replaces what was there, and null takes away (RFC 7396, JSON
 * Merge Patch). Names are data whatever they are (`__proto__`, `constructor`): those of the target stay in place, new ones follow.
 */
export function mergeJson(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map<string, Json>(Object.entries(target))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else if (isObject(value)) merged.set(name, mergeJson(objectOr(merged.get(name), {}), value))
    else merged.set(name, value)
  }
  // Unlike an assignment this makes a member of its own of every name.
  return Object.fromEntries(merged)
}

/** The member of that name, where there is one. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export function objectOr(value: Json | undefined, other: JsonObject): JsonObject {
  return isObject(value) ? value : other
}

/** How many bytes well-formed text has in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

/** undefined: it is no JSON. */
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What JSON would not give back as it is, or what is nested too deep to go into. */
function faultOf(value: Json, depth: number): string | null {
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : 'must have no number beyond 1.8e308'
  if (typeof value !== 'object' || value === null) return null
  if (depth > JSON_DEPTH_MAX) return `must be nested at most ${JSON_DEPTH_MAX} deep`
  for (const inner of Object.values(value)) {
    const fault = faultOf(inner, depth + 1)
    if (fault !== null) return fault
  }
  return null
}
