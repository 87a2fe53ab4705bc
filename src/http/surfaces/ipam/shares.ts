// /ipam/shares: public links to one country, region or host each.
import { randomText } from '../../../auth/index.js'
import type { Share } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import type { App } from '../../app.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import { ErrorBody } from './envelope.js'
import { listOwnOrAll, ownOrAll } from './everybodys.js'
import { requireResourceId, resourceName } from './named-resources.js'
import { notFound, requireOwnId, unstored } from './own.js'
import { at, IPAM_PATH } from './paths.js'
import { publicUrlOf } from './public-url.js'
import * as schemas from './share-schemas.js'
import { shareViewsOf } from './share-views.js'
import { presentShared } from './shared-resource.js'
import { uuidOf } from './uuids.js'

const tag = 'Shares'
const TOKEN_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** 134 bits of chance. */
const TOKEN_CHARS = 26
/** An answer waits so long for its view to be counted. */
const COUNTED_WITHIN_MS = 1000

const createShare = defineRoute({
  method: 'POST',
  paths: at('/shares'),
  id: 'createShare',
  tag,
  summary: 'Make a public link to a country, region or host',
  description: 'Whoever has the link may read, without signing in, until it is over or revoked.',
  permission: 'read',
  body: schemas.NewShare,
  answers: { 201: { description: 'The share.', schema: schemas.MadeShare } },
  handle: async (call, { body }) => {
    await call.awaitNewest()
    const { expires_in_days: days, description = null } = body
    const { result, headers } = await submit(
      call,
      {
        type: 'share.create',
        token: randomText(call.app.identity.random, TOKEN_ALPHABET, TOKEN_CHARS),
        resourceType: body.resource_type,
        resourceId: requireResourceId(call, body.resource_type, body.resource_id),
        description,
        ttlMs: (days ?? schemas.DAYS_DEFAULT) * schemas.DAY_MS,
      },
      body,
    )
    // As it is kept: with an Idempotency-Key the link may have been made by an earlier try.
    const { id } = resultOf(result, 'share').share
    const share = call.app.store.reads.personal.share(id)
    if (share === null) throw notFound('Share', uuidOf(call, 'share', id))
    const shown = { ...present(call, share), share_token: share.token }
    return { status: 201, body: JSON.stringify(shown), headers: [...headers, ...unstored] }
  },
})

const listShares = defineRoute({
  method: 'GET',
  paths: at('/shares'),
  id: 'listShares',
  tag,
  summary: "List one's own shares, the newest first",
  description: 'Those that are over stay in it for a while.',
  permission: 'read',
  reads: true,
  query: ownOrAll,
  answers: { 200: { description: 'All of them.', schema: schemas.Shares } },
  handle: async (call, { query }) => {
    const { personal } = call.app.store.reads
    const { things, page } = await listOwnOrAll(call, query, id => personal.sharesOf(id))
    const body = JSON.stringify({ shares: things.map(share => present(call, share)), ...page })
    return { status: 200, body, headers: unstored }
  },
})

const openShare = defineRoute({
  method: 'GET',
  // In a DELETE the same place of the path has the id.
  paths: at('/shares/:share'),
  id: 'openShare',
  tag,
  summary: 'What a public link shows',
  description:
    "By the share's token. Nobody needs to sign in, and a token that is sent is not looked at.",
  permission: 'open',
  answers: {
    200: { description: 'The resource as it is now.', schema: schemas.SharedResource },
    400: { description: 'The path is not validly encoded.', schema: ErrorBody },
    404: { description: 'There is no such link, or none any more.', schema: ErrorBody },
    429: { description: 'Too many requests from this address.', schema: ErrorBody },
    503: { description: 'Not now.', schema: ErrorBody },
  },
  handle: async call => {
    await call.awaitNewest()
    const share = findShared(call, call.param('share'))
    const resource_data = share === null ? null : presentShared(call, share)
    if (share === null || resource_data === null)
      throw new ApiError(404, 'share-not-found', 'Share not found or expired.', {}, unstored)
    // A HEAD is shown nothing.
    if (call.request.method !== 'HEAD') await countView(call.app, share.id)
    const { resourceType: resource_type, username: shared_by, createdMs } = share
    const shown = { resource_type, resource_data, shared_by, created_at: timestamp(createdMs) }
    return { status: 200, body: JSON.stringify(shown), headers: unstored }
  },
})

const revokeShare = defineRoute({
  method: 'DELETE',
  paths: at('/shares/:share'),
  id: 'revokeShare',
  tag,
  summary: 'Revoke a share',
  description: "One's own by its id, or as an admin anybody's.",
  permission: 'read',
  answers: { 204: { description: 'The link opens no more.' } },
  handle: async call => {
    const id = requireOwnId(call, 'Share', call.param('share'))
    const { headers } = await submit(call, { type: 'share.revoke', id }, null)
    return { status: 204, body: null, headers }
  },
})

/** Its user must be there and active: a link does not outlive what he may do. */
function findShared({ app }: Call, token: string): Share | null {
  const share = app.store.reads.personal.shareByToken(token)
  if (share === null || share.expiresMs <= app.nowMs()) return null
  const owner = app.store.reads.identities().user(share.userId)
  return owner?.isActive === true ? share : null
}

/** For so long as an answer may wait for it. */
function countView(app: App, shareId: number): Promise<void> {
  return new Promise(resolve => {
    const cancel = app.clock.after(COUNTED_WITHIN_MS, resolve)
    void shareViewsOf(app)
      .count(shareId)
      .then(() => {
        cancel()
        resolve()
      })
  })
}

function present(call: Call, share: Share) {
  return {
    share_id: uuidOf(call, 'share', share.id),
    share_url: `${publicUrlOf(call)}${IPAM_PATH}/shares/${share.token}`,
    resource_type: share.resourceType,
    resource_id: resourceName(call, share.resourceType, share.resourceId),
    description: share.description,
    view_count: share.viewCount,
    last_accessed: timestampOrNull(share.lastViewedMs),
    expires_at: timestamp(share.expiresMs),
    created_at: timestamp(share.createdMs),
    created_by: share.username,
    is_active: share.expiresMs > call.app.nowMs(),
  }
}

export const shareRoutes: readonly Route[] = [openShare, createShare, listShares, revokeShare]
