// Linearizability by trying every order of a tiny history, with the plainest model there is: what the search is held against.
import type { History, Operation } from './operation.js'

type State = { readonly active: ReadonlyMap<string, string>; readonly ended: ReadonlySet<string> }

/** For one network of at most nine addresses, 10.0.0.1 to 10.0.0.N. */
export function isLinearizableByForce({ networks, operations }: History): boolean {
  const size = Number(networks[0]?.last.split('.')[3])
  return place(operations, { active: new Map(), ended: new Set() }, size, 0)
}

function place(left: readonly Operation[], state: State, size: number, guess: number): boolean {
  if (left.every(({ outcome }) => outcome === 'unknown')) return true
  return left.some((operation, at) => {
    const others = left.filter((_, other) => other !== at)
    if (others.some(({ to }) => to !== null && to < operation.from)) return false
    return outcomes(operation, state, size, guess).some(next =>
      place(others, next, size, guess + 1),
    )
  })
}

/** The states that may follow if the operation happens now and was answered as it was; none when it cannot have been. */
function outcomes(operation: Operation, state: State, size: number, guess: number): State[] {
  const { active, ended } = state
  const unknown = operation.outcome === 'unknown'
  if (operation.op === 'allocate') {
    const ips = Array.from({ length: size }, (_, at) => `10.0.0.${at + 1}`)
    const taken = [...active.values()]
    const ip = ips.find(candidate => !taken.includes(candidate))
    if (operation.outcome === 'refused') return ip === undefined ? [state] : []
    if (ip === undefined) return unknown ? [state] : []
    const id = unknown ? `guess-${guess}` : (operation.answer?.id ?? '')
    if (!unknown && (operation.answer?.ip !== ip || active.has(id) || ended.has(id))) return []
    return [{ active: new Map(active).set(id, ip), ended }]
  }
  if (operation.op === 'list') {
    if (unknown) return [state]
    const listed = operation.answer ?? []
    const fits = listed.every(({ id, ip }) => {
      const holder = [...active].find(([, taken]) => taken === ip)?.[0]
      const nameless = holder?.startsWith('guess-') && !active.has(id) && !ended.has(id)
      return holder === id || nameless
    })
    return fits && listed.length === active.size ? [state] : []
  }
  const { id } = operation
  if (operation.op === 'read') {
    if (unknown) return [state]
    const seen = active.has(id) ? 'active' : ended.has(id) ? 'ended' : 'missing'
    const told = operation.answer ? (operation.answer.active ? 'active' : 'ended') : 'missing'
    return seen === told ? [state] : []
  }
  if (operation.outcome === 'refused') return active.has(id) ? [] : [state]
  if (!active.has(id)) return unknown ? [state] : []
  const rest = new Map(active)
  rest.delete(id)
  return [{ active: rest, ended: new Set(ended).add(id) }]
}
