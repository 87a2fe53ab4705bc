// Random kills, stops, cuts and transfers under clients, from a seed: nothing acknowledged is lost, no read is stale.
import t from 'tap'
import { type ClusterNode, RaftCluster } from '../support/raft-cluster.js'
import { settle } from '../support/sim-clock.js'

const SEEDS = process.env.SEED === undefined ? range(12) : [Number(process.env.SEED)]
const FAULTY_MS = 15_000
const STEP_MS = 40

function range(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place + 1)
}

class Scenario {
  readonly findings: string[] = []
  reads = 0
  #proposed = 0
  readonly #acknowledged = new Set<string>()
  readonly #faulty = new Map<ClusterNode, 'dead' | 'paused'>()

  constructor(readonly cluster: RaftCluster) {}

  get acknowledged(): number {
    return this.#acknowledged.size
  }

  async run(): Promise<void> {
    const { clock, random } = this.cluster
    for (let passedMs = 0; passedMs < FAULTY_MS; passedMs += STEP_MS) {
      if (random() < 0.15) await this.#fault()
      for (let client = 0; client < 3; client++) this.#propose()
      this.#read()
      await clock.run(STEP_MS)
      this.#observe()
    }
    await this.#heal()
  }

  #pick(): ClusterNode {
    const { nodes, random } = this.cluster
    return nodes[Math.floor(random() * nodes.length)] as ClusterNode
  }

  /** At most a minority is dead or stopped at a time, so that there is something to check. */
  async #fault(): Promise<void> {
    const { cluster } = this
    const node = this.#pick()
    const state = this.#faulty.get(node)
    const room = this.#faulty.size < (cluster.nodes.length - 1) / 2
    const dice = cluster.random()
    if (state === 'dead') {
      await node.start()
      this.#faulty.delete(node)
    } else if (state === 'paused') {
      node.process.resume()
      this.#faulty.delete(node)
    } else if (dice < 0.25 && room) {
      node.crash()
      this.#faulty.set(node, 'dead')
    } else if (dice < 0.5 && room) {
      node.process.pause()
      this.#faulty.set(node, 'paused')
    } else if (dice < 0.6) cluster.network.isolate(node.nodeId)
    else if (dice < 0.7) cluster.network.cut(node.nodeId, this.#pick().nodeId)
    else if (dice < 0.85) cluster.network.heal()
    else if (dice < 0.9) node.driver.transferLeadership(this.#pick().nodeId)
    else node.state.durable = node.state.applied.index
  }

  #propose(): void {
    const node = this.#pick()
    if (node.alive && !this.#faulty.has(node)) node.propose(`command ${++this.#proposed}`)
  }

  /** Whatever was acknowledged anywhere before the read began must be in what it sees. */
  #read(): void {
    const node = this.#pick()
    if (this.#faulty.has(node)) return
    const before = [...this.#acknowledged]
    const { driver, state } = node
    const deadlineMs = node.process.monotonicMs() + 3_000
    const read = async () => {
      const index = await driver.readIndex(true, deadlineMs)
      await driver.waitApplied(index, deadlineMs)
      // A process that was killed meanwhile says nothing to anyone.
      if (!node.alive || node.driver !== driver) return
      this.reads += 1
      const seen = new Set(state.texts)
      for (const text of before)
        if (!seen.has(text)) this.findings.push(`node ${node.nodeId} read without ${text}`)
    }
    // No answer in time is no wrong answer.
    read().catch(() => {})
  }

  /** What a living node has applied counts as acknowledged: its client has its answer. */
  #observe(): void {
    const { nodes } = this.cluster
    const longest = nodes.reduce((one, other) =>
      other.state.commands.length > one.state.commands.length ? other : one,
    )
    for (const node of nodes) {
      for (const error of node.fatal) this.findings.push(`node ${node.nodeId}: ${error.message}`)
      const { commands } = node.state
      const last = commands.length - 1
      if (last < 0) continue
      // By induction the whole list agrees, as each node's list only grows at its end.
      for (const place of [last, last >> 1, 0]) {
        const [one, other] = [commands[place], longest.state.commands[place]]
        if (one?.text !== other?.text || one?.index !== other?.index || one?.term !== other?.term)
          this.findings.push(`node ${node.nodeId} differs at ${place}`)
      }
      if (node.alive) for (const text of node.state.texts) this.#acknowledged.add(text)
    }
  }

  /** All comes back; then everything acknowledged is everywhere, once, and new commands get through. */
  async #heal(): Promise<void> {
    const { cluster } = this
    cluster.network.heal()
    cluster.network.options = { ...cluster.network.options, dropRate: 0 }
    for (const [node, state] of this.#faulty) {
      if (state === 'dead') await node.start()
      else node.process.resume()
    }
    await cluster.clock.run(3_000)
    const leader = await cluster.leader()
    leader.propose('the last')
    await cluster.applied('the last')
    await settle()
    this.#observe()
    for (const { nodeId, state } of cluster.nodes) {
      const applied = new Set(state.texts)
      if (applied.size !== state.texts.length) this.findings.push(`node ${nodeId} applied twice`)
      for (const text of this.#acknowledged)
        if (!applied.has(text)) this.findings.push(`node ${nodeId} lost ${text}`)
    }
  }
}

for (const seed of SEEDS)
  t.test(`seed ${seed}: nothing acknowledged is lost and no read is stale`, async t => {
    const cluster = new RaftCluster({
      seed,
      nodeIds: range(seed % 3 === 0 ? 5 : 3),
      diskMs: 1 + (seed % 4) * 3,
      driver: { compactEntries: 30, tailEntries: 5, applyEntriesMax: 8 },
      network: { delayMaxMs: 8, dropRate: 0.03, duplicateRate: 0.03, ordered: seed % 2 === 0 },
    })
    for (const node of cluster.nodes) node.wallOffsetMs = cluster.random() * 10_000
    for (const node of cluster.nodes) node.state.durable = 0
    await cluster.start()
    const scenario = new Scenario(cluster)
    await scenario.run()
    t.same(scenario.findings.slice(0, 5), [])
    t.ok(scenario.acknowledged > 20, `${scenario.acknowledged} commands were acknowledged`)
    t.ok(scenario.reads > 20, `${scenario.reads} reads were answered`)
  })
