// A field that the schema leaves open, and this very request must have.
import { ApiError } from '../../api-error.js'

/** @param why it must be there, as in "a host has one" */
export function missing(field: string, why: string | null = null): ApiError {
  const because = why === null ? '' : `: ${why}`
  const message = `Missing field ${field}${because}.`
  return new ApiError(400, 'invalid', message, { field }, [], `it is missing${because}`)
}
