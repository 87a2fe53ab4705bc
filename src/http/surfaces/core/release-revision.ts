// Which revision a release insists on: the body's or If-Match's.
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { ifMatchRevision } from '../../request-headers.js'

/** @returns null = none @throws ApiError 400 when both are given and differ */
export function releaseRevision(call: Call, revision: number | undefined): number | null {
  const matched = ifMatchRevision(call)
  if (matched !== null && revision !== undefined && matched !== revision)
    throw invalid('revision', revision, `If-Match says ${matched}`)
  return revision ?? matched
}
