// Several commands in one entry: all of them or none.
import { BULK_STEPS_MAX, COMMAND_ROWS_MAX } from '../commands.js'
import type { Result } from '../outcomes.js'
import type { CommandContext } from './command-context.js'
import { type Decision, invalid, refuse } from './decision.js'

/**
 * Each step sees the steps before it, and their results. A refusal names the first step that was refused, counted
 * from 0. @returns the results in order, or why nothing was done.
 */
export function decideSteps<Step>(
  context: CommandContext,
  steps: readonly Step[],
  decideStep: (step: Step, results: readonly Result[]) => Decision,
): { readonly results: readonly Result[] } | { readonly refused: Decision } {
  if (steps.length === 0) return { refused: invalid('steps', '', 'must hold at least one step') }
  if (steps.length > BULK_STEPS_MAX) return { refused: tooMany(steps.length, BULK_STEPS_MAX) }
  const results: Result[] = []
  let refused: Decision | null = null
  context.atomically(() => {
    for (const [step, one] of steps.entries()) {
      const decision = decideStep(one, results)
      if (!decision.ok) refused = refuse({ code: 'step-refused', step, refusal: decision.refusal })
      else if (context.changesMade > COMMAND_ROWS_MAX) {
        refused = tooMany(context.changesMade, COMMAND_ROWS_MAX)
      }
      if (!decision.ok || refused !== null) return false
      results.push(decision.result)
    }
    return true
  })
  return refused === null ? { results } : { refused }
}

function tooMany(rows: number, rowsMax: number): Decision {
  return refuse({ code: 'too-many-rows', rows, rowsMax })
}
