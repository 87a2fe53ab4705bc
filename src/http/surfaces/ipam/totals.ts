// Sums over regions, worked out once for each state.
import type { RegionTotals } from '../../../store/index.js'
import type { App } from '../../app.js'
import type { Call } from '../../call.js'

type Kept = { readonly appliedIndex: number; readonly totals: RegionTotals }

const kept = new WeakMap<App, Kept>()

/** The caller has awaited a read. */
export function regionTotals({ app }: Call): RegionTotals {
  const appliedIndex = app.store.appliedIndex()
  const known = kept.get(app)
  if (known?.appliedIndex === appliedIndex) return known.totals
  const totals = app.store.reads.regions.regionTotals()
  kept.set(app, { appliedIndex, totals })
  return totals
}
