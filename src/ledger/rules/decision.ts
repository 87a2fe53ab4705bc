// What a rule gives back: a result or a refusal, before the log index is put to it.
import type { Refusal, Result } from '../outcomes.js'

export type Decision =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly refusal: Refusal }

const NOTHING: Decision = { ok: true, result: { type: 'none' } }

/** Done, and there is nothing to show. */
export function done(): Decision {
  return NOTHING
}

export function answer(result: Result): Decision {
  return { ok: true, result }
}

export function refuse(refusal: Refusal): Decision {
  return { ok: false, refusal }
}

export function invalid(field: string, value: unknown, reason: string): Decision {
  return refuse({ code: 'invalid', field, value: String(value), reason })
}
