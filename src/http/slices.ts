// Going over many things in memory without holding up everybody else.
import { ClientGone } from './body.js'
import type { Call } from './call.js'

/** So long nobody else is served. */
const SLICE_MS = 4
/** Between two looks at the clock. */
const ITEMS_UNWATCHED = 64

/** Visits all, in turns between which others are served. What is visited may be of different states. @throws ClientGone */
export async function visitInSlices<T>(
  call: Call,
  items: Iterable<T>,
  visit: (item: T) => void,
): Promise<void> {
  const { clock } = call.app
  let begunMs = clock.monotonicMs()
  let visited = 0
  for (const item of items) {
    visit(item)
    visited += 1
    if (visited % ITEMS_UNWATCHED !== 0 || clock.monotonicMs() - begunMs < SLICE_MS) continue
    await new Promise(resolve => setImmediate(resolve))
    if (call.response.destroyed) throw new ClientGone('The client closed the connection.')
    begunMs = clock.monotonicMs()
  }
}
