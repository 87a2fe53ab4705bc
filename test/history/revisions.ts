// The cheaper check: the order of revisions, which answers carry, must be true to real time and explain every answer.
import { AddressModel } from './address-model.js'
import {
  addressOf,
  describe,
  type History,
  type NetworkRange,
  type Operation,
  type Verdict,
} from './operation.js'

type Placed = Operation & { readonly revision: number; readonly to: number }

/**
 * Sound for true histories; it believes an unknown outcome whenever one explains what was seen, so the search in
 * linearizable.ts may reject more.
 */
export function checkRevisions(history: History): Verdict {
  const placed = history.operations.filter(isPlaced).sort(byRevision)
  const faults = [...realTimeFaults(placed), ...doubleFaults(placed)]
  for (const range of history.networks) {
    const inNetwork = ({ network }: Operation): boolean => network === range.network
    const unknown = history.operations.filter(
      operation => operation.outcome === 'unknown' && inNetwork(operation),
    )
    faults.push(...replayFaults(range, placed.filter(inNetwork), unknown))
  }
  return { faults, undecided: false }
}

function isPlaced(operation: Operation): operation is Placed {
  return operation.outcome !== 'unknown' && operation.revision !== undefined
}

function isWrite({ op }: Operation): boolean {
  return op === 'allocate' || op === 'release'
}

/** A read at a revision saw the write at that revision. */
function byRevision(a: Placed, b: Placed): number {
  return a.revision - b.revision || Number(isWrite(b)) - Number(isWrite(a))
}

/** Whoever asks after an answer has come is told no older revision, and a write a newer one. Across all networks. */
function realTimeFaults(placed: readonly Placed[]): string[] {
  const faults: string[] = []
  const ended = [...placed].sort((a, b) => a.to - b.to)
  let newest: Placed | null = null
  let at = 0
  for (const operation of [...placed].sort((a, b) => a.from - b.from)) {
    for (let next = ended[at]; next !== undefined && next.to < operation.from; next = ended[++at]) {
      if (newest === null || next.revision > newest.revision) newest = next
    }
    if (newest === null) continue
    const older = operation.revision < newest.revision
    if (older || (isWrite(operation) && operation.revision === newest.revision)) {
      faults.push(`${describe(operation)} came after ${describe(newest)} had ended`)
    }
  }
  return faults
}

function doubleFaults(placed: readonly Placed[]): string[] {
  const writes = placed.filter(isWrite)
  return writes
    .filter((write, at) => writes[at + 1]?.revision === write.revision)
    .map(write => `two writes were decided at revision ${write.revision}: ${describe(write)}`)
}

function replayFaults(
  range: NetworkRange,
  placed: readonly Placed[],
  unknown: readonly Operation[],
): string[] {
  const model = new AddressModel(range)
  const left = new Set(unknown)
  for (const operation of placed) {
    if (model.apply(operation) !== null) continue
    believe(model, { operation, last: addressOf(range.last) }, left)
    // One wrong answer makes the rest meaningless.
    if (model.apply(operation) === null) {
      return [`${range.network}: in the order of revisions this is wrong: ${describe(operation)}`]
    }
  }
  return []
}

/** Lets those unknown operations have happened that explain the answer. */
function believe(
  model: AddressModel,
  { operation, last }: { readonly operation: Placed; readonly last: bigint },
  left: Set<Operation>,
): void {
  const mayHaveHappened = [...left].filter(({ from }) => from <= operation.to)
  const allocations = mayHaveHappened.filter(({ op }) => op === 'allocate')
  const takeAll = (addresses: readonly bigint[]): void => {
    if (addresses.length > allocations.length) return
    for (const address of addresses) {
      model.take(address, null)
      left.delete(allocations.pop() as Operation)
    }
  }
  for (const release of mayHaveHappened) {
    if (release.op === 'release' && explains(model, operation, release)) {
      if (model.apply(release) !== null) left.delete(release)
    }
  }
  if (operation.op === 'allocate') {
    // What was refused found the network full.
    const end = operation.answer === undefined ? last + 1n : addressOf(operation.answer.ip)
    takeAll(model.freeBelow(end, allocations.length + 1))
  } else if (operation.op === 'list') {
    const listed = (operation.answer ?? []).map(({ ip }) => addressOf(ip))
    takeAll(listed.filter(address => !model.holds(address)))
  }
}

/** Whether the answer needs the released allocation to be gone. */
function explains(model: AddressModel, operation: Placed, release: Operation): boolean {
  if (release.op !== 'release') return false
  const address = model.addressOf(release.id)
  if (address === null) return false
  switch (operation.op) {
    case 'allocate':
      return operation.answer !== undefined && addressOf(operation.answer.ip) === address
    case 'list':
      return !(operation.answer ?? []).some(({ id }) => id === release.id)
    default:
      return operation.id === release.id
  }
}
