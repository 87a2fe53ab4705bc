// A client that allocates one address after another; when its connection breaks or the node has just been started, it asks another node with the same key.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { notInService } from './http.js'

/** After every node broke the connection in a row: none may be up for a while. */
const ALL_BROKEN_PAUSE_MS = 50

export type Acknowledged = { readonly id: string; readonly ip: string; readonly atMs: number }

export type ClientReport = {
  readonly allocations: readonly Acknowledged[]
  /** Broken connections and nodes that just start, after which the same request went to another node. */
  readonly retries: number
  /** Error answers; there must be none. */
  readonly failures: readonly string[]
}

export type ClientTask = {
  readonly urls: readonly string[]
  /** Position of the node it begins with. */
  readonly first: number
  readonly networkId: string
}

export async function allocateUntil(signal: AbortSignal, task: ClientTask): Promise<ClientReport> {
  const allocations: Acknowledged[] = []
  const failures: string[] = []
  let retries = 0
  let node = task.first
  while (!signal.aborted) {
    const key = randomUUID()
    let broken = 0
    for (;;) {
      const url = task.urls[node % task.urls.length] as string
      const answer = await allocate(url, task.networkId, key)
      if (answer.type === 'broken') {
        retries += 1
        node += 1
        broken += 1
        if (broken % task.urls.length !== 0) continue
        // Nobody is there any more, and nobody waits for the outcome.
        if (signal.aborted) break
        await sleep(ALL_BROKEN_PAUSE_MS)
        continue
      }
      if (answer.type === 'refused') failures.push(`${url}: ${answer.text}`)
      else allocations.push({ id: answer.id, ip: answer.ip, atMs: performance.now() })
      break
    }
  }
  return { allocations, retries, failures }
}

type Answer =
  | { readonly type: 'done'; readonly id: string; readonly ip: string }
  | { readonly type: 'refused'; readonly text: string }
  | { readonly type: 'broken' }

async function allocate(url: string, networkId: string, key: string): Promise<Answer> {
  try {
    const response = await fetch(`${url}/api/v1/allocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ network_id: networkId, hostname: `host-${key.slice(0, 8)}` }),
    })
    const text = await response.text()
    if (notInService(response.status, text)) return { type: 'broken' }
    if (response.status !== 201) return { type: 'refused', text: `${response.status} ${text}` }
    const { id, ip } = JSON.parse(text) as { id: string; ip: string }
    return { type: 'done', id, ip }
  } catch {
    return { type: 'broken' }
  }
}
