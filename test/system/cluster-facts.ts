// What a cluster says of itself, asked of every node.
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from './http.js'

export async function listAllocations(url: string): Promise<{ id: string; ip: string }[]> {
  const response = await fetch(`${url}/api/v1/allocations`)
  return (await response.json()) as { id: string; ip: string }[]
}

type StateHash = { readonly applied_index: number; readonly hash: string }

/** The nodes' state hashes at one equal applied index. @throws when the nodes never meet at one within 20 s. */
export async function stateHashes(urls: readonly string[]): Promise<string[]> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answers = await Promise.all(
      urls.map(async url => {
        const response = await fetch(`${url}/api/v1/cluster/state-hash`)
        return (await response.json()) as StateHash
      }),
    )
    if (new Set(answers.map(answer => answer.applied_index)).size === 1) {
      return answers.map(answer => answer.hash)
    }
    if (Date.now() > deadline) throw new Error(`the nodes stay apart: ${JSON.stringify(answers)}`)
    await sleep(100)
  }
}

export async function appliedOf(url: string): Promise<number> {
  const { body } = await call(url, '/api/v1/cluster/status')
  return (body as { applied_index: number }).applied_index
}

/** A metric without labels. */
export async function metricOf(url: string, name: string): Promise<number> {
  const { body } = await call(url, '/metrics')
  const line = String(body)
    .split('\n')
    .find(each => each.startsWith(`ipam_${name} `) || each.startsWith(`${name} `))
  if (line === undefined) throw new Error(`${url} has no metric ${name}`)
  return Number(line.split(' ')[1])
}
