// A wholly free space whose tree the test holds too, to look at its structure.
import { FreeSpace } from '../../../src/ledger/free-space/free-space.js'
import { IntervalTree } from '../../../src/ledger/free-space/interval-tree.js'
import type { Range } from './model.js'

export function openWithTree(range: Range): { space: FreeSpace; tree: IntervalTree } {
  const { first, last } = range
  const differing = (first ^ last).toString(2).length
  const width = Math.max(1, Math.ceil((first === last ? 0 : differing) / 32))
  const origin = first - (first % 2n ** BigInt(32 * width))
  const tree = new IntervalTree(width)
  tree.insert({ first: first - origin, last: last - origin })
  return { space: new FreeSpace(range, { tree, freeCount: last - first + 1n }), tree }
}
