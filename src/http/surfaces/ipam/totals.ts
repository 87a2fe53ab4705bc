// Sums over all regions, worked out once for each state: whoever asks for the same one gets the same.
import type { RegionTotals } from '../../../store/index.js'
import type { App } from '../../app.js'

type Kept = { readonly revision: number; readonly totals: RegionTotals }
const kept = new WeakMap<App, Kept>()

export function regionTotalsOf(app: App): RegionTotals {
  const revision = app.store.appliedIndex()
  const known = kept.get(app)
  if (known !== undefined && known.revision === revision) return known.totals
  const totals = app.store.reads.regions.regionTotals()
  kept.set(app, { revision, totals })
  return totals
}
