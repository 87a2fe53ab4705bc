import fc from 'fast-check'
import t from 'tap'
import {
  type Alert,
  type Allocation,
  type Command,
  Ledger,
  type LedgerImage,
  type LedgerRows,
  type Outcome,
  type Request,
} from '../../src/ledger/index.js'
import { MemoryRows } from '../support/memory-rows.js'
import { onSqlite } from './on-sqlite.js'
import { allocate, GENESIS, HOUR_MS, network, release, renew, World } from './world.js'

const DAY_MS = 24 * HOUR_MS
const ALLOCATIONS_MAX = 12

type Step = { readonly waitMs: number; readonly command: Command; readonly reviewed: boolean }
type Entry = { readonly request: Request; readonly at: { revision: number; timeMs: number } }

const ids = fc.integer({ min: 1, max: ALLOCATIONS_MAX })
const ttl = fc.constantFrom(null, DAY_MS, 7 * DAY_MS, 8 * DAY_MS, 30 * DAY_MS)
const mac = fc.constantFrom(null, '00:00:00:00:00:01', '00:00:00:00:00:02', '00-00-00-00-00-03')
const everything = Array.from({ length: ALLOCATIONS_MAX }, (_, n) => n + 1)
const review: Command = {
  ...{ type: 'alerts.review', networkIds: [1, 2, 3, 4], allocationIds: everything },
  forgetBeforeMs: 0,
}

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ id: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 1, max: 4 }) })
    .map(({ id, count }): Command => allocate(id, { count })),
  fc
    .record({ ttlMs: ttl, mac })
    .map(({ ttlMs, mac }): Command => ({ ...allocate(1), ttlMs, facts: { mac } })),
  fc.record({ id: ids, mac }).map(
    ({ id, mac }): Command => ({
      ...{ type: 'allocation.update', id, ifRevision: null, set: { mac } },
    }),
  ),
  fc.record({ id: ids, ttlMs: ttl }).map(({ id, ttlMs }) => renew(id, ttlMs)),
  ids.map((id): Command => release(id)),
  fc.constant<Command>({ type: 'expire', rowsMax: 10 }),
  fc.constant(network('10.0.0.0/29')),
  fc
    .record({ id: ids, number: fc.integer({ min: 1, max: 3 }) })
    .map(({ id, number }): Command => ({ type: 'alert.mailed', id, number })),
  fc.constantFrom(null, 'a@b').map(
    (alertEmail): Command => ({
      ...{ type: 'settings.update', ifRevision: null, set: { smtpHost: 'm', alertEmail } },
    }),
  ),
)
const waits = fc.constantFrom(0, 0, HOUR_MS, DAY_MS, 5 * DAY_MS)
const histories: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ waitMs: waits, command: commands, reviewed: fc.boolean() }),
  { minLength: 20, maxLength: 80 },
)

/** What there is to see, in words, as slowly as one can look. */
function seen(world: World): readonly string[] {
  const networks = world.rows.image().networks.flatMap(({ id }) => {
    const figures = world.ledger.statistics(id)
    if (figures === null || figures.total === 0n) return []
    const percent = (100 * Number(figures.allocated)) / Number(figures.total)
    if (percent < 80) return []
    return [`utilization ${id} ${percent >= 95 ? 'critical' : percent >= 90 ? 'high' : 'medium'}`]
  })
  const live = world.rows.allocations().filter(({ id, status }) => {
    return status === 'allocated' && id <= ALLOCATIONS_MAX
  })
  const ofClaims = live.flatMap(claim => [...expiry(claim, world.timeMs), ...conflict(claim)])
  return [...networks, ...ofClaims].sort()
}

function expiry({ id, expiresMs, allocatedMs }: Allocation, timeMs: number): string[] {
  if (expiresMs === null || expiresMs - allocatedMs <= 7 * DAY_MS) return []
  const days = (expiresMs - timeMs) / DAY_MS
  return days > 7 ? [] : [`expiry ${id} ${days > 1 ? 'medium' : 'high'}`]
}

function conflict({ id, details }: Allocation): string[] {
  return details !== null && details.formerMacs.length > 0 ? [`conflict ${id} high`] : []
}

function inWords({ kind, networkId, allocationId, severity }: Alert): string {
  return `${kind} ${allocationId ?? networkId} ${severity}`
}

function play(steps: readonly Step[], afterReview: (world: World) => void) {
  const world = new World(false)
  const log: Entry[] = []
  const outcomes: Outcome[] = []
  const start = [GENESIS, network('10.0.0.0/28'), network('10.1.0.0/30'), network('10.2.0.0/31')]
  const send = (command: Command) => {
    const request = world.request(command)
    outcomes.push(world.apply(request))
    log.push({ request, at: { revision: world.revision, timeMs: world.timeMs } })
  }
  for (const command of start) send(command)
  for (const { waitMs, command, reviewed } of steps) {
    world.timeMs += waitMs
    send(command)
    if (!reviewed) continue
    send(review)
    afterReview(world)
  }
  return { log, outcomes, rows: world.rows }
}

t.test('after a review the open alerts are what there is to see', async t => {
  fc.assert(
    fc.property(histories, steps => {
      const { rows } = play(steps, world => {
        const open = world.rows.alerts().filter(alert => alert.resolvedMs === null)
        t.strictSame(open.map(inWords).sort(), seen(world))
      })
      for (const { mails, mailed } of rows.alerts()) t.ok(mailed <= mails)
    }),
    { numRuns: 150 },
  )
})

/** @param reopenEvery entries after which the node is closed and opened */
function replay(
  log: readonly Entry[],
  { rows, image }: { rows: LedgerRows; image: () => LedgerImage },
  reopenEvery: number,
): readonly Outcome[] {
  let ledger = new Ledger(rows)
  return log.map(({ request, at }, n) => {
    if (n % reopenEvery === 0) {
      ledger = new Ledger(rows)
      for (const _slice of ledger.load(image())) void _slice
    }
    return ledger.execute(structuredClone(request), at)
  })
}

t.test('a node that was opened again has the same alerts and details', async t => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 1, max: 9 }), (steps, reopenEvery) => {
      const { log, outcomes, rows } = play(steps, () => undefined)
      const again = new MemoryRows()
      const memory = { rows: again, image: () => again.image() }
      t.strictSame(replay(log, memory, reopenEvery), outcomes)
      t.strictSame(again.changes(), rows.changes())
      t.strictSame(again.allocations(), rows.allocations())
      t.strictSame(again.alerts(), rows.alerts())
    }),
    { numRuns: 60 },
  )
})

t.test('on SQLite the ledger answers, records and keeps the same', async t => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 3, max: 9 }), (steps, reopenEvery) => {
      const { log, outcomes, rows } = play(steps, () => undefined)
      const sqlite = onSqlite()
      t.strictSame(replay(log, sqlite, reopenEvery), outcomes)
      t.strictSame(sqlite.changes(), rows.changes())
      for (const alert of rows.alerts()) t.strictSame(sqlite.rows.alert(alert.id), alert)
      for (const claim of rows.allocations()) t.strictSame(sqlite.rows.allocation(claim.id), claim)
      sqlite.close()
    }),
    { numRuns: 20 },
  )
})

t.test('the history of each alert is unbroken', async t => {
  fc.assert(
    fc.property(histories, steps => {
      const { rows } = play(steps, () => undefined)
      const last = new Map<number, unknown>()
      for (const { entity, entityId, before, after } of rows.changes()) {
        if (entity !== 'alert') continue
        t.strictSame(before, last.get(entityId) ?? null)
        last.set(entityId, after)
      }
      t.equal(last.size, rows.alerts().length)
    }),
    { numRuns: 60 },
  )
})
