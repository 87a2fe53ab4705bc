// /api/auth/profile and /api/auth/password: what everybody may see and change of himself.
import { explainPassword, passwordSentences } from '../../../auth/index.js'
import type { User } from '../../../ledger/index.js'
import { invalidSecret } from '../../api-error.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { callerNow, callerOf, changedUserAnswer, readAnswer, unstored } from './answers.js'
import { AUTH_TAG as tag, tooMany } from './auth.js'
import { presentAccessToken, presentProfile } from './presenters.js'
import { PasswordChange, PasswordChanged, Profile, ProfileChange } from './schemas.js'
import { checkPassword, issueToken } from './sign-in.js'

const paths: readonly [string] = ['/api/auth/profile']

const readProfile = defineRoute({
  method: 'GET',
  paths,
  id: 'readProfile',
  tag,
  summary: 'Whose token this is',
  permission: 'read',
  reads: true,
  tagged: true,
  answers: { 200: { description: 'The user.', schema: Profile } },
  handle: async call => {
    await call.awaitRead()
    const user = callerNow(call)
    return readAnswer(call, user, presentProfile(user))
  },
})

const updateProfile = defineRoute({
  method: 'PUT',
  paths,
  id: 'updateProfile',
  tag,
  summary: "Change one's own e-mail address or theme",
  permission: 'read',
  conditional: true,
  body: ProfileChange,
  answers: { 200: { description: 'The user as he is now.', schema: Profile } },
  handle: async (call, { body: set }) => {
    const { id } = callerOf(call).user
    const command = { type: 'user.update', id, ifRevision: ifMatchRevision(call), set } as const
    return changedUserAnswer(await submit(call, command, set), presentProfile)
  },
})

const changePassword = defineRoute({
  method: 'PUT',
  paths: ['/api/auth/password'],
  id: 'changePassword',
  tag,
  summary: "Change one's own password",
  description:
    'Every access token of before ends, also the one that is shown; the answer has a new one for whoever showed such. Wrong old passwords are counted as failed logins are.',
  permission: 'read',
  body: PasswordChange,
  answers: { 200: { description: 'It is changed.', schema: PasswordChanged }, 429: tooMany },
  handle: async (call, { body }) => {
    await call.awaitNewest()
    const user = callerNow(call)
    requireFitting('new_password', body.new_password, user.username)
    const attempt = { username: user.username, user, password: body.old_password }
    if (!(await checkPassword(call, attempt))) throw invalidSecret('old_password', 'it is wrong')
    const passwordHash = await call.app.identity.hasher.hash(body.new_password)
    const set = { passwordHash }
    const command = { type: 'user.update', id: user.id, ifRevision: null, set } as const
    const { result, headers } = await submit(call, command, body)
    const changed = resultOf(result, 'user').user
    const token =
      callerOf(call).principal.kind === 'access' ? await issueToken(call, changed) : null
    const wording = { en: 'The password was changed.', zh: '密码修改成功' }
    const shown = { message: wording[call.language], ...(token && presentAccessToken(token)) }
    return { status: 200, body: JSON.stringify(shown), headers: [...headers, ...unstored] }
  },
})

/** That it may be a new password of that user. @throws ApiError 422 */
export function requireFitting(field: string, password: string, username: User['username']): void {
  const reason = explainPassword(password, username)
  if (reason !== null) throw invalidSecret(field, passwordSentences[reason])
}

export const profileRoutes: readonly Route[] = [readProfile, updateProfile, changePassword]
