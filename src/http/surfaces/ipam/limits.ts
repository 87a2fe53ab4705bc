// To be built.
import type { LimitRule } from '../../limits/rule.js'
import type { LimitOptions } from '../../options.js'

export function ipamLimits(_options: LimitOptions): readonly LimitRule[] {
  return []
}
