// What describes things instead of being addressed: tags with a colour, custom fields with a type, and the settings of the
// system (document 004, 6, 7 and 9; CONTRACT.md D-24). Few, and kept in memory too.

/** Gives a colour to a tag. What bears the tag needs no such entry, and keeps the tag when the entry goes. */
export type Tag = {
  readonly id: number
  /** As lists of tags spell it: `key` or `key=value`. Unique; the case of letters counts. */
  readonly name: string
  /** `#rrggbb`, small letters. */
  readonly color: string | null
  readonly description: string | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

/** What the field describes: an allocation (ip) or a network (subnet). */
export type FieldEntity = 'ip' | 'subnet'

/** number: a JSON number; date: YYYY-MM-DD; select: one of the options. */
export type FieldType = 'text' | 'number' | 'date' | 'boolean' | 'select'

/** Gives a type to a name in custom_fields. It binds later writes only, and those keep what they have when it goes. */
export type CustomField = {
  readonly id: number
  readonly entityType: FieldEntity
  /** Unique in its entity type; the case of letters counts. */
  readonly fieldName: string
  readonly fieldType: FieldType
  readonly isRequired: boolean
  /** Of a select, in the order given; null otherwise. */
  readonly fieldOptions: readonly string[] | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

/** One for the whole cluster. */
export type Settings = {
  /** Host name or address of the mail server; null = no mail is sent. */
  readonly smtpHost: string | null
  readonly smtpPort: number
  readonly smtpUser: string | null
  /** Sealed where the cluster has a secret (`isSealed`), else in clear. Never shown, never in Changes and answers. */
  readonly smtpPassword: string | null
  /** Log index at which the password was set; null = there is none. */
  readonly smtpPasswordRevision: number | null
  readonly smtpFrom: string | null
  readonly alertEmail: string | null
  readonly backupRetentionDays: number
  readonly updatedMs: number
  /** 0 while nobody has set anything. */
  readonly revision: number
}

/** Before anybody sets anything, and what null sets again. */
export const defaultSettings: Settings = {
  smtpHost: null,
  smtpPort: 587,
  smtpUser: null,
  smtpPassword: null,
  smtpPasswordRevision: null,
  smtpFrom: null,
  alertEmail: null,
  backupRetentionDays: 30,
  updatedMs: 0,
  revision: 0,
}

/** Everything above as it is loaded when a node opens. */
export type CatalogueImage = {
  readonly tags: readonly Tag[]
  readonly customFields: readonly CustomField[]
  /** null: nobody has set anything yet. */
  readonly settings: Settings | null
}
