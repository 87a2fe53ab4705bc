// The contract of LedgerRows about pools: blocks, claims that ended, number pools and their claims, deletions.
import type { Deletion, LedgerImage, LedgerRows } from '../../src/ledger/index.js'
import {
  allocationRow,
  ended,
  ids,
  MANY,
  networkRow,
  numberPoolRow,
  numberRow,
  poolFacet,
  type WithRows,
} from './ledger-rows-samples.js'

const endedIds = (image: LedgerImage, networkId: number, sinceRevision: number) =>
  [...image.endedClaims(networkId, sinceRevision)].map(claim => claim.id)
const numberTexts = (image: LedgerImage) =>
  [...image.numberClaims()].map(({ id, poolId, value }) => `${id}: ${poolId} ${value}`)

export function testBlocks(withRows: WithRows): void {
  const block = (id: number, blockId: number | null, first: bigint) =>
    allocationRow({ id, blockId, first, last: first + 3n, kind: 'block', prefixLength: 30 })

  withRows(
    'live blocks come by blockId, those without one first, up to the limit',
    (t, { rows }) => {
      for (const row of [
        block(1, 9, 0n),
        block(2, null, 4n),
        block(3, 3, 8n),
        block(4, null, 12n),
      ]) {
        rows.insertAllocation(row)
      }
      rows.insertAllocation(allocationRow({ id: 5, first: 20n }))
      rows.insertAllocation(allocationRow({ id: 6, first: 21n, last: 24n, kind: 'run' }))
      rows.insertAllocation({ ...block(7, 1, 28n), networkId: 2 })
      t.strictSame(ids(rows.liveBlocks(1, MANY)), [2, 4, 3, 1])
      t.strictSame(ids(rows.liveBlocks(1, 3)), [2, 4, 3])
      t.strictSame(rows.liveBlocks(2, MANY), [{ ...block(7, 1, 28n), networkId: 2 }])
      t.strictSame(rows.liveBlocks(3, MANY), [])
    },
  )

  withRows('a block that ended or is held back is live no more', (t, { rows }) => {
    for (const id of [1, 2, 3]) rows.insertAllocation(block(id, id, BigInt(id * 4)))
    rows.updateAllocation({ ...block(1, 1, 4n), ...ended(null) })
    rows.updateAllocation({ ...block(3, 3, 12n), ...ended(900) })
    t.strictSame(ids(rows.liveBlocks(1, MANY)), [2])
    rows.updateAllocation(block(2, 12, 8n))
    t.strictSame(rows.liveBlocks(1, MANY), [block(2, 12, 8n)], 'a blockId that came later')
  })

  withRows('the blocks of a deleted network are still found', (t, { rows, image }) => {
    rows.saveNetwork(networkRow({ id: 1, pool: poolFacet({ id: 1 }) }))
    rows.insertAllocation(block(1, 1, 0n))
    rows.deleteNetwork(1)
    t.strictSame(ids(rows.liveBlocks(1, MANY)), [1])
    t.strictSame(
      [...image().claims()].map(claim => claim.id),
      [1],
    )
  })
}

export function testEndedClaims(withRows: WithRows): void {
  withRows(
    'claims that ended come by (revision, id), with what a choice needs',
    (t, { rows, image }) => {
      const past = (id: number, revision: number, first: bigint) =>
        allocationRow({ id, first, last: first + 1n, kind: 'run', revision, ...ended(null) })
      rows.insertAllocation(past(1, 9, 30n))
      rows.insertAllocation(past(2, 5, 20n))
      rows.insertAllocation(past(4, 7, 10n))
      rows.insertAllocation(past(3, 7, 1n << 100n))
      rows.insertAllocation({ ...past(5, 8, 50n), status: 'expired' })
      rows.insertAllocation({ ...past(6, 8, 60n), networkId: 2 })
      rows.insertAllocation(allocationRow({ id: 7, first: 70n, revision: 8 }))
      rows.insertAllocation(allocationRow({ id: 8, first: 80n, revision: 8, ...ended(900) }))
      t.strictSame(endedIds(image(), 1, 0), [2, 3, 4, 5, 1])
      t.strictSame(endedIds(image(), 1, 7), [3, 4, 5, 1])
      t.strictSame(endedIds(image(), 1, 10), [])
      t.strictSame([...image().endedClaims(2, 8)], [{ id: 6, revision: 8, first: 60n, last: 61n }])
      t.strictSame([...image().endedClaims(1, 5)][1], {
        id: 3,
        revision: 7,
        first: 1n << 100n,
        last: (1n << 100n) + 1n,
      })
    },
  )

  withRows('a hold that is over has ended at the revision of its end', (t, { rows, image }) => {
    rows.insertAllocation(allocationRow({ id: 1, first: 1n, revision: 4 }))
    rows.updateAllocation(allocationRow({ id: 1, first: 1n, revision: 6, ...ended(900) }))
    t.strictSame(endedIds(image(), 1, 0), [])
    rows.updateAllocation(allocationRow({ id: 1, first: 1n, revision: 8, ...ended(null) }))
    t.strictSame(endedIds(image(), 1, 8), [1])
  })
}

export function testNumbers(withRows: WithRows): void {
  withRows('number pools of every kind come back exactly, in id order', (t, { rows, image }) => {
    const all = [
      numberPoolRow({ id: 1, description: '', name: 'RT “ü”/%' }),
      numberPoolRow({ id: 2, kind: 'rd', format: 1, administrator: '10.0.0.1', rangeEnd: 65535 }),
      numberPoolRow({ id: 3, kind: 'rd', format: 2, administrator: '4294967295', rangeEnd: 9 }),
      numberPoolRow({ id: 4, kind: 'vlan', format: null, administrator: null, rangeEnd: 4094 }),
      numberPoolRow({ id: 5, kind: 'vlan', format: null, administrator: 'campus', rangeEnd: 99 }),
      numberPoolRow({ id: 10, kind: 'asn', format: null, administrator: null, rangeStart: 1 }),
    ]
    for (const pool of [...all].reverse()) rows.saveNumberPool(pool)
    rows.saveNumberPool(numberPoolRow({ id: 6 }))
    rows.deleteNumberPool(6)
    t.strictSame(image().numberPools, all)
    const changed = numberPoolRow({ id: 1, description: 'new', updatedMs: 5, revision: 9 })
    rows.saveNumberPool(changed)
    t.strictSame(image().numberPools, [changed, ...all.slice(1)])
  })

  withRows('a number is found by pool and value while it is live', (t, { rows }) => {
    const full = numberRow({ id: 1, value: 0xffffffff, description: '', owner: 'customer “a”' })
    rows.insertNumberClaim(full)
    rows.insertNumberClaim(numberRow({ id: 2, value: 0, poolId: 2 }))
    t.strictSame(rows.numberClaim(1, 0xffffffff), full)
    t.equal(rows.numberClaim(1, 0), null)
    t.equal(rows.numberClaim(3, 0), null)
    rows.updateNumberClaim({ ...full, status: 'released', releasedMs: 9, revision: 8 })
    t.equal(rows.numberClaim(1, 0xffffffff), null)
    rows.insertNumberClaim(numberRow({ id: 3, value: 0xffffffff }))
    t.equal(rows.numberClaim(1, 0xffffffff)?.id, 3, 'it may be handed out again')
    t.equal(rows.numberClaim(2, 0)?.id, 2)
  })

  withRows('live numbers of a pool come in id order, up to the limit', (t, { rows, image }) => {
    const values = [50, 7, 9, 8]
    values.forEach((value, at) => {
      rows.insertNumberClaim(numberRow({ id: at + 1, value }))
    })
    rows.insertNumberClaim(numberRow({ id: 5, value: 1, poolId: 11 }))
    rows.insertNumberClaim(numberRow({ id: 6, value: 2, poolId: 2 }))
    rows.updateNumberClaim(numberRow({ id: 3, value: 9, status: 'released', releasedMs: 4 }))
    t.strictSame(ids(rows.numberClaims(1, MANY)), [1, 2, 4])
    t.strictSame(ids(rows.numberClaims(1, 2)), [1, 2])
    t.strictSame(rows.numberClaims(2, MANY), [numberRow({ id: 6, value: 2, poolId: 2 })])
    t.strictSame(rows.numberClaims(3, MANY), [])
    const wanted = ['2: 1 7', '4: 1 8', '1: 1 50', '6: 2 2', '5: 11 1']
    t.strictSame(numberTexts(image()), wanted, 'the image gives them by (pool, value)')
    t.strictSame(numberTexts(image()), wanted, 'and can be read again')
  })

  withRows('the numbers of a deleted pool are still found', (t, { rows, image }) => {
    rows.saveNumberPool(numberPoolRow({ id: 1 }))
    rows.insertNumberClaim(numberRow({ id: 1, value: 7 }))
    rows.deleteNumberPool(1)
    t.strictSame(ids(rows.numberClaims(1, MANY)), [1])
    t.strictSame(numberTexts(image()), ['1: 1 7'])
  })
}

export function testDeletions(withRows: WithRows): void {
  const ofNetwork = (networkId: number, revision: number): Deletion => {
    return { kind: 'network', networkId, timeMs: 50, revision }
  }
  const ofNumbers = (id: number, revision: number): Deletion => {
    return { kind: 'number-pool', pool: numberPoolRow({ id }), timeMs: 60, revision }
  }

  withRows('deletions come by (revision, kind, id) until they end', (t, { rows, image }) => {
    const [a, b, c, d] = [ofNetwork(9, 4), ofNetwork(10, 4), ofNumbers(2, 4), ofNetwork(2, 5)]
    for (const deletion of [d, c, b, a]) rows.saveDeletion(deletion)
    t.strictSame(rows.deletions(MANY), [a, b, c, d])
    t.strictSame(rows.deletions(2), [a, b])
    t.strictSame(image().deletions, [a, b, c, d])
    rows.endDeletion(a)
    rows.endDeletion(c)
    t.strictSame(rows.deletions(MANY), [b, d])
    t.strictSame(image().deletions, [b, d])
  })

  const writeAll = (rows: LedgerRows, id: number) => {
    rows.saveNetwork(networkRow({ id, first: BigInt(id) << 24n, pool: poolFacet({ id }) }))
    rows.saveNumberPool(numberPoolRow({ id }))
    rows.insertNumberClaim(numberRow({ id, value: id, poolId: id }))
    rows.saveDeletion(ofNetwork(id, id))
    for (const sequence of ['pool', 'block', 'number-pool', 'number'] as const) {
      rows.nextId(sequence)
    }
  }

  withRows('a savepoint that ends badly takes pools and numbers back too', (t, { rows, image }) => {
    writeAll(rows, 1)
    const before = () => {
      const { networks, numberPools, deletions } = image()
      return [networks, numberPools, deletions, numberTexts(image())]
    }
    const wanted = before()
    rows.atomically(() => {
      writeAll(rows, 2)
      rows.updateNumberClaim(numberRow({ id: 1, value: 1, status: 'released', releasedMs: 3 }))
      rows.saveNetwork(networkRow({ id: 1, first: 1n << 24n }))
      rows.deleteNumberPool(1)
      rows.endDeletion(ofNetwork(1, 1))
      t.equal(rows.numberClaim(1, 1), null)
      return false
    })
    t.strictSame(before(), wanted)
    t.strictSame(rows.numberClaim(1, 1), numberRow({ id: 1, value: 1 }))
    t.strictSame(rows.deletions(MANY), [ofNetwork(1, 1)])
    t.strictSame([rows.nextId('pool'), rows.nextId('block')], [2, 2])
    t.strictSame([rows.nextId('number-pool'), rows.nextId('number')], [2, 2])
  })
}
