// Whom a node dials: as listed until the cluster is founded, then as the state's address book says, whenever it changes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config/index.js'
import type { ClusterIdentity, ClusterMember } from '../../src/ledger/index.js'
import { Closing } from '../../src/node/closing.js'
import { type Joining, type MembersState, prepareJoining } from '../../src/node/joining.js'
import { openLog } from '../../src/node/memory.js'
import { WsTransport } from '../../src/raft/index.js'
import { SimClock } from '../support/sim-clock.js'

const silentLog = { debug() {}, info() {}, warn() {}, error() {} }

/** Node 1 of three listed ones, before it has met anybody. */
async function joinNode1(t: Test): Promise<Joining> {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-address-book-'))
  const secretFile = join(directory, 'secret')
  writeFileSync(secretFile, 'a secret for tests only, long enough')
  const { config } = loadConfig({
    file: null,
    environment: {},
    flags: {
      node: 1,
      nodes: [1, 2, 3].map(nodeId => {
        return {
          node_id: nodeId,
          raft_addr: `listed-${nodeId}:5001`,
          api_addr: `listed-${nodeId}:8080`,
        }
      }),
      secret_file: secretFile,
      'auth.core': 'open',
      data_dir: join(directory, 'data'),
    },
  })
  const closing = new Closing()
  t.teardown(async () => {
    await closing.run(silentLog)
    rmSync(directory, { recursive: true, force: true })
  })
  const nodeLog = await openLog(config, silentLog, closing)
  const clock = new SimClock().node()
  return prepareJoining(config, nodeLog, { clock, random: Math.random, log: silentLog })
}

/** A state whose address book is the test's. */
class Book implements MembersState {
  readonly #listeners = new Set<() => void>()
  #cluster: ClusterIdentity | null = null
  isUsable = true
  readonly reads = {
    cluster: () => {
      if (!this.isUsable) throw new Error('the state is closed')
      return this.#cluster
    },
  }

  onApplied(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One batch of entries. @param addresses by node id; null = they touch no address */
  apply(
    addresses: { readonly [nodeId: number]: string } | null,
    removed: readonly number[] = [],
  ): void {
    if (addresses !== null) {
      const members = Object.entries(addresses).map(
        ([id, raftAddress]): ClusterMember => ({
          nodeId: Number(id),
          raftAddress,
          apiAddress: 'a:8080',
          dataUuid: `d-${id}`,
        }),
      )
      this.#cluster = { clusterId: 1, clusterUuid: 'c-1', members, removed }
    }
    for (const listener of this.#listeners) listener()
  }
}

function linksOf({ transport }: Joining): WsTransport {
  if (transport instanceof WsTransport) return transport
  throw new Error('a node of three has a peer link')
}

function dialed(joining: Joining): Record<number, string> {
  const { links } = linksOf(joining)
  return Object.fromEntries(links.map(link => [link.nodeId, link.raftAddress]))
}

t.test('the address book of the state replaces what was listed', async t => {
  const joining = await joinNode1(t)
  const listed = { 2: 'listed-2:5001', 3: 'listed-3:5001' }
  t.strictSame(dialed(joining), listed)
  const book = new Book()
  const stop = joining.useState(book)
  t.strictSame(dialed(joining), listed, 'nothing is founded yet')

  book.apply({ 1: 'a:1', 2: 'b:1', 3: 'c:1' })
  t.strictSame(dialed(joining), { 2: 'b:1', 3: 'c:1' }, 'founded')
  book.apply(null)
  t.strictSame(dialed(joining), { 2: 'b:1', 3: 'c:1' }, 'what does not touch it changes nothing')
  book.apply({ 1: 'a:1', 2: 'b:2', 3: 'c:1', 4: 'd:1' })
  t.strictSame(dialed(joining), { 2: 'b:2', 3: 'c:1', 4: 'd:1' }, 'one has moved, one was added')

  stop()
  book.apply({ 2: 'b:3' })
  t.strictSame(dialed(joining), { 2: 'b:2', 3: 'c:1', 4: 'd:1' }, 'followed no longer')
})

t.test('a node that starts again dials by its state at once', async t => {
  const joining = await joinNode1(t)
  const book = new Book()
  book.apply({ 1: 'a:1', 2: 'b:1' })
  joining.useState(book)
  t.strictSame(dialed(joining), { 2: 'b:1', 3: 'listed-3:5001' }, 'and what it lacks, as listed')
})

t.test('peers are judged, and known, also when the state cannot be read any more', async t => {
  const joining = await joinNode1(t)
  const book = new Book()
  joining.useState(book)
  book.apply({ 1: 'a:1', 2: 'b:1', 3: 'c:1' })
  book.isUsable = false
  t.doesNotThrow(() => joining.beginning.start(), 'something is learnt of the peers')
  t.doesNotThrow(() => linksOf(joining).announce())
  t.strictSame(dialed(joining), { 2: 'b:1', 3: 'c:1' })
})

t.test('who was removed is not dialed any more, and a node hears it of itself', async t => {
  const joining = await joinNode1(t)
  const book = new Book()
  joining.useState(book)
  book.apply({ 1: 'a:1', 2: 'b:1', 3: 'c:1' })
  t.equal(joining.removed(), null)
  book.apply({ 1: 'a:1', 3: 'c:1' }, [2])
  t.strictSame(dialed(joining), { 3: 'c:1' }, 'though it was listed')
  book.apply({ 3: 'c:1', 4: '' }, [1, 2])
  t.strictSame(dialed(joining), { 3: 'c:1' }, 'nor is one whose address nobody has said')
  t.match(joining.removed(), /was removed/)
})

t.test('a node is the first that it has met', async t => {
  const joining = await joinNode1(t)
  t.match(joining.met(), [{ nodeId: 1, raftAddress: 'listed-1:5001', named: true }])
})
