// Writes an answer in one piece: the fixed headers, then ours, then the body.
import type { Call } from './call.js'
import type { Answer } from './route.js'

const JSON_TYPE = 'application/json; charset=utf-8'

export function send(call: Call, answer: Answer): void {
  sendText(call, answer.status, answer.body, JSON_TYPE, answer.headers)
}

/** @param body null = none, and then no content type @param fixed another list than the API's, for pages */
export function sendText(
  call: Call,
  status: number,
  body: string | Buffer | null,
  type: string,
  headers: readonly string[] | undefined,
  fixed: readonly string[] = call.app.fixedHeaders,
): void {
  const { response } = call
  if (response.headersSent || response.destroyed) return
  const head = headOf(call, fixed)
  if (headers !== undefined) head.push(...headers)
  if (body !== null)
    head.push('Content-Type', type, 'Content-Length', String(Buffer.byteLength(body)))
  response.writeHead(status, head)
  if (body === null) response.end()
  else response.end(body)
  countAnswer(call, status)
}

/** The headers of every answer: name, value, name, value … */
export function headOf(call: Call, fixed = call.app.fixedHeaders): string[] {
  const { app } = call
  const head = fixed.slice()
  head.push(
    'X-Request-Id',
    call.requestId,
    'IPAM-Leader',
    app.leaderText,
    'IPAM-Revision',
    String(call.revision < 0 ? app.store.appliedIndex() : call.revision),
    'Cache-Control',
    'no-cache',
  )
  if (call.surface.speaksLanguages)
    head.push('Content-Language', call.language, 'Vary', 'Accept-Language')
  if (call.moreHeaders !== null) head.push(...call.moreHeaders)
  if (app.draining) head.push('Connection', 'close')
  return head
}

/** To be called once for each answer, when it has been handed over. */
export function countAnswer(call: Call, status: number): void {
  const { app, endpoint } = call
  const elapsedMs = app.clock.monotonicMs() - call.startedMs
  if (endpoint === null) app.metrics.unrouted(call.request.method ?? '', status, elapsedMs)
  else
    app.metrics.answered(endpoint.metrics, endpoint.route.method, endpoint.path, status, elapsedMs)
}
