// PersonalRows in plain Maps: the part of MemoryRows that keeps what one has for oneself.
import type {
  Crossing,
  Notification,
  NotificationRule,
  PersonalRows,
  Preferences,
  SavedFilter,
  Share,
} from '../../src/ledger/index.js'

type Before = Parameters<PersonalRows['tidyPersonal']>[0]

/** Whose old rows go too. */
type Others = {
  hasUser(id: number): boolean
  tidyDeliveries(beforeMs: number, limit: number): number
  tidyJobs(beforeMs: number, limit: number): number
}

export class MemoryPersonalRows implements PersonalRows {
  readonly #shares = new Map<number, Share>()
  readonly #preferences = new Map<number, Preferences>()
  readonly #filters = new Map<number, SavedFilter>()
  readonly #notifications = new Map<number, Notification>()
  readonly #rules = new Map<number, NotificationRule>()
  readonly #crossings = new Map<string, Crossing>()
  readonly #others: Others

  constructor(others: Others) {
    this.#others = others
  }

  share(id: number): Share | null {
    return this.#shares.get(id) ?? null
  }

  shareByToken(token: string): Share | null {
    return [...this.#shares.values()].find(share => share.token === token) ?? null
  }

  saveShare(share: Share): void {
    this.#shares.set(share.id, share)
  }

  deleteShare(id: number): void {
    this.#shares.delete(id)
  }

  shareCount(userId: number): number {
    return of(this.#shares, userId).length
  }

  preferences(userId: number): Preferences | null {
    return this.#preferences.get(userId) ?? null
  }

  savePreferences(preferences: Preferences): void {
    this.#preferences.set(preferences.userId, preferences)
  }

  filter(id: number): SavedFilter | null {
    return this.#filters.get(id) ?? null
  }

  filters(userId: number, limit: number): SavedFilter[] {
    return of(this.#filters, userId).slice(0, limit)
  }

  insertFilter(filter: SavedFilter): void {
    this.#filters.set(filter.id, filter)
  }

  deleteFilter(id: number): void {
    this.#filters.delete(id)
  }

  notification(id: number): Notification | null {
    return this.#notifications.get(id) ?? null
  }

  saveNotification(notification: Notification): void {
    this.#notifications.set(notification.id, notification)
  }

  deleteNotification(id: number): void {
    this.#notifications.delete(id)
  }

  notificationCount(userId: number): number {
    return of(this.#notifications, userId).length
  }

  oldestNotification(userId: number): Notification | null {
    return of(this.#notifications, userId)[0] ?? null
  }

  rule(id: number): NotificationRule | null {
    return this.#rules.get(id) ?? null
  }

  saveRule(rule: NotificationRule): void {
    this.#rules.set(rule.id, rule)
  }

  deleteRule(id: number): void {
    this.#rules.delete(id)
  }

  ruleCount(userId: number): number {
    return of(this.#rules, userId).length
  }

  hasCrossing(crossing: Crossing): boolean {
    return this.#crossings.has(keyOf(crossing))
  }

  addCrossing(crossing: Crossing): void {
    this.#crossings.set(keyOf(crossing), crossing)
  }

  endCrossing(crossing: Crossing): void {
    this.#crossings.delete(keyOf(crossing))
  }

  endCrossings(ruleId: number): void {
    for (const [key, crossing] of this.#crossings)
      if (crossing.ruleId === ruleId) this.#crossings.delete(key)
  }

  tidyPersonal(before: Before, limit: number): number {
    const { notificationsMs, sharesMs, deliveriesMs, jobsMs } = before
    let left = limit
    /** @param age what goes first, from the most important number on; null: it stays */
    const drop = <Key, Row>(rows: Map<Key, Row>, age: (row: Row) => readonly number[] | null) => {
      const over = [...rows].flatMap(([key, row]) => ({ key, age: age(row) ?? [] }))
      const gone = over.filter(({ age }) => age.length > 0).sort((a, b) => compare(a.age, b.age))
      for (const { key } of gone.slice(0, left)) rows.delete(key)
      left -= Math.min(left, gone.length)
    }
    const dropNobodys = <Row extends { userId: number; id?: number }>(rows: Map<number, Row>) =>
      drop(rows, ({ userId, id = 0 }) => (this.#others.hasUser(userId) ? null : [userId, id]))
    drop(this.#notifications, ({ createdMs: ms, id }) => (ms < notificationsMs ? [ms, id] : null))
    drop(this.#shares, ({ expiresMs: ms, id }) => (ms < sharesMs ? [ms, id] : null))
    dropNobodys(this.#shares)
    dropNobodys<Preferences & { id?: number }>(this.#preferences)
    dropNobodys(this.#filters)
    dropNobodys(this.#notifications)
    dropNobodys(this.#rules)
    drop(this.#crossings, ({ ruleId, resourceType, resourceId }) =>
      this.#rules.has(ruleId) ? null : [ruleId, resourceType === 'country' ? 0 : 1, resourceId],
    )
    left -= this.#others.tidyDeliveries(deliveriesMs, left)
    left -= this.#others.tidyJobs(jobsMs, left)
    return limit - left
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** Of one user, in id order. */
function of<Row extends { readonly id: number; readonly userId: number }>(
  rows: ReadonlyMap<number, Row>,
  userId: number,
): Row[] {
  return [...rows.values()].filter(row => row.userId === userId).sort((a, b) => a.id - b.id)
}

function keyOf({ ruleId, resourceType, resourceId }: Crossing): string {
  return `${ruleId} ${resourceType} ${resourceId}`
}
