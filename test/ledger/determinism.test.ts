import fc from 'fast-check'
import t from 'tap'
import { Ledger, type Outcome, type Placement, type Request } from '../../src/ledger/index.js'
import { MemoryRows } from '../support/memory-rows.js'
import { History } from './history.js'
import { histories } from './model-requests.js'
import { GENESIS, World } from './world.js'

type Entry = { readonly request: Request; readonly at: Placement }

/** A log as a cluster would have written it, and what the first ledger made of it. */
function recorded(steps: Parameters<History['play']>[0]) {
  const world = new World(false)
  const log: Entry[] = []
  const outcomes: Outcome[] = []
  const send = (request: Request) => {
    outcomes.push(world.apply(request))
    log.push({ request, at: { revision: world.revision, timeMs: world.timeMs } })
  }
  send(world.request(GENESIS))
  new History(world, send).play(steps)
  const { rows } = world
  const seen = seenBy(opened(rows), rows)
  return { log, outcomes, state: stateOf(rows), seen }
}

function stateOf(rows: MemoryRows) {
  const { claims, endedClaims: _, numberClaims, reservations, ...image } = rows.image()
  return {
    ...image,
    changes: rows.changes(),
    allocations: rows.allocations(),
    claims: [...claims()],
    reservations: rows.reservations(),
    activeReservations: [...reservations()],
    numbers: rows.numbers(),
    liveNumbers: [...numberClaims()],
  }
}

function opened(rows: MemoryRows): Ledger {
  const ledger = new Ledger(rows)
  const slices = ledger.load(rows.image())
  while (!slices.next().done);
  return ledger
}

/** @param reopenEvery entries after which the node is closed and opened; 0 = never. */
function replay(log: readonly Entry[], reopenEvery: number) {
  const rows = new MemoryRows()
  let ledger = new Ledger(rows)
  const outcomes = log.map(({ request, at }, index) => {
    if (reopenEvery > 0 && index % reopenEvery === 0) ledger = opened(rows)
    return ledger.execute(structuredClone(request), at)
  })
  return { outcomes, state: stateOf(rows), seen: seenBy(ledger, rows) }
}

/** What a ledger keeps in memory, as far as it can be asked for it. */
function seenBy(ledger: Ledger, rows: MemoryRows) {
  const { networks, numberPools } = rows.image()
  const ofNetworks = networks.map(({ id }) => ({
    network: ledger.network(id),
    parent: ledger.parentNetwork(id),
    children: ledger.childNetworks(id),
    statistics: ledger.statistics(id),
    free: ledger.freeRanges(id, 0n, 100),
    pool: ledger.poolFigures(id),
    blocks: ledger.blockCount(id),
  }))
  const numbers = numberPools.map(({ id }) => ledger.numberFigures(id))
  const lists = [ledger.poolNetworks(), ledger.numberPools(), ledger.deletionsWait()]
  return { ofNetworks, numbers, lists }
}

t.test('the same log gives the same answers, rows and history on every node', async t => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 1, max: 9 }), (steps, reopenEvery) => {
      const { log, ...wanted } = recorded(steps)
      t.strictSame(replay(log, 0), wanted, 'a node that always ran')
      t.strictSame(replay(log, reopenEvery), wanted, 'a node that was opened again and again')
    }),
    { numRuns: 40 },
  )
})
