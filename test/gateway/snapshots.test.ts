// Whole nodes, a log that is cut, and a follower that was away meanwhile: it comes back by snapshot, whatever happens.
import t, { type Test } from 'tap'
import {
  allocate,
  GatewayCluster,
  type GatewayNode,
  type InstallStep,
  watch,
} from '../support/gateway-cluster.js'

const OPTIONS = {
  snapshots: true,
  driver: { compactEntries: 20, tailEntries: 10 },
  gateway: { resendMs: 200 },
}

/** Allocations one after another through a node, until told to stop. */
function keepWriting(cluster: GatewayCluster, networkId: number, through: () => GatewayNode) {
  const counts = { done: 0, failed: 0, running: true }
  const write = () => {
    if (!counts.running) return
    const watched = watch(through().submit(allocate(networkId, `host-${counts.done}`)))
    const look = () => {
      if (watched.ending === null) cluster.clock.at(2, look)
      else {
        if ('value' in watched.ending) counts.done += 1
        else counts.failed += 1
        write()
      }
    }
    look()
  }
  write()
  return counts
}

/** A follower that is down, and a log that was cut behind it. */
async function cutBehindFollower(cluster: GatewayCluster) {
  const { networkId } = await cluster.begin('10.0.0.0/16')
  const leader = await cluster.leader()
  const [away] = cluster.followersOf(leader)
  if (away === undefined) throw new Error('three nodes have a follower')
  await away.crash()
  const held = away.disk.loaded().entries.at(-1)?.index ?? 0
  const writing = keepWriting(cluster, networkId, () => leader)
  await cluster.clock.runUntil(() => leader.driver.status().firstIndex > held + 1)
  return { leader, away, writing, networkId }
}

/** Ends the load, and compares all nodes. */
async function sameEverywhere(t: Test, cluster: GatewayCluster, writing: { running: boolean }) {
  writing.running = false
  await cluster.clock.run(1000)
  await cluster.level()
  const hashes = new Set(await Promise.all(cluster.nodes.map(node => node.stateHash())))
  t.equal(hashes.size, 1, 'all states are equal')
  for (const node of cluster.nodes) t.same(node.record.fatal, [])
}

t.test('a follower that was away while the log was cut catches up while writes go on', async t => {
  const cluster = new GatewayCluster(OPTIONS)
  const { leader, away, writing } = await cutBehindFollower(cluster)
  await away.start()
  await cluster.clock.runUntil(() => away.record.logged('snapshot installed'))
  const before = writing.done
  await cluster.clock.runUntil(() => {
    const { lastIndex } = leader.driver.status()
    return away.store.appliedIndex() >= lastIndex - 5 && writing.done > before + 100
  })
  t.equal(writing.failed, 0)
  t.equal(leader.driver.status().term, (await cluster.leader()).driver.status().term)
  await sameEverywhere(t, cluster, writing)
})

const steps: readonly InstallStep[] = ['note', 'state', 'log', 'forget', 'end']

t.test('it may die at every step of the install', async t => {
  for (const last of steps) {
    const cluster = new GatewayCluster(OPTIONS)
    const { away, writing } = await cutBehindFollower(cluster)
    let died: Promise<void> | null = null
    away.onInstallStep = step => {
      if (step !== last || died !== null) return Promise.resolve()
      died = away.crash()
      return new Promise(() => {})
    }
    await away.start()
    await cluster.clock.runUntil(() => died !== null)
    await died
    await cluster.clock.run(300)
    await away.start()
    await sameEverywhere(t, cluster, writing)
    t.equal(writing.failed, 0, `died at ${last}`)
  }
})

t.test('the leader may die while it sends; the next one sends its own', async t => {
  const cluster = new GatewayCluster({ ...OPTIONS, network: { delayMinMs: 5, delayMaxMs: 9 } })
  const { leader, away, networkId, writing } = await cutBehindFollower(cluster)
  await away.start()
  await cluster.clock.run(60)
  writing.running = false
  await leader.crash()
  const next = await cluster.leader(leader.driver.status().term)
  const again = keepWriting(cluster, networkId, () => next)
  await cluster.clock.runUntil(() => again.done > 50)
  await leader.start()
  await sameEverywhere(t, cluster, again)
})

t.test(
  'a network that loses frames breaks streams, and the snapshot arrives all the same',
  async t => {
    const cluster = new GatewayCluster(OPTIONS)
    const { away, writing } = await cutBehindFollower(cluster)
    cluster.network.options = { ...cluster.network.options, dropRate: 0.05, duplicateRate: 0.05 }
    await away.start()
    await cluster.clock.runUntil(() => away.record.logged('snapshot installed'), 600_000)
    cluster.network.options = { ...cluster.network.options, dropRate: 0, duplicateRate: 0 }
    await sameEverywhere(t, cluster, writing)
  },
)

t.test(
  'who joins is brought a snapshot that it is in, not one that was kept from before',
  async t => {
    const cluster = new GatewayCluster({ ...OPTIONS, nodeIds: [1, 2, 3], spareIds: [4] })
    const { networkId } = await cluster.begin('10.0.0.0/16')
    const leader = await cluster.leader()
    const [away] = cluster.followersOf(leader).filter(({ nodeId }) => nodeId !== 4)
    await away?.crash()
    const held = away?.disk.loaded().entries.at(-1)?.index ?? 0
    const writing = keepWriting(cluster, networkId, () => leader)
    await cluster.clock.runUntil(() => leader.driver.status().firstIndex > held + 1)
    writing.running = false
    await cluster.clock.run(100)
    await away?.start()
    await cluster.clock.runUntil(() => away?.record.logged('snapshot installed') ?? false)
    const changes = [{ type: 'learner', nodeId: 4 }] as const
    const change = { transition: 'auto', changes, context: new Uint8Array() } as const
    await cluster.outcome(leader.driver.changeMembership(change, 60_000))
    const joined = cluster.node(4)
    await cluster.clock.runUntil(() => joined.record.logged('snapshot installed'))
    await sameEverywhere(t, cluster, writing)
  },
)

t.test('a log that grows too large waits no more for who is being brought a snapshot', async t => {
  const driver = { ...OPTIONS.driver, logBytesMax: 16 * 1024 }
  const cluster = new GatewayCluster({ ...OPTIONS, driver })
  const { leader, away, writing } = await cutBehindFollower(cluster)
  // It hears the leader, and its disk stands still while it installs.
  let release = () => {}
  away.onInstallStep = step =>
    step === 'state' ? new Promise(resolve => (release = resolve)) : Promise.resolve()
  await away.start()
  await cluster.clock.runUntil(() =>
    leader.record.lines.some(({ fields }) => JSON.stringify(fields).includes('grown too large')),
  )
  const { firstIndex } = leader.driver.status()
  await cluster.clock.runUntil(() => leader.driver.status().firstIndex > firstIndex + 40)
  away.onInstallStep = () => Promise.resolve()
  release()
  await sameEverywhere(t, cluster, writing)
})

t.test('a node that is being brought a snapshot knows how far behind it is', async t => {
  const cluster = new GatewayCluster(OPTIONS)
  const { away, writing } = await cutBehindFollower(cluster)
  let release = () => {}
  let isHeld = false
  away.onInstallStep = step => {
    if (step !== 'state') return Promise.resolve()
    isHeld = true
    return new Promise(resolve => {
      release = resolve
    })
  }
  await away.start()
  await cluster.clock.runUntil(() => isHeld)
  const { leaderCommit } = away.driver.status()
  t.ok(leaderCommit > away.store.appliedIndex() + 20, 'so that it is not taken for ready')
  release()
  await sameEverywhere(t, cluster, writing)
})

t.test('nobody waits for a member that is down', async t => {
  const cluster = new GatewayCluster(OPTIONS)
  const { leader, writing } = await cutBehindFollower(cluster)
  await cluster.clock.runUntil(() => leader.driver.status().firstIndex > 300)
  for (const node of cluster.nodes.filter(({ alive }) => alive)) {
    const { firstIndex, lastIndex } = node.driver.status()
    t.ok(lastIndex - firstIndex < 100, `node ${node.nodeId} keeps little`)
  }
  writing.running = false
})

t.test('a follower without room says so, is asked less and less often, and goes on', async t => {
  const cluster = new GatewayCluster(OPTIONS)
  const { leader, away, writing } = await cutBehindFollower(cluster)
  away.noRoom = new Error('There is no room for the snapshot: 3 bytes are needed, and 2 are free.')
  await away.start()
  await cluster.clock.run(60_000)
  const tries = (node: GatewayNode, message: string) =>
    node.record.lines.filter(line => line.message === message)
  const refused = tries(leader, 'a snapshot could not be sent; it is tried again')
  t.ok(refused.length >= 5 && refused.length <= 15, `${refused.length} tries in a minute`)
  t.match(refused.at(-1)?.fields, { peer: away.nodeId, reason: /no room/, retryMs: 10_000 })
  const lines = tries(away, 'a snapshot did not arrive')
  t.equal(lines.length, refused.length)
  t.match(lines.at(-1)?.fields, { from: leader.nodeId, error: /no room/ })
  t.same(away.record.fatal, [], 'it goes on')
  t.equal(away.driver.status().leaderId, leader.nodeId, 'and follows')
  away.noRoom = null
  await sameEverywhere(t, cluster, writing)
})
