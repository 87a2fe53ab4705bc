// Plants a bug in the modules that this process loads from now on.
import { register } from 'node:module'
import { mutations } from './mutations.js'

/** @throws when there is none of that name */
export function plant(name: string | null): void {
  if (name === null) return
  const mutation = mutations.find(each => each.name === name)
  if (mutation === undefined) {
    const names = mutations.map(each => each.name).join(', ')
    throw new Error(`There is no mutation ${name}: there are ${names}.`)
  }
  register('./mutate.js', import.meta.url, { data: mutation })
}
