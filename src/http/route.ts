// One endpoint as data: what it is called, what it takes, what it answers. Validation and the OpenAPI document are made of it.
import type { Static, TObject, TProperties, TSchema } from '@sinclair/typebox'
import type { Permission as LedgerPermission } from '../ledger/index.js'
import type { Call } from './call.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** What a token must allow; `open` needs none (CONTRACT.md D-7). */
export type Permission = 'open' | LedgerPermission

export type Answer = {
  readonly status: number
  /** JSON text; null = no body. */
  readonly body: string | null
  /** More headers: name, value, name, value … */
  readonly headers?: readonly string[]
}

export type AnswerNote = {
  readonly description: string
  /** Of JSON. */
  readonly schema?: TSchema
  /** Of text: instead of JSON, or beside it where the client chooses. */
  readonly type?: string
  /** Of files that the client may choose instead. */
  readonly files?: readonly string[]
}

type Described = {
  readonly method: Method
  /** The canonical path first, then its aliases; `:name` is a parameter. */
  readonly paths: readonly [string, ...string[]]
  /** operationId in the OpenAPI document. */
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly permission: Permission
  /** Takes level, freshness and min_revision. */
  readonly reads?: boolean
  /** Answers with an ETag; default: whether it reads and its path ends with an id. */
  readonly tagged?: boolean
  /** Is about this node alone, or changes it, without a command and without waiting for a read level. */
  readonly direct?: true
  /** Needs admin from beyond loopback also where auth.core is open (CONTRACT.md D-7). */
  readonly guarded?: true
  /** None of its surface's limits is asked: probes. */
  readonly unlimited?: true
  /** Name of a limit of its surface that holds for it beside those for all routes. */
  readonly limit?: string
  /** Takes If-Match. */
  readonly conditional?: boolean
  readonly answers: { readonly [status: number]: AnswerNote }
}

export type RouteSpec<Query extends TProperties, Body extends TSchema> = Described & {
  readonly query?: TObject<Query>
  readonly body?: Body
  /** A request without a body is fine; the handler gets an empty object. */
  readonly bodyOptional?: boolean
  /** @returns null when it has answered (or will) by itself. */
  readonly handle: (
    call: Call,
    input: { readonly query: Static<TObject<Query>>; readonly body: Static<Body> },
  ) => Promise<Answer | null> | Answer | null
}

/** A RouteSpec whose handler's types have been checked and forgotten. */
export type Route = Described & {
  readonly query: TObject | null
  readonly body: TSchema | null
  readonly bodyOptional: boolean
  readonly handle: (
    call: Call,
    input: { readonly query: unknown; readonly body: unknown },
  ) => Promise<Answer | null> | Answer | null
}

export function defineRoute<Query extends TProperties, Body extends TSchema>(
  spec: RouteSpec<Query, Body>,
): Route {
  return {
    ...spec,
    query: (spec.query as TObject | undefined) ?? null,
    body: spec.body ?? null,
    bodyOptional: spec.bodyOptional ?? false,
    handle: spec.handle as Route['handle'],
  }
}
