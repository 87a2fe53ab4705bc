// For work that goes on elsewhere while a request waits: it ends with the request.
import { GatewayError } from '../gateway/index.js'
import { ClientGone } from './body.js'
import type { Call } from './call.js'

/** @param run is given a signal that fires when the client goes away or its time is over @throws ClientGone, GatewayError, or what `run` throws */
export async function withSignal<T>(
  call: Call,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const { signal } = controller
  const gone = () => controller.abort(new ClientGone('The client closed the connection.'))
  const late = () => controller.abort(new GatewayError('timeout', 'known', 'this took too long'))
  const cancelTimer = call.app.clock.after(call.timeoutMs, late)
  call.response.once('close', gone)
  try {
    return await run(signal)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    cancelTimer()
    call.response.off('close', gone)
  }
}
