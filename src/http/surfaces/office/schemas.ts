// What the office surface takes and gives of users and tokens (document 004, 1 and 4).
import { Type } from '@sinclair/typebox'
import type { User as LedgerUser } from '../../../ledger/index.js'
import { line, strict, timestamp, timestampOrNull } from '../../schema-parts.js'
import { SAYS } from '../../validation.js'

const USERNAME_CHARS_MAX = 256
const EMAIL_CHARS_MAX = 254
const PASSWORD_CHARS_MAX = 512
const DESCRIPTION_CHARS_MAX = 255
const RESTRICTIONS_MAX = 32

const time = Type.String(timestamp)
const email = Type.String({ maxLength: EMAIL_CHARS_MAX, examples: ['admin@example.com'] })
const role = Type.Unsafe<LedgerUser['role']>(Type.String({ enum: ['admin', 'manager', 'user'] }))
const theme = Type.Unsafe<LedgerUser['theme']>(Type.String({ enum: ['light', 'dark'] }))
/** Never shown back, never part of what an Idempotency-Key keeps. */
const password = Type.String({ maxLength: PASSWORD_CHARS_MAX, writeOnly: true })
const userId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export const ErrorBody = Type.Object(
  {
    error: Type.Object(
      {
        code: Type.String({ examples: ['INVALID_REQUEST'] }),
        message: Type.String({ description: 'In the language of Content-Language.' }),
        details: Type.Object(
          {
            field: Type.Optional(Type.String()),
            reason: Type.Optional(Type.String({ description: 'What is wrong with that field.' })),
          },
          { additionalProperties: true },
        ),
      },
      strict,
    ),
  },
  { title: 'OfficeError', ...strict },
)

export const Message = Type.Object({ message: Type.String() }, { title: 'Message', ...strict })

export const Credentials = Type.Object(
  { username: Type.String({ maxLength: USERNAME_CHARS_MAX }), password },
  { title: 'Credentials', ...strict },
)

const issued = {
  access_token: Type.String(),
  token_type: Type.String({ enum: ['bearer'] }),
  expires_in: Type.Integer({ description: 'Seconds.' }),
}

export const AccessToken = Type.Object(issued, { title: 'AccessToken', ...strict })

export const SignedIn = Type.Object(
  {
    ...issued,
    user: Type.Object(
      { id: Type.Integer(), username: Type.String(), email, role, theme },
      { title: 'SignedInUser', ...strict },
    ),
  },
  { title: 'SignedIn', ...strict },
)

export const Profile = Type.Object(
  {
    id: Type.Integer(),
    username: Type.String(),
    email,
    role,
    theme,
    created_at: time,
    updated_at: time,
  },
  { title: 'Profile', ...strict },
)

export const ProfileChange = Type.Object(
  { email: Type.Optional(email), theme: Type.Optional(theme) },
  { title: 'ProfileChange', minProperties: 1, ...strict },
)

export const PasswordChange = Type.Object(
  { old_password: password, new_password: password },
  { title: 'PasswordChange', ...strict },
)

export const PasswordChanged = Type.Object(
  {
    message: Type.String(),
    access_token: Type.Optional(issued.access_token),
    token_type: Type.Optional(issued.token_type),
    expires_in: Type.Optional(issued.expires_in),
  },
  { title: 'PasswordChanged', ...strict },
)

export const User = Type.Object(
  {
    ...Profile.properties,
    is_active: Type.Boolean(),
    last_login: timestampOrNull,
  },
  { title: 'User', ...strict },
)

export const NewUser = Type.Object(
  {
    username: Type.String({ maxLength: USERNAME_CHARS_MAX }),
    email,
    password,
    role: Type.Optional(role),
    theme: Type.Optional(theme),
  },
  { title: 'NewUser', ...strict },
)

export const UserChange = Type.Object(
  {
    email: Type.Optional(email),
    role: Type.Optional(role),
    theme: Type.Optional(theme),
    is_active: Type.Optional(Type.Boolean()),
    password: Type.Optional(password),
  },
  { title: 'UserChange', minProperties: 1, ...strict },
)

export const RoleChange = Type.Object({ role }, { title: 'RoleChange', ...strict })

const isAllowed = Type.Boolean()
export const Permissions = Type.Object(
  {
    user_id: Type.Integer(),
    username: Type.String(),
    role,
    functions: Type.Object(
      {
        view_ips: isAllowed,
        allocate_ips: isAllowed,
        release_ips: isAllowed,
        manage_subnets: isAllowed,
        user_management: isAllowed,
        system_configuration: isAllowed,
        view_reports: isAllowed,
        export_data: isAllowed,
      },
      { title: 'OfficeFunctions', description: "The rows of document 004's matrix.", ...strict },
    ),
    permissions: Type.Array(Type.String({ examples: ['ipam:read'] })),
  },
  { title: 'Permissions', ...strict },
)

export const NewPermanentToken = Type.Object(
  {
    description: Type.Optional(Type.String({ ...line(0, DESCRIPTION_CHARS_MAX), nullable: true })),
    ip_restrictions: Type.Optional(
      Type.Array(Type.String({ maxLength: 64, examples: ['10.0.0.0/8'] }), {
        maxItems: RESTRICTIONS_MAX,
        nullable: true,
        description: 'Addresses and CIDRs that it may be used from; none: from anywhere.',
      }),
    ),
    expires_at: Type.Optional(
      Type.String({
        pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
        [SAYS]: 'it must be a time like 2026-12-31T23:59:59Z',
        nullable: true,
        description: 'null or left out: never.',
      }),
    ),
  },
  { title: 'NewPermanentToken', ...strict },
)

const tokenFields = {
  token_id: Type.String({ examples: ['pt_1'] }),
  hint: Type.String({ description: 'How the token begins.' }),
  description: Type.String({ nullable: true }),
  expires_at: timestampOrNull,
  ip_restrictions: Type.Array(Type.String()),
  created_at: time,
  is_revoked: Type.Boolean({ description: 'Always false: a revoked token is listed no more.' }),
}

export const PermanentToken = Type.Object(tokenFields, { title: 'PermanentToken', ...strict })

export const MadePermanentToken = Type.Object(
  { token: Type.String({ description: 'Shown this once.' }), ...tokenFields },
  { title: 'MadePermanentToken', ...strict },
)

export const TokenOwner = Type.Object({
  user_id: Type.Optional({ ...userId, description: "Another user's, for admins." }),
})
