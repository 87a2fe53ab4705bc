// Writing JSON by schema.
import type { TSchema } from '@sinclair/typebox'
import fastJson from 'fast-json-stringify'

/** Made when it is first used: a server has dozens, and making them all would be a third of its start. */
export function jsonWriter(schema: TSchema): (value: unknown) => string {
  let write: ((value: unknown) => string) | null = null
  return value => {
    write ??= fastJson(schema)
    return write(value)
  }
}
