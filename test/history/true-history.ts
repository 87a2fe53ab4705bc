// Histories that a true server could have left: decided one after another, asked and answered around that, some never answered.
import type { History, Listed, Operation } from './operation.js'

export const range = { network: 'net-1', first: '10.0.0.1', last: '10.0.255.254' }

export function ipOf(place: number): string {
  return `10.0.${Math.floor(place / 256)}.${place % 256}`
}

/** The naive server: a list of holders by place, 1 the lowest. */
type Server = { readonly holders: Map<number, string>; made: number }

/**
 * Operation n is decided at time 10 n and revision n; it was asked up to `overlap` before and answered up to `overlap`
 * after. `unanswered`: share of operations whose client never heard; half of these were never decided.
 */
export function makeTrueHistory(
  count: number,
  random: () => number,
  { overlap = 80, unanswered = 0.03 } = {},
): History {
  const server: Server = { holders: new Map(), made: 0 }
  const told: Listed[] = []
  const operations: Operation[] = []
  for (let at = 1; at <= count; at++) {
    const client = Math.floor(random() * 8)
    const from = 10 * at - random() * overlap
    const to = 10 * at + random() * overlap
    const times = { network: range.network, client, from }
    const unheard = random() < unanswered
    const happens = !unheard || random() < 0.5
    const decided = decide(server, told, random, { happens, from })
    if (decided === null) continue
    if (unheard) {
      if (decided.op !== 'read' && decided.op !== 'list') {
        const asked =
          decided.op === 'release' ? { op: decided.op, id: decided.id } : { op: decided.op }
        operations.push({ ...asked, ...times, to: null, outcome: 'unknown' })
      }
      continue
    }
    if (decided.op === 'allocate' && decided.answer !== undefined) told.push(decided.answer)
    operations.push({ ...decided, ...times, to, revision: at })
  }
  return { networks: [range], operations }
}

type Decided =
  | { readonly op: 'allocate'; readonly outcome: 'ok'; readonly answer?: Listed }
  | { readonly op: 'release'; readonly outcome: 'ok' | 'refused'; readonly id: string }
  | {
      readonly op: 'read'
      readonly outcome: 'ok'
      readonly id: string
      readonly answer: { active: boolean }
    }
  | { readonly op: 'list'; readonly outcome: 'ok'; readonly answer: readonly Listed[] }

function decide(
  server: Server,
  told: readonly Listed[],
  random: () => number,
  { happens }: { happens: boolean; from: number },
): Decided | null {
  const kind = random()
  const { holders } = server
  if (kind < 0.4 || told.length === 0) {
    let place = 1
    while (holders.has(place)) place++
    const id = `ip-${++server.made}`
    if (happens) holders.set(place, id)
    return { op: 'allocate', outcome: 'ok', answer: { id, ip: ipOf(place) } }
  }
  if (kind < 0.95) {
    const { id } = told[Math.floor(random() * told.length)] as Listed
    const place = [...holders].find(([, holder]) => holder === id)?.[0]
    const active = place !== undefined
    if (kind < 0.7) return { op: 'read', outcome: 'ok', id, answer: { active } }
    if (happens && active) holders.delete(place)
    return { op: 'release', outcome: active ? 'ok' : 'refused', id }
  }
  const answer = [...holders].map(([place, id]) => ({ id, ip: ipOf(place) }))
  return { op: 'list', outcome: 'ok', answer }
}
