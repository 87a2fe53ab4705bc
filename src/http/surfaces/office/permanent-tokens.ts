// /api/auth/permanent-tokens: tokens for programs, shown once, bound to addresses if one likes, revoked one by one.
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { makeApiToken, permits } from '../../../auth/index.js'
import { parseAddress, parseCidr } from '../../../ledger/index.js'
import { ApiError, invalid } from '../../api-error.js'
import { demand } from '../../authorize.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { callerOf, findUser, messageAnswer, unstored } from './answers.js'
import { requireAccessToken } from './auth.js'
import { parseTokenId, presentPermanentToken } from './presenters.js'
import {
  MadePermanentToken,
  Message,
  NewPermanentToken,
  PermanentToken,
  TokenOwner,
} from './schemas.js'

const tag = 'Permanent tokens'
const PATH = '/api/auth/permanent-tokens'

const createToken = defineRoute({
  method: 'POST',
  paths: [PATH],
  id: 'createPermanentToken',
  tag,
  summary: "Make a permanent token of one's own",
  description:
    'The token is in this answer only; what is kept cannot be turned back into it. It may do what its user may, but not make further tokens. It ends when it is revoked, at expires_at, and with its user; not with a new password.',
  permission: 'read',
  body: NewPermanentToken,
  bodyOptional: true,
  answers: { 201: { description: 'The token.', schema: MadePermanentToken } },
  handle: async (call, { body }) => {
    const { user, principal } = callerOf(call)
    requireAccessToken(principal.kind)
    const { text, hash, hint } = makeApiToken(call.app.identity.random)
    const { result, headers } = await submit(
      call,
      {
        type: 'api-token.create',
        userId: user.id,
        description: body.description ?? null,
        hash,
        hint,
        addresses: (body.ip_restrictions ?? []).map(requireCidr),
        ttlMs: ttlOf(call, body),
      },
      body,
    )
    const { token } = resultOf(result, 'api-token')
    const shown = presentPermanentToken(token)
    if (token.hash !== hash) throw shownBefore(shown.token_id)
    headers.push('Location', `${PATH}/${shown.token_id}`, ...unstored)
    return { status: 201, body: JSON.stringify({ token: text, ...shown }), headers }
  },
})

const listTokens = defineRoute({
  method: 'GET',
  paths: [PATH],
  id: 'listPermanentTokens',
  tag,
  summary: "List one's own permanent tokens",
  permission: 'read',
  reads: true,
  query: TokenOwner,
  answers: {
    200: {
      description: 'Without the tokens themselves.',
      schema: Type.Object(
        { data: Type.Array(PermanentToken) },
        { title: 'PermanentTokens', additionalProperties: false },
      ),
    },
  },
  handle: async (call, { query }) => {
    const own = callerOf(call).user.id
    const { user_id: id = own } = query
    if (id !== own) await demand(call, 'admin')
    await call.awaitRead()
    const tokens = call.app.store.reads.identities().apiTokensOf(findUser(call, id).id)
    return { status: 200, body: JSON.stringify({ data: tokens.map(presentPermanentToken) }) }
  },
})

const revokeToken = defineRoute({
  method: 'DELETE',
  paths: [`${PATH}/:id`],
  id: 'revokePermanentToken',
  tag,
  summary: 'Revoke a permanent token',
  description: "One's own, or as an admin anybody's.",
  permission: 'read',
  answers: { 200: { description: 'No node takes it any more.', schema: Message } },
  handle: async call => {
    const id = await findToken(call, call.param('id'))
    const { headers } = await submit(call, { type: 'api-token.revoke', id }, null)
    return messageAnswer(call, { en: 'The token was revoked.', zh: '令牌已撤销' }, headers)
  },
})

/** Another user's token is there for admins only. @throws ApiError 404 */
async function findToken(call: Call, text: string): Promise<number> {
  const { user } = callerOf(call)
  await call.awaitNewest()
  const id = parseTokenId(text)
  const token = id === null ? null : call.app.store.reads.identities().apiToken(id)
  const isOwn = token?.userId === user.id
  if (token === null || !(isOwn || permits(user.role, 'admin')))
    throw new ApiError(404, 'api-token-not-found', `Token ${text.slice(0, 100)} not found.`)
  if (!isOwn) await demand(call, 'admin')
  return token.id
}

/** An address stands for itself alone. @throws ApiError 422 */
function requireCidr(text: string): string {
  const address = parseAddress(text)
  const spelled = address === null ? text : `${text}/${address.family === 4 ? 32 : 128}`
  const cidr = parseCidr(spelled)
  if (!('reason' in cidr)) return spelled
  throw invalid('ip_restrictions', text, 'it must be an address or a CIDR')
}

/** The ledger counts from the entry's time. @throws ApiError 422 */
function ttlOf({ app }: Call, { expires_at: text }: Static<typeof NewPermanentToken>) {
  if (text === undefined || text === null) return null
  const ttlMs = Date.parse(text) - app.nowMs()
  if (ttlMs > 0) return ttlMs
  throw invalid('expires_at', text, 'it must be a time to come')
}

/** A retry with the same key: the token was in the first answer, and is nowhere now. */
function shownBefore(tokenId: string): ApiError {
  return new ApiError(
    409,
    'token-shown-before',
    `An earlier try with this Idempotency-Key made ${tokenId}, whose text was in the answer to it alone; revoke it and make another one with a new key.`,
    { token_id: tokenId },
  )
}

export const permanentTokenRoutes: readonly Route[] = [createToken, listTokens, revokeToken]
