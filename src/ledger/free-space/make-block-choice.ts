// The placement strategies by name (docs/decisions/0045). Three of them ask the free space and keep nothing beside it.
import type { PlacementStrategy } from '../entities.js'
import { BestFit } from './best-fit.js'
import type { BlockChoice, MakeBlockChoice } from './block-choice.js'
import type { FreeSpace } from './free-space.js'
import { LeastRecentlyReleased } from './least-recently-released.js'

const PLAIN: Record<PlainStrategy, (space: FreeSpace, sizeLog2: number) => bigint | null> = {
  first: (space, sizeLog2) => space.firstBlock(sizeLog2),
  last: (space, sizeLog2) => space.lastBlock(sizeLog2),
  sparse: (space, sizeLog2) => space.sparseBlock(sizeLog2),
}

type PlainStrategy = Exclude<PlacementStrategy, 'best' | 'least_recently_released'>

export const makeBlockChoice: MakeBlockChoice = (space, strategy, ended) => {
  if (strategy === 'best') return new BestFit(space)
  if (strategy === 'least_recently_released') return new LeastRecentlyReleased(space, ended)
  return plainChoice(space, strategy)
}

function plainChoice(space: FreeSpace, strategy: PlainStrategy): BlockChoice {
  const choose = PLAIN[strategy]
  return {
    strategy,
    choose: sizeLog2 => choose(space, sizeLog2),
    ended: () => () => {},
    close: () => {},
  }
}
