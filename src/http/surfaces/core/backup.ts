// GET /api/v1/backup: this node's whole state as one file, while everything else goes on.
import { Type } from '@sinclair/typebox'
import { backupBytes, writeBackup } from '../../../backup/index.js'
import { NoRoomError } from '../../../store/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { countAnswer, headOf } from '../../send.js'
import { ErrorBody } from './schemas.js'

const backup = defineRoute({
  method: 'GET',
  paths: ['/api/v1/backup'],
  id: 'backup',
  tag: 'System',
  summary: 'The whole state as one file',
  description:
    'Begins with a line of JSON (index, term, cluster, time, SHA-256), goes on with an SQLite database, and ends with checksums. By default it holds everything that was answered before it was asked for; level=none takes this node as it is. One at a time on a node.',
  permission: 'admin',
  guarded: true,
  reads: true,
  query: Type.Object({}),
  answers: {
    200: { description: 'A backup, for `ipam restore`.', type: 'application/octet-stream' },
    429: { description: 'This node is sending a backup already.', schema: ErrorBody },
    507: { description: 'No room on its disk for the copy.', schema: ErrorBody },
  },
  handle: async call => {
    const { app } = call
    if (app.backupUnderWay)
      throw new ApiError(
        429,
        'backup-under-way',
        'This node is sending a backup already; ask another node, or again when that is done.',
        {},
        ['Retry-After', '5'],
      )
    app.backupUnderWay = true
    try {
      await call.awaitRead()
      await sendCopy(call)
    } finally {
      app.backupUnderWay = false
    }
    return null
  },
})

async function sendCopy(call: Call): Promise<void> {
  const { app, revision } = call
  const cluster = app.store.reads.cluster()
  const copy = await take(call)
  try {
    const { mark, bytes, sha256 } = copy.header
    call.revision = Math.max(revision, mark.index)
    const facts = {
      clusterId: cluster?.clusterId ?? app.cluster.clusterId,
      clusterUuid: cluster?.clusterUuid ?? '',
      index: mark.index,
      term: mark.term,
      timeMs: mark.timeMs,
      nodeId: app.cluster.nodeId,
      version: app.version,
      stateBytes: bytes,
      stateSha256: sha256,
    }
    await stream(call, backupBytes(facts), writeBackup(facts, copy))
  } finally {
    copy.release()
  }
}

/** @throws ApiError 507 */
async function take({ app, revision }: Call) {
  try {
    return await app.store.take(revision)
  } catch (error) {
    if (!(error instanceof NoRoomError)) throw error
    throw new ApiError(507, 'no-room', `${error.message} Ask another node, or make room.`)
  }
}

/** No faster than the client reads; one that reads nothing for too long is cut, as is what fails half-way. */
async function stream(call: Call, bytes: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const { app, response } = call
  if (response.destroyed) return
  const head = headOf(call)
  head.push('Content-Type', 'application/octet-stream', 'Content-Length', String(bytes))
  head.push('Content-Disposition', 'attachment; filename="ipam.backup"')
  response.writeHead(200, head)
  for await (const piece of pieces) {
    // HEAD is answered as GET, without the body.
    if (response.destroyed || call.request.method === 'HEAD') break
    if (!response.write(piece)) await drained(call)
  }
  if (response.destroyed) {
    app.log.info({ requestId: call.requestId }, 'a backup was not taken to its end')
    return
  }
  response.end()
  countAnswer(call, 200)
}

/** Resolves when the client has read what was written, or is gone. */
function drained({ app, response }: Call): Promise<void> {
  return new Promise(resolve => {
    const cancel = app.clock.after(app.options.backupStallMs, () => response.destroy())
    const done = () => {
      cancel()
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
    if (response.destroyed) done()
  })
}

export const backupRoutes: readonly Route[] = [backup]
