import t from 'tap'
import { AddressSpace } from '../../src/ledger/address-space/address-space.js'
import { VrfTable } from '../../src/ledger/address-space/vrf-table.js'
import { Catalogue } from '../../src/ledger/catalogue/catalogue.js'
import { DeletionTable } from '../../src/ledger/deletion-table.js'
import { Identities } from '../../src/ledger/identity/identities.js'
import { NumberSpaces } from '../../src/ledger/number-space/number-spaces.js'
import { CountryTable } from '../../src/ledger/regions/country-table.js'
import { CommandContext } from '../../src/ledger/rules/command-context.js'
import { UndoList } from '../../src/ledger/undo-list.js'
import { MemoryRows } from '../support/memory-rows.js'

t.test('an attempt that is undone leaves no gap in the numbers of Changes', async t => {
  const rows = new MemoryRows()
  const undo = new UndoList()
  const state = {
    cluster: null,
    vrfs: new VrfTable(),
    space: new AddressSpace(undo),
    numbers: new NumberSpaces(undo),
    deletions: new DeletionTable(),
    countries: new CountryTable(),
    undo,
    identities: new Identities(rows),
    catalogue: new Catalogue(rows),
  }
  const origin = { actor: 'alice', clientAddress: null, userAgent: null }
  const context = new CommandContext(rows, state, 5, 1000, origin)
  const record = (id: number) => context.record('vrf.created', 'vrf', id, null, { id })
  record(1)
  context.atomically(() => {
    record(2)
    return false
  })
  context.atomically(() => {
    record(3)
    return true
  })
  record(4)
  t.strictSame(
    rows.changes().map(change => [change.revision, change.n, change.entityId, change.timeMs]),
    [
      [5, 0, 1, 1000],
      [5, 1, 3, 1000],
      [5, 2, 4, 1000],
    ],
  )
})
