// Stands in for the choices of free-space/ until they are there: the lowest free aligned block, whatever is wanted.
import type { MakeBlockChoice } from '../free-space/block-choice.js'

export const makeBlockChoice: MakeBlockChoice = (space, strategy, _ended) => {
  return {
    strategy,
    choose: sizeLog2 => space.firstBlock(sizeLog2),
    ended: () => () => {},
    close: () => {},
  }
}
