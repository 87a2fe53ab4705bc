// Waiting on a condition, with an end.
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 25
/** Far above what it takes on a slow machine. */
const WAIT_MS_MAX = 30_000

/**
 * Looks until it sees something: neither null nor false. A look that throws has seen nothing.
 * @throws a sentence with `what` and the last error after 30 s
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | false> | T | null | false,
): Promise<T> {
  const deadline = Date.now() + WAIT_MS_MAX
  let last = ''
  while (Date.now() < deadline) {
    try {
      const seen = await look()
      if (seen !== null && seen !== false) return seen
    } catch (error) {
      last = `: ${String(error)}`
    }
    await sleep(LOOK_EVERY_MS)
  }
  throw new Error(`waited in vain until ${what}${last}`)
}
