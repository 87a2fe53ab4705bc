// What a surface is: where it is mounted, how it words errors, and its routes.
import type { TSchema } from '@sinclair/typebox'
import type { ApiError } from './api-error.js'
import type { Call } from './call.js'
import type { Language } from './language.js'
import type { LimitRule } from './limits/rule.js'
import type { IdSpelling } from './messages.js'
import type { LimitOptions } from './options.js'
import type { Route } from './route.js'
import type { StatusTable } from './statuses.js'

export type TagNote = { readonly name: string; readonly description: string }

export type Surface = {
  readonly name: string
  /** Paths at which it answers, errors included; the longest matching prefix of all surfaces wins. */
  readonly prefixes: readonly string[]
  /** What the documentation says of its routes' tags, in Markdown; tags without a line explain themselves. */
  readonly tags: readonly TagNote[]
  /** Hot routes first: they are tried in order. */
  readonly routes: readonly Route[]
  /** Where ids are made of more than the ledger's integers, of each call. */
  readonly spell: IdSpelling | ((call: Call) => IdSpelling)
  /** `always`: a token is needed also where auth.core is open (CONTRACT.md D-7). */
  readonly signIn: 'always' | 'as-configured'
  /** How often one client may ask; absent = as often as it likes (CONTRACT.md D-10). */
  readonly limits?: (options: LimitOptions) => readonly LimitRule[]
  /** Its messages follow Accept-Language; those of others are English. */
  readonly speaksLanguages: boolean
  /** Statuses that its document gives and that differ from the table. */
  readonly statuses: Partial<StatusTable>
  /** What `envelope` writes, for the OpenAPI document. */
  readonly errorSchema: TSchema
  /** The error body as JSON text. */
  envelope(error: ApiError, language: Language): string
}
