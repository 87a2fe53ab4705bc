// GET /api/v1/watch: every change in order, as server-sent events here and over WebSocket by upgrade.
import { type Static, Type } from '@sinclair/typebox'
import type { Call } from '../../call.js'
import { mayGoOn } from '../../caller.js'
import { defineRoute, type Route } from '../../route.js'
import { countAnswer } from '../../send.js'
import { openEventStream } from '../../watch/event-stream.js'
import type { WatchStart } from '../../watch/position.js'
import { acceptWebSocket } from '../../watch/web-socket.js'
import { ErrorBody } from './schemas.js'

const WatchQuery = Type.Object({
  from: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description:
        'First revision wanted, inclusive; from now on when left out; a future one waits.',
    }),
  ),
  after: Type.Optional(
    Type.String({
      maxLength: 32,
      description: 'Exactly after this event, `revision.n`; the same as a Last-Event-ID header.',
    }),
  ),
})

const watchRoute: Route = defineRoute({
  method: 'GET',
  paths: ['/api/v1/watch'],
  id: 'watch',
  tag: 'Watch',
  summary: 'Every change as it happens, in order, without gaps or doubles',
  description:
    'Server-sent events: `id: revision.n`, `event: <action>`, `data:` a WatchEvent. With `Upgrade: websocket` the same JSON comes as one message a change.',
  permission: 'read',
  reads: true,
  query: WatchQuery,
  answers: {
    200: { description: 'A stream of WatchEvent.', type: 'text/event-stream' },
    410: {
      description: 'History no longer reaches back to there; `oldest_revision` says how far.',
      schema: ErrorBody,
    },
  },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { app, response, upgrade } = call
    const start = watchStart(call, query)
    const stays = () => mayGoOn(call)
    if (upgrade !== null)
      acceptWebSocket(call, upgrade, open => app.watchHub.begin(start, open, stays))
    else if (!response.destroyed) {
      const gone = app.watchHub.begin(start, () => openEventStream(call), stays)
      response.once('close', () => {
        gone()
        countAnswer(call, 200)
      })
    }
    return null
  },
})

/** The header is what browsers send when they reconnect; the parameter is for those who cannot set headers. */
function watchStart(call: Call, query: Static<typeof WatchQuery>): WatchStart {
  return { from: query.from, after: call.header('last-event-id') ?? query.after }
}

export const watchRoutes: readonly Route[] = [watchRoute]
