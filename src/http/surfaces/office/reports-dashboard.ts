// The dashboard: sums, the fullest subnets, and what happened last. From memory, and worked out once for each state.
import { DEFAULT_VRF_ID, formatCidr } from '../../../ledger/index.js'
import type { ChangePosition, ChangeRow, Reads } from '../../../store/index.js'
import type { App } from '../../app.js'
import { jsonWriter } from '../../json-writer.js'
import { percentHundredths } from '../../percent.js'
import { timestamp } from '../../timestamps.js'
import { auditActions } from './audit-logs-words.js'
import { Fullest, type FullSubnet, presentSums, Sums } from './reports-figures.js'
import { Dashboard } from './reports-schemas.js'
import { Turns } from './reports-turns.js'

const FULLEST_SHOWN = 10
const ACTIVITIES_SHOWN = 10
/** Of history, read in one go, and all in all: what lies behind many sign-ins is not looked for. */
const CHANGES_AT_ONCE = 100
const CHANGES_MAX = 1000
/** Between two looks at the clock. */
const SUBNETS_UNWATCHED = 64

const writeDashboard = jsonWriter(Dashboard)

type Kept = { readonly revision: number; readonly text: Promise<string> }
const kept = new WeakMap<App, Kept>()

/**
 * As JSON text, of the state as it is now or later. Those who ask for one state share one answer; no client's going away
 * ends it for the others.
 */
export function dashboardText(app: App): Promise<string> {
  const revision = app.store.appliedIndex()
  const known = kept.get(app)
  if (known !== undefined && known.revision === revision) return known.text
  const text = dashboardOf(app)
  const made = { revision, text }
  kept.set(app, made)
  // What went wrong is not kept for the next one.
  text.catch(() => {
    if (kept.get(app) === made) kept.delete(app)
  })
  return text
}

async function dashboardOf(app: App): Promise<string> {
  const { reads } = app.store
  const turns = new Turns(app.clock, new AbortController().signal)
  const { sums, fullest } = await subnetsIn(reads, turns)
  return writeDashboard({
    summary: presentSums(sums),
    subnet_utilization: fullest.subnets.map(presentSubnet),
    recent_activities: activitiesIn(reads),
  })
}

/** Each subnet as it is in its turn. */
async function subnetsIn(reads: Reads, turns: Turns) {
  const [sums, fullest] = [new Sums(), new Fullest(FULLEST_SHOWN)]
  let visited = 0
  for (const network of reads.networksInTreeOrder(DEFAULT_VRF_ID)) {
    const figures = reads.figures(network.id)
    if (figures !== null) {
      sums.add(network, figures)
      fullest.add(network, figures)
    }
    visited += 1
    const over = visited % SUBNETS_UNWATCHED === 0 ? turns.over() : null
    if (over !== null) await over
  }
  return { sums, fullest }
}

function presentSubnet({ network, figures }: FullSubnet) {
  return {
    subnet_id: network.id,
    network: formatCidr(network),
    utilization: percentHundredths(figures.allocated, figures.total),
    total_ips: figures.total,
    allocated_ips: figures.allocated,
  }
}

function activitiesIn(reads: Reads) {
  const activities: ReturnType<typeof presentActivity>[] = []
  let position: ChangePosition | null = null
  for (let read = 0; read < CHANGES_MAX; read += CHANGES_AT_ONCE) {
    const changes: readonly ChangeRow[] = reads.changesBefore(position, CHANGES_AT_ONCE)
    for (const change of changes) {
      if (!isActivity(change)) continue
      activities.push(presentActivity(change))
      if (activities.length === ACTIVITIES_SHOWN) return activities
    }
    const last = changes.at(-1)
    if (last === undefined || changes.length < CHANGES_AT_ONCE) break
    position = last
  }
  return activities
}

/** Of an address of the default VRF; reservations are nowhere else. */
function isActivity({ entity, before, after }: ChangeRow): boolean {
  if (entity === 'reservation') return true
  return entity === 'allocation' && (after ?? before)?.vrf_id === DEFAULT_VRF_ID
}

function presentActivity({ action, before, after, origin, timeMs }: ChangeRow) {
  const image = after ?? before
  return {
    action: auditActions[action].toLowerCase(),
    ip_address: String(image?.ip ?? ''),
    user: origin.actor,
    timestamp: timestamp(timeMs),
  }
}
