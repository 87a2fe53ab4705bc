// Steps of many kinds in one entry, each of which may refer to what an earlier one made.
import { unreachable } from '../../lib/index.js'
import type { TransactionCommand } from '../commands.js'
import { createAllocation, releaseAllocation } from './allocations.js'
import { allocateBlock, releaseBlock } from './blocks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'
import { createNetwork } from './networks.js'
import { createNumberPool } from './number-pools.js'
import { allocateNumber, releaseNumber } from './numbers.js'
import { createPool } from './pools.js'
import { resolveStep, type StepCommand } from './references.js'
import { decideSteps } from './steps.js'

export function decideTransaction(context: CommandContext, command: TransactionCommand): Decision {
  const decided = decideSteps(context, command.steps, (step, results) => {
    const resolved = resolveStep(step, results)
    return 'refused' in resolved ? resolved.refused : decideStep(context, resolved.command)
  })
  if ('refused' in decided) return decided.refused
  return answer({ type: 'transaction', results: decided.results })
}

function decideStep(context: CommandContext, step: StepCommand): Decision {
  switch (step.type) {
    case 'network.create':
      return createNetwork(context, step)
    case 'allocation.create':
      return createAllocation(context, step)
    case 'allocation.release':
      return releaseAllocation(context, step)
    case 'pool.create':
      return createPool(context, step)
    case 'block.allocate':
      return allocateBlock(context, step)
    case 'block.release':
      return releaseBlock(context, step)
    case 'number-pool.create':
      return createNumberPool(context, step)
    case 'number.allocate':
      return allocateNumber(context, step)
    case 'number.release':
      return releaseNumber(context, step)
    default:
      return unreachable(step, 'step of a transaction')
  }
}
