// Several allocations and releases in one entry: all of them or none.
import { unreachable } from '../../lib/index.js'
import { BULK_STEPS_MAX, type BulkCommand } from '../commands.js'
import type { Allocation } from '../entities.js'
import { createAllocation, releaseAllocation } from './allocations.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'

/** Each step sees the steps before it. A refusal names the first step that was refused, counted from 0. */
export function decideBulk(context: CommandContext, command: BulkCommand): Decision {
  const { steps } = command
  if (steps.length === 0) return invalid('steps', '', 'must hold at least one step')
  if (steps.length > BULK_STEPS_MAX) {
    return refuse({ code: 'too-many-rows', rows: steps.length, rowsMax: BULK_STEPS_MAX })
  }
  const allocations: Allocation[] = []
  let refused: Decision | null = null
  context.atomically(() => {
    for (const [step, stepCommand] of steps.entries()) {
      const decision = decideStep(context, stepCommand)
      if (!decision.ok) {
        refused = refuse({ code: 'step-refused', step, refusal: decision.refusal })
        return false
      }
      if (decision.result.type === 'allocation') allocations.push(decision.result.allocation)
    }
    return true
  })
  return refused ?? answer({ type: 'bulk', allocations })
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
