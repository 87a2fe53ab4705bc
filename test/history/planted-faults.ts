// Histories with one fault each, such as a broken server would leave.
import type { History, Operation } from './operation.js'
import { range } from './true-history.js'

const who = { network: range.network, client: 1 }
const first = { id: 'ip-1', ip: '10.0.0.1' }
const second = { id: 'ip-2', ip: '10.0.0.2' }

function allocate(answer: typeof first, from: number, revision: number): Operation {
  return { ...who, op: 'allocate', outcome: 'ok', answer, from, to: from + 5, revision }
}
function release(id: string, from: number, revision: number): Operation {
  return { ...who, op: 'release', outcome: 'ok', id, from, to: from + 5, revision }
}
function read(
  id: string,
  answer: { active: boolean } | null,
  from: number,
  revision: number,
): Operation {
  return { ...who, op: 'read', outcome: 'ok', id, answer, from, to: from + 5, revision }
}
function list(answer: (typeof first)[], from: number, revision: number): Operation {
  return { ...who, op: 'list', outcome: 'ok', answer, from, to: from + 5, revision }
}
const history = (...operations: Operation[]): History => ({ networks: [range], operations })

export const plantedFaults: { readonly [name: string]: History } = {
  'a stale read: released, and read as active afterwards': history(
    allocate(first, 0, 1),
    release('ip-1', 10, 2),
    read('ip-1', { active: true }, 20, 1),
  ),
  'a stale read that claims the newest revision': history(
    allocate(first, 0, 1),
    release('ip-1', 10, 2),
    read('ip-1', { active: true }, 20, 2),
  ),
  'reads that go back in time between two clients': history(
    allocate(first, 0, 1),
    { ...release('ip-1', 10, 2), to: 100 },
    read('ip-1', { active: false }, 20, 2),
    { ...read('ip-1', { active: true }, 30, 1), client: 2 },
  ),
  'a double allocation': history(
    allocate(first, 0, 1),
    allocate({ ...second, ip: first.ip }, 10, 2),
  ),
  'a double allocation of two that overlap': history(
    allocate(first, 0, 1),
    allocate({ ...second, ip: first.ip }, 2, 2),
  ),
  'a lost acknowledged allocation': history(allocate(first, 0, 1), read('ip-1', null, 10, 1)),
  'a lost acknowledged allocation, seen by a list': history(
    allocate(first, 0, 1),
    allocate(second, 10, 2),
    list([first], 20, 2),
  ),
  'a lost acknowledged release': history(
    allocate(first, 0, 1),
    release('ip-1', 10, 2),
    list([first], 20, 2),
  ),
  'an address left out, with no unknown outcome to have taken it': history(allocate(second, 0, 1)),
  'an unknown allocation cannot have taken an address before it was asked for': history(
    allocate(second, 0, 1),
    { ...who, op: 'allocate', outcome: 'unknown', from: 10, to: null },
  ),
  'a retry that was carried out twice': history(
    allocate(first, 0, 1),
    list([first, second], 10, 2),
  ),
}
