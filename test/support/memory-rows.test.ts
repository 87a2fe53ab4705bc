// The in-memory rows keep the contract that the store keeps.
import t from 'tap'
import { testLedgerRows } from './ledger-rows-suite.js'
import { MemoryRows } from './memory-rows.js'

testLedgerRows(t, () => {
  const rows = new MemoryRows()
  return { rows, image: () => rows.image(), changes: () => rows.changes(), close: () => {} }
})
