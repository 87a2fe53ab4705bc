// The contract of LedgerRows as tests: run against every implementation of it, in memory and on SQLite.
import type { Test } from 'tap'
import type { Change, LedgerImage, Outcome } from '../../src/ledger/index.js'
import { testAlertRows } from './ledger-rows-alerts.js'
import { testCatalogueRows } from './ledger-rows-catalogue.js'
import { testAllocations, testClaims, testDueClaims, testSavepoint } from './ledger-rows-claims.js'
import { testIdentityRows } from './ledger-rows-identity.js'
import { testPersonalRows } from './ledger-rows-personal.js'
import { testBlocks, testDeletions, testEndedClaims, testNumbers } from './ledger-rows-pools.js'
import { testRegionRows } from './ledger-rows-regions.js'
import { testReservationRows } from './ledger-rows-reservations.js'
import {
  allocationRow,
  changeRow,
  granted,
  IPV6_LAST,
  MANY,
  networkRow,
  poolFacet,
  type RowsFactory,
  type RowsUnderTest,
  subnetFacet,
  type WithRows,
} from './ledger-rows-samples.js'
import { testJobRows, testWebhookRows } from './ledger-rows-webhooks.js'

export type { RowsFactory, RowsUnderTest } from './ledger-rows-samples.js'

export function testLedgerRows(t: Test, factory: RowsFactory): void {
  const withRows = (name: string, body: (t: Test, made: RowsUnderTest) => void) =>
    t.test(name, async t => {
      const made = await factory()
      try {
        body(t, made)
      } finally {
        await made.close()
      }
    })

  testNouns(withRows)
  testAllocations(withRows)
  testClaims(withRows)
  testDueClaims(withRows)
  testBlocks(withRows)
  testEndedClaims(withRows)
  testNumbers(withRows)
  testDeletions(withRows)
  testIdentityRows(withRows)
  testCatalogueRows(withRows)
  testReservationRows(withRows)
  testRegionRows(withRows)
  testAlertRows(withRows)
  testPersonalRows(withRows)
  testWebhookRows(withRows)
  testJobRows(withRows)
  testHistory(withRows)
  testSessions(withRows)
  testIdempotency(withRows)
  testSavepoint(withRows)
}

function testNouns(withRows: WithRows): void {
  withRows('every sequence counts from 1 by itself', (t, { rows }) => {
    t.strictSame([rows.nextId('vrf'), rows.nextId('network'), rows.nextId('network')], [1, 1, 2])
    t.strictSame([rows.nextId('allocation'), rows.nextId('vrf'), rows.nextId('network')], [1, 2, 3])
    const others = [
      ...(['pool', 'block', 'number-pool', 'number'] as const),
      ...(['user', 'api-token', 'tag', 'custom-field', 'reservation', 'alert'] as const),
      ...(['webhook', 'delivery', 'job'] as const),
      ...(['country', 'comment'] as const),
      ...(['share', 'filter', 'notification', 'rule'] as const),
    ]
    for (const wanted of [1, 2]) {
      t.strictSame(
        others.map(sequence => rows.nextId(sequence)),
        others.map(() => wanted),
      )
    }
  })

  withRows('a number is not given again when its entity is deleted', (t, { rows }) => {
    rows.saveNetwork(networkRow({ id: rows.nextId('network') }))
    rows.deleteNetwork(1)
    t.equal(rows.nextId('network'), 2)
  })

  withRows('an empty image knows no cluster and nothing else', (t, { image }) => {
    const { cluster, vrfs, networks, sessions, numberPools, deletions } = image()
    t.strictSame(
      { cluster, vrfs, networks, sessions, numberPools, deletions },
      { cluster: null, vrfs: [], networks: [], sessions: [], numberPools: [], deletions: [] },
    )
    t.strictSame([...image().claims()], [])
    t.strictSame([...image().numberClaims()], [])
    t.strictSame([...image().endedClaims(1, 0)], [])
    t.strictSame([...image().reservations()], [])
  })

  withRows('the cluster identity is kept whole, the last one saved', (t, { rows, image }) => {
    const member = { nodeId: 1, raftAddress: '[::1]:5001', apiAddress: 'a:8080', dataUuid: 'd-1' }
    rows.saveCluster({ clusterId: 100, clusterUuid: 'u-1', members: [] })
    const identity = {
      clusterId: 100,
      clusterUuid: 'u-2',
      members: [member, { ...member, nodeId: 2 }],
    }
    rows.saveCluster(identity)
    t.strictSame(image().cluster, identity)
  })

  withRows('VRFs are saved, replaced and deleted', (t, { rows, image }) => {
    const vrf = { id: 1, name: 'default', description: null, createdMs: 5, revision: 1 }
    rows.saveVrf(vrf)
    rows.saveVrf({ ...vrf, id: 2, name: 'lab' })
    rows.saveVrf({ ...vrf, id: 3, name: 'old' })
    rows.saveVrf({ ...vrf, id: 2, name: 'labor “ü”', description: '', revision: 9 })
    rows.deleteVrf(3)
    const found = [...image().vrfs].sort((a, b) => a.id - b.id)
    t.strictSame(found, [vrf, { ...vrf, id: 2, name: 'labor “ü”', description: '', revision: 9 }])
  })

  withRows(
    'networks of any size come back exactly; a deleted one is gone',
    (t, { rows, image }) => {
      const all = [
        networkRow({ id: 1, first: 0n, prefixLength: 0 }),
        networkRow({
          id: 2,
          first: 0xffffffffn,
          prefixLength: 32,
          tags: ['a', 'b=c'],
          holdHours: 24,
        }),
        networkRow({ id: 3, family: 6, first: 0n, prefixLength: 0, description: 'everything' }),
        networkRow({ id: 4, family: 6, first: IPV6_LAST, prefixLength: 128, vrfId: 9 }),
      ]
      for (const network of all) rows.saveNetwork(network)
      rows.saveNetwork(networkRow({ id: 5, first: 5n }))
      rows.saveNetwork(
        networkRow({ id: 1, first: 0n, prefixLength: 0, description: 'all', revision: 8 }),
      )
      rows.deleteNetwork(5)
      const found = [...image().networks].sort((a, b) => a.id - b.id)
      t.strictSame(found, [{ ...all[0], description: 'all', revision: 8 }, ...all.slice(1)])
    },
  )

  withRows(
    'a network keeps its pool, a new one in its place, and none again',
    (t, { rows, image }) => {
      const found = () => image().networks.map(network => network.pool)
      const plain = networkRow({ id: 1 })
      const first = poolFacet({ id: 7, name: 'Büro “a”/%\u{1f310}' })
      rows.saveNetwork({ ...plain, pool: first })
      t.strictSame(found(), [first])
      const second = poolFacet({ id: 8, description: '', strategy: 'least_recently_released' })
      rows.saveNetwork({ ...plain, pool: { ...second, strategyRevision: 2 ** 40 } })
      t.strictSame(found(), [{ ...second, strategyRevision: 2 ** 40 }])
      rows.saveNetwork(plain)
      t.strictSame(image().networks, [plain])
    },
  )

  withRows('a network keeps its subnet, an empty one too, and none again', (t, made) => {
    const { rows, image } = made
    const plain = networkRow({ id: 1, family: 6, first: 0n, prefixLength: 0 })
    const full = subnetFacet({
      gateway: IPV6_LAST,
      vlanId: 4094,
      location: 'Büro “3”',
      customFields: { floor: 3.5, 'a “b”': '生产\n', isOffice: false },
      createdBy: 2 ** 40,
    })
    for (const subnet of [full, subnetFacet(), subnetFacet({ gateway: 0n }), null]) {
      for (const pool of [null, poolFacet({ id: 7 })]) {
        rows.saveNetwork({ ...plain, pool, subnet })
        t.strictSame(image().networks, [{ ...plain, pool, subnet }])
      }
    }
  })
}

function testHistory(withRows: WithRows): void {
  withRows('Changes are kept in order with their images', (t, { rows, changes }) => {
    const written: Change[] = [
      { ...changeRow({ revision: 1, n: 0, timeMs: 10 }), before: null },
      changeRow({ revision: 1, n: 1, timeMs: 10 }),
      { ...changeRow({ revision: 4, n: 0, timeMs: 20 }), after: null, entity: 'network' },
    ]
    for (const change of written) rows.addChange(change)
    t.strictSame(changes(), written)
  })

  withRows('pruning takes the oldest Changes first and says how many', (t, { rows, changes }) => {
    for (let at = 1; at <= 5; at += 1) {
      rows.addChange(changeRow({ revision: at, n: 0, timeMs: at * 10 }))
      rows.addChange(changeRow({ revision: at, n: 1, timeMs: at * 10 }))
    }
    const left = () => changes().map(change => [change.revision, change.n])
    const prune = (beforeMs: number, limit = MANY) =>
      rows.pruneChanges({ beforeMs, excess: 0, limit })
    t.equal(prune(10), 0, 'a Change of that very time is not older')
    t.equal(prune(31, 3), 3)
    t.strictSame(left()[0], [2, 1])
    t.equal(prune(31), 3)
    t.strictSame(left(), [
      [4, 0],
      [4, 1],
      [5, 0],
      [5, 1],
    ])
    rows.addChange(changeRow({ revision: 6, n: 0, timeMs: 60 }))
    t.equal(prune(1000), 5)
    t.strictSame(left(), [])
    t.equal(rows.changeCount(), 0)
    rows.addChange(changeRow({ revision: 7, n: 0, timeMs: 70 }))
    t.strictSame(left(), [[7, 0]])
    t.equal(rows.changeCount(), 1)
  })

  withRows('what is in excess goes whatever its age, within the limit', (t, { rows, changes }) => {
    for (let at = 1; at <= 8; at += 1) {
      rows.addChange(changeRow({ revision: at, n: 0, timeMs: at * 10 }))
    }
    const oldest = () => changes()[0]?.revision
    t.equal(rows.pruneChanges({ beforeMs: 0, excess: 2, limit: MANY }), 2)
    t.equal(oldest(), 3)
    t.equal(
      rows.pruneChanges({ beforeMs: 51, excess: 1, limit: MANY }),
      3,
      'the older ones are more',
    )
    t.equal(rows.pruneChanges({ beforeMs: 61, excess: 2, limit: 1 }), 1)
    t.equal(oldest(), 7)
    t.equal(rows.pruneChanges({ beforeMs: 0, excess: 9, limit: MANY }), 2, 'no more than there are')
    t.equal(rows.changeCount(), 0)
  })
}

function testSessions(withRows: WithRows): void {
  const big = allocationRow({
    id: 1,
    family: 6,
    first: IPV6_LAST - 1n,
    last: IPV6_LAST,
    kind: 'run',
  })
  const answer = (revision: number) => granted(revision, { ...big, revision })
  const refused: Outcome = {
    revision: 9,
    originalRevision: 4,
    ok: false,
    refusal: {
      code: 'step-refused',
      step: 3,
      refusal: {
        code: 'address-taken',
        ip: '::1',
        holder: { kind: 'hold', id: 1, hostname: null, until: null },
      },
    },
  }
  const kept = (image: LedgerImage) =>
    [...image.sessions]
      .sort((a, b) => a.nodeId - b.nodeId)
      .map(({ nodeId, start, awaitedFrom, outcomes }) => {
        return { nodeId, start, awaitedFrom, outcomes: [...outcomes].sort(([a], [b]) => a - b) }
      })

  withRows('outcomes are kept exactly, by session and sequence', (t, { rows, image }) => {
    rows.saveSession(1, 1, 0)
    rows.saveSession(2, 7, 3)
    rows.saveOutcome(1, 1, 0, answer(5))
    rows.saveOutcome(1, 1, 4, refused)
    rows.saveOutcome(2, 7, 3, answer(6))
    t.strictSame(kept(image()), [
      {
        nodeId: 1,
        start: 1,
        awaitedFrom: 0,
        outcomes: [
          [0, answer(5)],
          [4, refused],
        ],
      },
      { nodeId: 2, start: 7, awaitedFrom: 3, outcomes: [[3, answer(6)]] },
    ])
  })

  withRows(
    'outcomes below the mark go; a newer start drops the older session',
    (t, { rows, image }) => {
      rows.saveSession(1, 1, 0)
      rows.saveSession(2, 1, 0)
      for (const sequence of [0, 1, 2, 5]) rows.saveOutcome(1, 1, sequence, answer(sequence + 1))
      rows.saveOutcome(2, 1, 0, answer(20))
      rows.saveSession(1, 1, 2)
      t.strictSame(kept(image())[0], {
        nodeId: 1,
        start: 1,
        awaitedFrom: 2,
        outcomes: [
          [2, answer(3)],
          [5, answer(6)],
        ],
      })
      rows.saveSession(1, 2, 0)
      rows.saveOutcome(1, 2, 0, answer(30))
      t.strictSame(kept(image()), [
        { nodeId: 1, start: 2, awaitedFrom: 0, outcomes: [[0, answer(30)]] },
        { nodeId: 2, start: 1, awaitedFrom: 0, outcomes: [[0, answer(20)]] },
      ])
    },
  )
}

function testIdempotency(withRows: WithRows): void {
  const record = (scopeHash: string, timeMs: number) => ({
    scopeHash,
    requestHash: `r-${scopeHash}`,
    timeMs,
    outcome: granted(4, allocationRow({ id: 1, family: 6, first: IPV6_LAST, tags: ['x'] })),
  })

  withRows('an idempotency record is found by its scope', (t, { rows }) => {
    rows.saveIdempotencyRecord(record('a', 10))
    t.strictSame(rows.idempotencyRecord('a'), record('a', 10))
    t.equal(rows.idempotencyRecord('b'), null)
  })

  withRows('pruning idempotency records goes by (time, scope)', (t, { rows }) => {
    for (const [scope, timeMs] of [
      ['d', 20],
      ['b', 20],
      ['a', 30],
      ['c', 10],
    ] as const) {
      rows.saveIdempotencyRecord(record(scope, timeMs))
    }
    const left = () => ['a', 'b', 'c', 'd'].filter(scope => rows.idempotencyRecord(scope) !== null)
    const prune = (beforeMs: number, limit = MANY) =>
      rows.pruneIdempotency({ beforeMs, excess: 0, limit })
    t.equal(rows.idempotencyCount(), 4)
    t.equal(prune(10), 0)
    t.equal(prune(30, 2), 2)
    t.strictSame(left(), ['a', 'd'])
    t.equal(prune(30), 1)
    t.strictSame(left(), ['a'])
    t.equal(rows.idempotencyCount(), 1)
  })

  withRows('records in excess go whatever their age, within the limit', (t, { rows }) => {
    for (const [at, scope] of ['f', 'a', 'e', 'b', 'd', 'c'].entries()) {
      rows.saveIdempotencyRecord(record(scope, at < 2 ? 10 : at * 10))
    }
    const left = () =>
      ['a', 'b', 'c', 'd', 'e', 'f'].filter(scope => rows.idempotencyRecord(scope) !== null)
    t.equal(rows.pruneIdempotency({ beforeMs: 0, excess: 1, limit: MANY }), 1)
    t.strictSame(left(), ['b', 'c', 'd', 'e', 'f'], 'the same time, the lower scope')
    t.equal(
      rows.pruneIdempotency({ beforeMs: 21, excess: 1, limit: MANY }),
      2,
      'older ones are more',
    )
    t.equal(rows.pruneIdempotency({ beforeMs: 31, excess: 3, limit: 2 }), 2)
    t.strictSame(left(), ['c'])
    t.equal(rows.pruneIdempotency({ beforeMs: 0, excess: 9, limit: MANY }), 1)
    t.equal(rows.idempotencyCount(), 0)
    t.equal(rows.pruneIdempotency({ beforeMs: 0, excess: 9, limit: 0 }), 0)
  })
}
