import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { Ledger, type Request } from '../../src/ledger/index.js'
import { History } from './history.js'
import { histories } from './model-requests.js'
import { onSqlite } from './on-sqlite.js'
import { GENESIS, World } from './world.js'

t.test('on SQLite the ledger answers and records as it does in memory', async t => {
  let entries = 0
  fc.assert(
    fc.property(histories, steps => {
      const world = new World(false)
      const sqlite = onSqlite()
      let ledger = new Ledger(sqlite.rows)
      const send = (request: Request) => {
        const wanted = world.apply(request)
        if (entries % 5 === 0) {
          ledger = new Ledger(sqlite.rows)
          for (const _slice of ledger.load(sqlite.image())) void _slice
        }
        entries += 1
        const found = ledger.execute(request, { revision: world.revision, timeMs: world.timeMs })
        if (!isDeepStrictEqual(found, wanted)) t.strictSame(found, wanted, request.command.type)
      }
      send(world.request(GENESIS))
      new History(world, send).play(steps)
      t.strictSame(sqlite.changes(), world.rows.changes())
      sqlite.close()
    }),
    { numRuns: 40 },
  )
  t.ok(entries > 500)
})
