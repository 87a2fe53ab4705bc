// A watch as server-sent events (WHATWG HTML, 9.2): ids are `revision.n`, so that a browser resumes by itself.
import type { Call } from '../call.js'
import { headOf } from '../send.js'
import type { WatchEvent } from './change-feed.js'
import type { WatchSink } from './watcher.js'

const RETRY_MS = 1000

/** Answers the call with an open stream. */
export function openEventStream(call: Call): WatchSink {
  const { response } = call
  const head = headOf(call)
  // Proxies that buffer answers would hold events back.
  head.push('Content-Type', 'text/event-stream; charset=utf-8', 'X-Accel-Buffering', 'no')
  response.writeHead(200, head)
  response.write(`retry: ${RETRY_MS}\n\n`)
  return {
    write: (events, taken) => {
      const accepted = response.write(events.map(eventText).join(''))
      if (!accepted) response.once('drain', taken)
      return accepted
    },
    heartbeat: () => {
      response.write(': heartbeat\n\n')
    },
    end: ({ code, message }) => {
      const data = JSON.stringify({ error: message, reason: code })
      response.end(`event: end\ndata: ${data}\n\n`)
    },
    drop: () => response.destroy(),
  }
}

function eventText({ id, action, json }: WatchEvent): string {
  return `id: ${id}\nevent: ${action}\ndata: ${json}\n\n`
}
