// The port through which a mutation comes in: hooks of Node's module loader that edit one module's source while it is
// loaded. The product has no seam for it, and what is not mutated runs as it is shipped.
import type { Edit, Mutation } from './mutations.js'

type Loaded = { readonly format: string; readonly source?: string | ArrayBuffer | Uint8Array }
type NextLoad = (url: string, context: object) => Promise<Loaded>

let mutation: Mutation | null = null

/** Called by Node with what was given to `register`. */
export function initialize(data: Mutation): void {
  mutation = data
}

export async function load(url: string, context: object, nextLoad: NextLoad): Promise<Loaded> {
  const loaded = await nextLoad(url, context)
  const { pathname } = new URL(url)
  if (mutation === null || !pathname.replace(/\.[jt]s$/, '').endsWith(`/${mutation.module}`))
    return loaded
  const { source } = loaded
  if (source === undefined) throw new Error(`${url} is loaded without its source`)
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  return { ...loaded, source: mutation.edits.reduce(edited, text) }
}

/** @throws when the product has changed, so that the mutation says nothing any more */
export function edited(text: string, { find, replace }: Edit): string {
  const parts = text.split(patternOf(find))
  if (parts.length !== 2)
    throw new Error(`"${find}" stands ${parts.length - 1} times in the module`)
  return parts.join(replace)
}

function patternOf(find: string): RegExp {
  const escaped = find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(escaped.replace(/\s+/g, '\\s*').replace(/['"]/g, '[\'"]'))
}
