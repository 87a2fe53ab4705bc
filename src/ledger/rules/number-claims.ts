// How a claim on a number ends: by its release, or with its pool.
import { numberImage } from '../changes/images.js'
import type { NumberClaim, NumberPool } from '../entities.js'
import type { CommandContext } from './command-context.js'

/** @param pool one that was deleted too. @returns what the claim is now. */
export function endNumber(
  context: CommandContext,
  claim: NumberClaim,
  pool: NumberPool,
  releasedMs: number,
): NumberClaim {
  const { revision } = context
  const after: NumberClaim = { ...claim, status: 'released', releasedMs, revision }
  context.rows.updateNumberClaim(after)
  context.numbers.release(pool, claim.value)
  const images = [numberImage(claim, pool), numberImage(after, pool)] as const
  context.record('number.released', 'number', claim.id, ...images)
  return after
}
