// /api/users: who may do what. For admins; everybody may look at himself.
import { Type } from '@sinclair/typebox'
import { type OfficeFunction, officePermissions, permits } from '../../../auth/index.js'
import { rolePermissions, type UpdateUserCommand, type User } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import { demand } from '../../authorize.js'
import type { Call } from '../../call.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import {
  callerOf,
  changedUserAnswer,
  findUser,
  messageAnswer,
  readAnswer,
  userIdOf,
} from './answers.js'
import { presentUser } from './presenters.js'
import { requireFitting } from './profile.js'
import * as schemas from './schemas.js'

const tag = 'Users'
const one: readonly [string] = ['/api/users/:id']

const listUsers = defineRoute({
  method: 'GET',
  paths: ['/api/users'],
  id: 'listUsers',
  tag,
  summary: 'List users',
  permission: 'admin',
  reads: true,
  answers: {
    200: {
      description: 'All of them.',
      schema: Type.Object(
        { data: Type.Array(schemas.User) },
        { title: 'Users', additionalProperties: false },
      ),
    },
  },
  handle: async call => {
    await call.awaitRead()
    const users = call.app.store.reads.identities().users()
    return { status: 200, body: JSON.stringify({ data: users.map(presentUser) }) }
  },
})

const createUser = defineRoute({
  method: 'POST',
  paths: ['/api/users'],
  id: 'createUser',
  tag,
  summary: 'Create a user',
  permission: 'admin',
  body: schemas.NewUser,
  answers: { 201: { description: 'The user.', schema: schemas.User } },
  handle: async (call, { body }) => {
    const { username, email, password, role = 'user', theme = 'light' } = body
    requireFitting('password', password, username)
    const passwordHash = await call.app.identity.hasher.hash(password)
    const who = { username, email, passwordHash }
    const decided = await submit(call, { type: 'user.create', ...who, role, theme }, body)
    decided.headers.push('Location', `/api/users/${resultOf(decided.result, 'user').user.id}`)
    return changedUserAnswer(decided, presentUser, 201)
  },
})

const readUser = defineRoute({
  method: 'GET',
  paths: one,
  id: 'readUser',
  tag,
  summary: 'Read a user',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The user.', schema: schemas.User } },
  handle: async call => {
    const user = await readAsAdminOrSelf(call)
    return readAnswer(call, user, presentUser(user))
  },
})

const updateUser = defineRoute({
  method: 'PUT',
  paths: one,
  id: 'updateUser',
  tag,
  summary: 'Change a user',
  description:
    'What is left out stays. A new password and is_active: false end every access token of his at once; is_active: true also unlocks.',
  permission: 'admin',
  conditional: true,
  body: schemas.UserChange,
  answers: { 200: { description: 'The user as he is now.', schema: schemas.User } },
  handle: async (call, { body }) => {
    const id = userIdOf(call)
    if (body.is_active === false) refuseSelf(call, id)
    const { is_active: isActive, password, ...rest } = body
    const set = {
      ...rest,
      ...(isActive === undefined ? {} : { isActive }),
      ...(password === undefined ? {} : { passwordHash: await hashFor(call, id, password) }),
    }
    return change(call, { id, set }, body)
  },
})

const updateRole = defineRoute({
  method: 'PUT',
  paths: ['/api/users/:id/role'],
  id: 'updateUserRole',
  tag,
  summary: 'Give a user another role',
  permission: 'admin',
  conditional: true,
  body: schemas.RoleChange,
  answers: { 200: { description: 'The user as he is now.', schema: schemas.User } },
  handle: (call, { body }) => {
    return change(call, { id: userIdOf(call), set: body }, body)
  },
})

const deleteUser = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'deleteUser',
  tag,
  summary: 'Delete a user and all tokens of his',
  permission: 'admin',
  conditional: true,
  answers: {
    200: { description: 'He is gone; his id is never used again.', schema: schemas.Message },
  },
  handle: async call => {
    const id = userIdOf(call)
    refuseSelf(call, id)
    const ifRevision = ifMatchRevision(call)
    const { headers } = await submit(call, { type: 'user.delete', id, ifRevision }, null)
    return messageAnswer(call, { en: 'The user was deleted.', zh: '用户删除成功' }, headers)
  },
})

const readPermissions = defineRoute({
  method: 'GET',
  paths: ['/api/users/:id/permissions'],
  id: 'readUserPermissions',
  tag,
  summary: 'What a user may do',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'As his role has it.', schema: schemas.Permissions } },
  handle: async call => {
    const { id, username, role } = await readAsAdminOrSelf(call)
    const functions = Object.entries(officePermissions).map(([name, permission]) => [
      fieldOf(name as OfficeFunction),
      permits(role, permission),
    ])
    const permissions = [...rolePermissions[role]].map(permission => `ipam:${permission}`)
    const body = {
      user_id: id,
      username,
      role,
      functions: Object.fromEntries(functions),
      permissions,
    }
    return { status: 200, body: JSON.stringify(body) }
  },
})

/** The user of the path, at the read level asked for. @throws ApiError 404; as `demand` */
async function readAsAdminOrSelf(call: Call): Promise<User> {
  const id = userIdOf(call)
  if (id !== callerOf(call).user.id) await demand(call, 'admin')
  await call.awaitRead()
  return findUser(call, id)
}

type UserChange = { readonly id: number; readonly set: UpdateUserCommand['set'] }

async function change(call: Call, { id, set }: UserChange, body: unknown) {
  const ifRevision = ifMatchRevision(call)
  const command = { type: 'user.update', id, ifRevision, set } as const
  return changedUserAnswer(await submit(call, command, body), presentUser)
}

async function hashFor(call: Call, id: number, password: string): Promise<string> {
  await call.awaitNewest()
  requireFitting('password', password, findUser(call, id).username)
  return call.app.identity.hasher.hash(password)
}

/** Whoever shuts himself out has no way back in. @throws ApiError 409 */
function refuseSelf(call: Call, id: number): void {
  if (id !== callerOf(call).user.id) return
  throw new ApiError(409, 'own-account', 'Nobody can delete or deactivate himself.')
}

/** 'view IPs' as JSON names it: view_ips. */
function fieldOf(name: OfficeFunction): string {
  return name.toLowerCase().replaceAll(' ', '_')
}

export const userRoutes: readonly Route[] = [
  listUsers,
  createUser,
  readUser,
  updateUser,
  updateRole,
  deleteUser,
  readPermissions,
]
