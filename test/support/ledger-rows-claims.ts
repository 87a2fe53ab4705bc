// The contract of LedgerRows about allocations: claims by range, by due time, and savepoints around them.
import type { LedgerRows } from '../../src/ledger/index.js'
import {
  allocationRow,
  changeRow,
  claimIds,
  detailsOf,
  ended,
  IPV6_LAST,
  ids,
  MANY,
  type WithRows,
} from './ledger-rows-samples.js'

export function testAllocations(withRows: WithRows): void {
  withRows('an allocation comes back as it was written', (t, { rows }) => {
    const full = allocationRow({
      id: 1,
      family: 6,
      first: IPV6_LAST - 15n,
      last: IPV6_LAST,
      kind: 'block',
      prefixLength: 124,
      blockId: 2 ** 40,
      hostname: 'web-1',
      description: '',
      owner: 'router “1”',
      tags: ['b', 'a=1'],
      expiresMs: 253_402_300_799_999,
    })
    rows.insertAllocation(full)
    rows.insertAllocation(allocationRow({ id: 2, first: 0n, kind: 'run', last: 0xffffffffn }))
    t.strictSame(rows.allocation(1), full)
    t.strictSame(
      rows.allocation(2),
      allocationRow({ id: 2, first: 0n, kind: 'run', last: 0xffffffffn }),
    )
    t.equal(rows.allocation(3), null)
  })

  withRows('an allocation keeps its details, empty ones too, whatever becomes of it', (t, made) => {
    const { rows } = made
    const full = detailsOf({
      mac: 'aa:bb:cc:00:11:22',
      formerMacs: ['aa:bb:cc:00:11:33', 'aa:bb:cc:00:11:44'],
      deviceType: 'printer “3”',
      location: 'rack 7',
      customFields: { year: 2027, owner: '第三', isLeased: true },
      allocatedBy: 2 ** 40,
      releaseReason: 'gone\n',
    })
    for (const [at, details] of [full, detailsOf(), detailsOf({ mac: 'a' }), null].entries()) {
      const row = allocationRow({ id: at + 1, first: BigInt(at), details })
      const block = { ...row, id: at + 11, kind: 'block', prefixLength: 32, blockId: 5 } as const
      for (const made of [row, { ...block, first: row.first + 10n, last: row.last + 10n }]) {
        rows.insertAllocation(made)
        t.strictSame(rows.allocation(made.id), made)
        for (const end of [ended(900), ended(null)]) {
          rows.updateAllocation({ ...made, ...end })
          t.strictSame(rows.allocation(made.id), { ...made, ...end })
        }
      }
    }
  })

  withRows('details come later, change and go', (t, { rows }) => {
    const plain = allocationRow({ id: 1, first: 9n })
    rows.insertAllocation(plain)
    for (const details of [detailsOf({ mac: 'a', formerMacs: ['b'] }), detailsOf(), null]) {
      rows.updateAllocation({ ...plain, details })
      t.strictSame(rows.claimsIn(1, 9n, 9n, MANY), [{ ...plain, details }])
    }
  })

  withRows('an update replaces the whole row', (t, { rows }) => {
    rows.insertAllocation(allocationRow({ id: 1, first: 9n, hostname: 'old', expiresMs: 10 }))
    const moved = allocationRow({ id: 1, first: 9n, networkId: 2, tags: ['x'], ...ended(77) })
    rows.updateAllocation(moved)
    t.strictSame(rows.allocation(1), moved)
  })
}

export function testClaims(withRows: WithRows): void {
  withRows(
    'claimsIn finds what overlaps the range, in address order, up to the limit',
    (t, { rows }) => {
      rows.insertAllocation(allocationRow({ id: 1, first: 30n, last: 39n, kind: 'run' }))
      rows.insertAllocation(allocationRow({ id: 2, first: 10n, last: 19n, kind: 'run' }))
      rows.insertAllocation(allocationRow({ id: 3, first: 20n }))
      rows.insertAllocation(allocationRow({ id: 4, first: 15n, networkId: 2 }))
      const cases: [bigint, bigint, number, number[]][] = [
        [0n, 9n, MANY, []],
        [0n, 10n, MANY, [2]],
        [12n, 13n, MANY, [2]],
        [19n, 20n, MANY, [2, 3]],
        [20n, 20n, MANY, [3]],
        [21n, 29n, MANY, []],
        [39n, 0xffffffffn, MANY, [1]],
        [40n, 0xffffffffn, MANY, []],
        [0n, 0xffffffffn, MANY, [2, 3, 1]],
        [0n, 0xffffffffn, 2, [2, 3]],
        [11n, 0xffffffffn, 1, [2]],
      ]
      for (const [first, last, limit, wanted] of cases) {
        t.strictSame(
          ids(rows.claimsIn(1, first, last, limit)),
          wanted,
          `${first}..${last}, ${limit}`,
        )
      }
      t.strictSame(ids(rows.claimsIn(2, 0n, 99n, MANY)), [4])
      t.strictSame(ids(rows.claimsIn(3, 0n, 99n, MANY)), [])
    },
  )

  withRows('claimsIn keeps address order in the whole of IPv6', (t, { rows }) => {
    const firsts = [IPV6_LAST, 0n, 1n << 127n, 1n << 64n, (1n << 64n) - 1n, 255n, 256n]
    firsts.forEach((first, at) => {
      rows.insertAllocation(allocationRow({ id: at + 1, family: 6, first }))
    })
    t.strictSame(ids(rows.claimsIn(1, 0n, IPV6_LAST, MANY)), [2, 6, 7, 5, 4, 3, 1])
    t.strictSame(rows.claimsIn(1, IPV6_LAST, IPV6_LAST, MANY), [rows.allocation(1)])
  })

  withRows(
    'a held claim is found until its hold ends; an ended one is not',
    (t, { rows, image }) => {
      rows.insertAllocation(allocationRow({ id: 1, first: 10n }))
      rows.insertAllocation(allocationRow({ id: 2, first: 11n }))
      rows.updateAllocation(allocationRow({ id: 1, first: 10n, ...ended(900) }))
      rows.updateAllocation(allocationRow({ id: 2, first: 11n, ...ended(null) }))
      t.strictSame(ids(rows.claimsIn(1, 0n, 99n, MANY)), [1])
      t.strictSame(claimIds(image()), [1])
      rows.updateAllocation(allocationRow({ id: 1, first: 10n, ...ended(null) }))
      t.strictSame(ids(rows.claimsIn(1, 0n, 99n, MANY)), [])
      t.strictSame(claimIds(image()), [])
      t.equal(rows.allocation(1)?.status, 'released', 'history stays')
    },
  )

  withRows('a moved claim is found in its new network only', (t, { rows, image }) => {
    rows.insertAllocation(allocationRow({ id: 1, first: 10n, networkId: 2 }))
    rows.insertAllocation(allocationRow({ id: 2, first: 8n, networkId: 2 }))
    rows.updateAllocation(allocationRow({ id: 2, first: 8n, networkId: 3 }))
    t.strictSame(ids(rows.claimsIn(2, 0n, 99n, MANY)), [1])
    t.strictSame(ids(rows.claimsIn(3, 0n, 99n, MANY)), [2])
    t.strictSame(claimIds(image()), [1, 2])
  })

  withRows('an address that ended may be claimed again', (t, { rows }) => {
    rows.insertAllocation(allocationRow({ id: 1, first: 10n, ...ended(null) }))
    rows.insertAllocation(allocationRow({ id: 2, first: 10n, ...ended(null) }))
    rows.insertAllocation(allocationRow({ id: 3, first: 10n }))
    t.strictSame(ids(rows.claimsIn(1, 10n, 10n, MANY)), [3])
  })

  withRows('the highest claim is live and of that network', (t, { rows }) => {
    t.equal(rows.highestClaim(1), null)
    rows.insertAllocation(allocationRow({ id: 1, first: 10n }))
    rows.insertAllocation(allocationRow({ id: 2, first: 20n, last: 29n, kind: 'run' }))
    rows.insertAllocation(allocationRow({ id: 3, first: 30n, ...ended(900) }))
    rows.insertAllocation(allocationRow({ id: 4, first: 40n, ...ended(null) }))
    rows.insertAllocation(allocationRow({ id: 5, first: 50n, networkId: 2 }))
    t.strictSame(rows.highestClaim(1), rows.allocation(2))
    rows.updateAllocation(
      allocationRow({ id: 2, first: 20n, last: 29n, kind: 'run', ...ended(null) }),
    )
    t.equal(rows.highestClaim(1)?.id, 1)
  })

  withRows(
    'the image gives claims in (network, address) order with what a tree needs',
    (t, { rows, image }) => {
      rows.insertAllocation(allocationRow({ id: 1, first: 10n, networkId: 11 }))
      rows.insertAllocation(allocationRow({ id: 2, first: 9n, networkId: 2, ...ended(900) }))
      rows.insertAllocation(
        allocationRow({
          id: 3,
          first: 64n,
          last: 127n,
          kind: 'block',
          prefixLength: 26,
          networkId: 2,
        }),
      )
      rows.insertAllocation(allocationRow({ id: 4, first: 1n << 100n, networkId: 2, family: 6 }))
      rows.insertAllocation(allocationRow({ id: 5, first: 8n, networkId: 2, ...ended(null) }))
      const found = [...image().claims()].map(({ id, networkId, first, last, kind, status }) => {
        return { id, networkId, first, last, kind, status }
      })
      t.strictSame(found, [
        { id: 2, networkId: 2, first: 9n, last: 9n, kind: 'address', status: 'released' },
        { id: 3, networkId: 2, first: 64n, last: 127n, kind: 'block', status: 'allocated' },
        {
          id: 4,
          networkId: 2,
          first: 1n << 100n,
          last: 1n << 100n,
          kind: 'address',
          status: 'allocated',
        },
        { id: 1, networkId: 11, first: 10n, last: 10n, kind: 'address', status: 'allocated' },
      ])
      t.strictSame(claimIds(image()), [2, 3, 4, 1], 'can be read again')
    },
  )
}

export function testDueClaims(withRows: WithRows): void {
  withRows('expired claims come in (time, id) order, live ones only', (t, { rows }) => {
    const due = [300, 100, 200, 100, null, 201, 100]
    due.forEach((expiresMs, at) => {
      rows.insertAllocation(allocationRow({ id: at + 1, first: BigInt(at), expiresMs }))
    })
    rows.updateAllocation(allocationRow({ id: 7, first: 6n, expiresMs: 100, ...ended(900) }))
    t.strictSame(ids(rows.expiredClaims(200, MANY)), [2, 4, 3])
    t.strictSame(ids(rows.expiredClaims(200, 2)), [2, 4])
    t.strictSame(ids(rows.expiredClaims(99, MANY)), [])
    rows.updateAllocation(allocationRow({ id: 2, first: 1n, expiresMs: 500 }))
    t.strictSame(ids(rows.expiredClaims(200, MANY)), [4, 3])
    t.strictSame(rows.expiredClaims(200, 1), [rows.allocation(4)])
  })

  withRows('holds that are over come in (time, id) order', (t, { rows }) => {
    const until = [300, 100, 200, 100, null]
    until.forEach((heldUntilMs, at) => {
      rows.insertAllocation(allocationRow({ id: at + 1, first: BigInt(at), ...ended(heldUntilMs) }))
    })
    rows.insertAllocation(allocationRow({ id: 6, first: 6n, expiresMs: 50 }))
    t.strictSame(ids(rows.endedHolds(200, MANY)), [2, 4, 3])
    t.strictSame(ids(rows.endedHolds(200, 1)), [2])
    rows.updateAllocation(allocationRow({ id: 2, first: 1n, ...ended(null) }))
    t.strictSame(ids(rows.endedHolds(99, MANY)), [])
    t.strictSame(ids(rows.endedHolds(1000, MANY)), [4, 3, 1])
  })
}

export function testSavepoint(withRows: WithRows): void {
  const writeSome = (rows: LedgerRows) => {
    const id = rows.nextId('allocation')
    rows.insertAllocation(allocationRow({ id, first: BigInt(id) }))
    rows.addChange(changeRow({ revision: id, n: 0, timeMs: 10 }))
    return id
  }

  withRows('a savepoint that ends well keeps what was written', (t, { rows, changes }) => {
    rows.atomically(() => {
      writeSome(rows)
      t.equal(rows.allocation(1)?.id, 1, 'reads inside see writes inside')
      return true
    })
    t.equal(rows.allocation(1)?.id, 1)
    t.equal(changes().length, 1)
    t.equal(rows.nextId('allocation'), 2)
  })

  withRows(
    'a savepoint that ends badly leaves no trace, sequences included',
    (t, { rows, image, changes }) => {
      writeSome(rows)
      rows.insertAllocation(
        allocationRow({ id: rows.nextId('allocation'), first: 90n, expiresMs: 5 }),
      )
      rows.atomically(() => {
        writeSome(rows)
        rows.updateAllocation(allocationRow({ id: 1, first: 1n, ...ended(50) }))
        rows.updateAllocation(allocationRow({ id: 2, first: 90n, networkId: 8, ...ended(null) }))
        t.strictSame(ids(rows.endedHolds(50, MANY)), [1])
        return false
      })
      t.equal(rows.allocation(3), null)
      t.equal(rows.allocation(1)?.status, 'allocated')
      t.strictSame(ids(rows.claimsIn(1, 0n, 99n, MANY)), [1, 2])
      t.strictSame(ids(rows.expiredClaims(5, MANY)), [2])
      t.strictSame(ids(rows.endedHolds(50, MANY)), [])
      t.strictSame(claimIds(image()), [1, 2])
      t.equal(changes().length, 1)
      t.equal(rows.changeCount(), 1)
      t.equal(rows.nextId('allocation'), 3)
      t.equal(writeSome(rows), 4, 'and what follows is written as ever')
      t.equal(changes().length, 2)
    },
  )
}
