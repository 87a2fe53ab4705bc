// Which notification rules have something to say that they have not said, or have said what holds no more: where the ledger is asked to
// look. Both judge by the same functions, so that a quiet cluster's log stays as it is.
import {
  type Country,
  type Crossing,
  HOSTS_OF_REGION,
  isCrossed,
  type Network,
  type NotificationRule,
  watches,
} from '../ledger/index.js'

/** The part of a node's reads that rules are about. */
export type RuleReads = {
  readonly personal: {
    activeRules(page: {
      readonly afterId: number
      readonly limit: number
    }): readonly NotificationRule[]
    crossingsOf(ruleId: number): readonly Crossing[]
  }
  readonly regions: {
    countries(): readonly Country[]
    regions(): Iterable<Network>
    regionFigures(networkId: number): { readonly allocated: number } | null
    regionTotals(): { readonly regions: readonly number[]; readonly allocated: readonly number[] }
  }
}

type Kind = Crossing['resourceType']
/** A rule, and the resources of which it has told and that were not seen since. */
type Watching = {
  readonly rule: NotificationRule
  readonly told: Readonly<Record<Kind, Set<number>>>
}

const PAGE_ROWS = 200
/** 100 % in hundredths of a percent. */
const WHOLE = 10_000

/**
 * One step a row that was looked at, so that the caller can pause where it wants: null when there is nothing to do about it.
 * Regions are gone over once, not once for each rule.
 * @param hasUser whether a rule's user is still there: the ledger does nothing for one who is gone
 */
export function* crossingsToReview(
  reads: RuleReads,
  hasUser: (userId: number) => boolean,
): Generator<Crossing | null, void> {
  const watching: Watching[] = []
  for (const rule of activeRules(reads)) {
    if (hasUser(rule.userId)) watching.push(watchingOf(rule, reads))
    yield null
  }
  yield* look(watching, 'country', countryUse(reads, watching))
  yield* look(watching, 'region', regionUse(reads, watching))
  for (const { rule, told } of watching) {
    for (const id of told.country) yield crossingOf(rule, 'country', id)
    for (const id of told.region) yield crossingOf(rule, 'region', id)
  }
}

function* activeRules({ personal }: RuleReads): Generator<NotificationRule, void> {
  for (let afterId = 0; ; ) {
    const rules = personal.activeRules({ afterId, limit: PAGE_ROWS })
    yield* rules
    if (rules.length < PAGE_ROWS) return
    afterId = rules.at(-1)?.id ?? afterId
  }
}

function watchingOf(rule: NotificationRule, { personal }: RuleReads): Watching {
  const told = { country: new Set<number>(), region: new Set<number>() }
  for (const { resourceType, resourceId } of personal.crossingsOf(rule.id))
    told[resourceType].add(resourceId)
  return { rule, told }
}

/** What a rule watches is taken out of what it has told of: what is left there is gone, or not watched any more. */
function* look(
  watching: readonly Watching[],
  kind: Kind,
  uses: Iterable<Use>,
): Generator<Crossing | null, void> {
  const ofKind = watching.filter(({ rule }) => wantsKind(rule, kind))
  for (const { id, utilization } of uses) {
    let found = false
    for (const { rule, told } of ofKind) {
      if (!watches(rule, kind, id)) continue
      const wasTold = told[kind].delete(id)
      if (isCrossed(rule, utilization) === wasTold) continue
      found = true
      yield crossingOf(rule, kind, id)
    }
    if (!found) yield null
  }
}

type Use = { readonly id: number; readonly utilization: number }

function* countryUse({ regions }: RuleReads, watching: readonly Watching[]): Generator<Use, void> {
  if (!watching.some(({ rule }) => wantsKind(rule, 'country'))) return
  const totals = regions.regionTotals()
  for (const { id, xFirst, xLast } of regions.countries()) {
    const sum = (list: readonly number[]) =>
      list.slice(xFirst, xLast + 1).reduce((total, one) => total + one, 0)
    yield { id, utilization: utilizationOf(sum(totals.allocated), sum(totals.regions)) }
  }
}

/** Of all regions, or of those that rules name where every one names some. */
function* regionUse({ regions }: RuleReads, watching: readonly Watching[]): Generator<Use, void> {
  const rules = watching.map(({ rule }) => rule).filter(rule => wantsKind(rule, 'region'))
  if (rules.length === 0) return
  const named = new Set(rules.flatMap(({ resourceIds }) => resourceIds))
  const wantsAll = rules.some(({ resourceIds }) => resourceIds.length === 0)
  for (const id of wantsAll ? idsOf(regions.regions()) : named) {
    const figures = regions.regionFigures(id)
    if (figures !== null) yield { id, utilization: utilizationOf(figures.allocated, 1) }
  }
}

function* idsOf(networks: Iterable<Network>): Generator<number, void> {
  for (const { id } of networks) yield id
}

/** In hundredths of a percent, rounded down, as the ledger has it. */
function utilizationOf(allocated: number, regions: number): number {
  return regions === 0 ? 0 : Math.floor((WHOLE * allocated) / (HOSTS_OF_REGION * regions))
}

function wantsKind({ resourceType }: NotificationRule, kind: Kind): boolean {
  return resourceType === null || resourceType === kind
}

function crossingOf(
  { id: ruleId }: NotificationRule,
  resourceType: Kind,
  resourceId: number,
): Crossing {
  return { ruleId, resourceType, resourceId }
}
