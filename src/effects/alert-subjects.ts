// Which networks and allocations a review of alerts would find other than their alerts say. Nothing else is proposed: a
// cluster in which all is as it was writes nothing to its log.
import {
  type Alert,
  type AlertKind,
  type Allocation,
  DEFAULT_VRF_ID,
  ENDS_SOON_MS,
  type Network,
  type Sight,
  shows,
  sightsOfClaim,
  sightsOfUse,
} from '../ledger/index.js'

export type AlertSubject = { readonly kind: 'network' | 'allocation'; readonly id: number }

type Page = { readonly afterId: number; readonly limit: number }

/** The part of a node's reads that alerts are about. */
export type AlertReads = {
  network(id: number): Network | null
  networksInTreeOrder(vrfId: number): Iterable<Network>
  utilization(networkId: number): number
  allocation(id: number): Allocation | null
  openAlertPage(page: Page): readonly Alert[]
  endingPage(
    untilMs: number,
    after: { readonly expiresMs: number; readonly id: number } | null,
    limit: number,
  ): readonly Allocation[]
  conflictPage(page: Page): readonly Allocation[]
  revisionTimeMs(revision: number): number | null
}

export type AlertMoment = {
  /** What the next entry would be stamped with. */
  readonly nowMs: number
  /** Leases that end at or before it were looked at by the review before; null: none were. */
  readonly endingsSeenToMs: number | null
}

const PAGE_ROWS = 200

/**
 * One step a row that was looked at, so that the caller can pause where it wants: null when there is nothing to do about it.
 * Reads a page at a time, as of then. A subject may come more than once.
 */
export function* subjectsToReview(
  reads: AlertReads,
  moment: AlertMoment,
): Generator<AlertSubject | null, void> {
  const open = new OpenAlerts()
  yield* withAlerts(reads, moment, open)
  for (const network of reads.networksInTreeOrder(DEFAULT_VRF_ID))
    yield open.lacks(sightsOfUse(network, reads.utilization(network.id), null))
  for (const claim of endingClaims(reads, moment))
    yield isRenewedForShort(reads, claim) ? null : open.lacks(sightsOfClaim(claim, moment.nowMs))
  for (const claim of pagesOf(page => reads.conflictPage(page)))
    yield open.lacks(sightsOfClaim(claim, moment.nowMs))
}

/** What has open alerts already: numbers only, as there may be very many. */
class OpenAlerts {
  readonly #ids: Readonly<Record<AlertKind, Set<number>>> = {
    utilization: new Set(),
    expiry: new Set(),
    conflict: new Set(),
  }

  add(alert: Alert): void {
    this.#ids[alert.kind].add(subjectOf(alert).id)
  }

  /** Where one of these has no alert; that of an alert which says something else is found with the open ones. */
  lacks(sights: readonly Sight[]): AlertSubject | null {
    const missing = sights.find(sight => !this.#ids[sight.kind].has(subjectOf(sight).id))
    return missing === undefined ? null : subjectOf(missing)
  }
}

/** Those whose open alert says something else than there is to see. */
function* withAlerts(
  reads: AlertReads,
  { nowMs }: AlertMoment,
  open: OpenAlerts,
): Generator<AlertSubject | null, void> {
  for (const alert of pagesOf(page => reads.openAlertPage(page))) {
    open.add(alert)
    const sight = sightsAbout(reads, alert, nowMs).find(({ kind }) => kind === alert.kind)
    yield sight !== undefined && shows(alert, sight) ? null : subjectOf(alert)
  }
}

function sightsAbout(reads: AlertReads, alert: Alert, nowMs: number): readonly Sight[] {
  const { networkId, allocationId } = alert
  if (allocationId === null) {
    const network = reads.network(networkId)
    return network === null ? [] : sightsOfUse(network, reads.utilization(networkId), alert)
  }
  const claim = reads.allocation(allocationId)
  const isThere = claim !== null && reads.network(claim.networkId) !== null
  return isThere ? sightsOfClaim(claim, nowMs) : []
}

function* endingClaims(
  reads: AlertReads,
  { nowMs, endingsSeenToMs }: AlertMoment,
): Generator<Allocation, void> {
  const untilMs = nowMs + ENDS_SOON_MS
  let after =
    endingsSeenToMs === null ? null : { expiresMs: endingsSeenToMs, id: Number.MAX_SAFE_INTEGER }
  for (;;) {
    const rows = reads.endingPage(untilMs, after, PAGE_ROWS)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE_ROWS) return
    after = { expiresMs: last.expiresMs ?? untilMs, id: last.id }
  }
}

/**
 * A lease of an hour that is renewed every hour looks long to the ledger after a week, and about to end all the time. It was
 * written last when it was renewed last; one that was described anew in its last week is passed over with these.
 */
function isRenewedForShort(reads: AlertReads, { expiresMs, revision }: Allocation): boolean {
  const writtenMs = reads.revisionTimeMs(revision)
  return writtenMs !== null && expiresMs !== null && expiresMs - writtenMs <= ENDS_SOON_MS
}

function* pagesOf<Row extends { readonly id: number }>(
  read: (page: Page) => readonly Row[],
): Generator<Row, void> {
  let afterId = 0
  for (;;) {
    const rows = read({ afterId, limit: PAGE_ROWS })
    yield* rows
    if (rows.length < PAGE_ROWS) return
    afterId = rows.at(-1)?.id ?? afterId
  }
}

function subjectOf(about: Pick<Alert, 'networkId' | 'allocationId'>): AlertSubject {
  const { networkId, allocationId } = about
  return allocationId === null
    ? { kind: 'network', id: networkId }
    : { kind: 'allocation', id: allocationId }
}
