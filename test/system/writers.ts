// Many allocating clients at once, spread over the nodes, and what must be true of their reports.
import type { Test } from 'tap'
import { type Acknowledged, allocateUntil, type ClientReport } from './allocating-client.js'
import { listAllocations, stateHashes } from './cluster-facts.js'

export type Writers = {
  /** Lets requests under way end. @returns one report a client */
  stop(): Promise<readonly ClientReport[]>
}

export function startWriters(options: {
  readonly urls: readonly string[]
  readonly networkId: string
  readonly clients: number
}): Writers {
  const { urls, networkId, clients } = options
  const controller = new AbortController()
  const running = Array.from({ length: clients }, (_, position) =>
    allocateUntil(controller.signal, { urls, first: position % urls.length, networkId }),
  )
  return {
    stop() {
      controller.abort()
      return Promise.all(running)
    },
  }
}

/** Nothing twice, nothing acknowledged missing on any node, equal states. */
export async function checkNothingLost(
  t: Test,
  urls: readonly string[],
  acknowledged: readonly Pick<Acknowledged, 'id' | 'ip'>[],
): Promise<void> {
  t.ok(acknowledged.length > 0, 'addresses were allocated')
  t.equal(new Set(acknowledged.map(({ ip }) => ip)).size, acknowledged.length, 'no address twice')
  for (const url of urls) {
    const live = new Map((await listAllocations(url)).map(({ id, ip }) => [id, ip]))
    const missing = acknowledged.filter(({ id, ip }) => live.get(id) !== ip)
    t.same(missing, [], `everything acknowledged is on ${url}`)
    t.equal(new Set(live.values()).size, live.size, `no address twice on ${url}`)
  }
  const hashes = await stateHashes(urls)
  t.equal(new Set(hashes).size, 1, `equal states: ${hashes.join(' ')}`)
}
