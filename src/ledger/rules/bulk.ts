// Several allocations and releases in one entry.
import { unreachable } from '../../lib/index.js'
import type { BulkCommand } from '../commands.js'
import { createAllocation, releaseAllocation } from './allocations.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'
import { decideSteps } from './steps.js'

export function decideBulk(context: CommandContext, command: BulkCommand): Decision {
  const decided = decideSteps(context, command.steps, step => decideStep(context, step))
  if ('refused' in decided) return decided.refused
  const allocations = decided.results.flatMap(result =>
    result.type === 'allocation' ? [result.allocation] : [],
  )
  return answer({ type: 'bulk', allocations })
}

function decideStep(context: CommandContext, step: BulkCommand['steps'][number]): Decision {
  switch (step.type) {
    case 'allocation.create':
      return createAllocation(context, step)
    case 'allocation.release':
      return releaseAllocation(context, step)
    default:
      return unreachable(step, 'step of a bulk')
  }
}
