// Random kills, restarts, stops, cuts and transfers under clients, from a seed, and what must be true at the end.
import { GatewayCluster, type GatewayNode, watch } from '../support/gateway-cluster.js'
import { checkClaim, newClaimCounts } from './claims.js'
import { type Claim, Client } from './clients.js'

const FAULTY_MS = 15_000
const STEP_MS = 40
const FAULT_RATE = 0.15
const CLIENTS = 6
/** Small, so that addresses are given again and again, and run out. */
const NETWORK = '10.0.0.0/28'

type Fault = 'dead' | 'paused'

export class Scenario {
  readonly findings: string[] = []
  /** What happened, so that a run without anything to check does not pass for a good one. */
  readonly counts = { ...newClaimCounts(), reads: 0 }
  readonly #cluster: GatewayCluster
  readonly #random: () => number
  readonly #claims: Claim[] = []
  readonly #faulty = new Map<GatewayNode, Fault>()

  constructor(seed: number) {
    // The peer link is a TCP stream: a frame may be lost, but is never delivered twice.
    const network = { dropRate: seed % 2 === 0 ? 0.02 : 0, delayMaxMs: seed % 3 === 0 ? 40 : 2 }
    const nodeIds = seed % 4 === 0 ? [1, 2, 3, 4, 5] : [1, 2, 3]
    // Room for three commands or so.
    const core = seed % 5 < 2 ? { uncommittedBytesMax: 200 } : {}
    this.#cluster = new GatewayCluster({ seed, nodeIds, network, core })
    this.#random = this.#cluster.random
  }

  async run(): Promise<void> {
    const { clock } = this.#cluster
    const { networkId } = await this.#cluster.begin(NETWORK)
    const clients = Array.from({ length: CLIENTS }, (_, at) => this.#client(at, networkId))
    for (let passedMs = 0; passedMs < FAULTY_MS; passedMs += STEP_MS) {
      if (this.#random() < FAULT_RATE) await this.#fault()
      for (const client of clients) client.step()
      if (this.#random() < 0.2) this.#read()
      await clock.run(STEP_MS)
    }
    await this.#heal()
    for (const client of clients) client.isFinishing = true
    for (let turns = 0; turns < 2_000 && clients.some(client => !client.isIdle); turns++) {
      for (const client of clients) client.step()
      await clock.run(STEP_MS)
    }
    if (clients.some(client => !client.isIdle)) this.findings.push('a client was never answered')
    await this.#cluster.level()
    await this.#check()
  }

  #client(at: number, networkId: number): Client {
    return new Client(
      { name: `client${at}`, hasKeys: at % 3 !== 0 },
      {
        networkId,
        random: this.#random,
        pick: () => this.#pick(this.#cluster.nodes.filter(node => node.alive)),
        report: finding => this.findings.push(finding),
        claims: this.#claims,
      },
    )
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)]
  }

  async #fault(): Promise<void> {
    const { nodes, network } = this.#cluster
    const [node, other] = [this.#pick(nodes), this.#pick(nodes)]
    if (node === undefined || other === undefined) return
    const state = this.#faulty.get(node)
    const dice = this.#random()
    if (state !== undefined) await this.#repair(node, state)
    else if (dice < 0.25) {
      this.#faulty.set(node, 'dead')
      await node.crash(this.#random() < 0.5 ? 'state' : 'log')
    } else if (dice < 0.4) {
      this.#faulty.set(node, 'paused')
      node.process.pause()
    } else if (dice < 0.5) network.isolate(node.nodeId)
    else if (dice < 0.6) network.cut(node.nodeId, other.nodeId)
    else if (dice < 0.7) node.driver.transferLeadership(other.nodeId)
    else network.heal()
  }

  async #repair(node: GatewayNode, fault: Fault): Promise<void> {
    this.#faulty.delete(node)
    if (fault === 'dead') await node.start()
    else node.process.resume()
  }

  async #heal(): Promise<void> {
    this.#cluster.network.heal()
    for (const [node, fault] of [...this.#faulty]) await this.#repair(node, fault)
  }

  /** A linearizable read anywhere sees everything that was acknowledged before it began. */
  #read(): void {
    const node = this.#pick(this.#cluster.nodes.filter(each => each.alive))
    const live = this.#claims.filter(({ allocation, release }) => allocation && release === null)
    const over = this.#claims.filter(({ release }) => release?.ending === 'done')
    if (node === undefined) return
    const read = node.read({ timeoutMs: 1_000 }).then(() => {
      this.counts.reads += 1
      const statuses = new Map(node.allocations().map(row => [row.hostname, row.status]))
      for (const { hostname } of live)
        if (!statuses.has(hostname)) this.findings.push(`a read missed ${hostname}`)
      for (const { hostname } of over)
        if (statuses.get(hostname) !== 'released')
          this.findings.push(`a read saw ${hostname} after its release`)
    })
    watch(read)
  }

  async #check(): Promise<void> {
    const { nodes } = this.#cluster
    const hashes = await Promise.all(nodes.map(node => node.stateHash()))
    if (new Set(hashes).size !== 1) this.findings.push(`state hashes differ: ${hashes.join(' ')}`)
    for (const { nodeId, record } of nodes)
      for (const error of record.fatal)
        this.findings.push(`node ${nodeId} had to stop: ${error.message}`)
    for (const node of nodes) this.#checkAddresses(node)
    const [node] = nodes
    const rows = node?.allocations() ?? []
    for (const claim of this.#claims) {
      const named = rows.filter(({ hostname }) => hostname === claim.hostname)
      this.findings.push(...checkClaim(named, claim, this.counts))
    }
  }

  #checkAddresses(node: GatewayNode): void {
    const live = node.allocations().filter(({ status }) => status === 'allocated')
    if (new Set(live.map(({ first }) => first)).size !== live.length)
      this.findings.push(`node ${node.nodeId} has an address twice`)
    if (node.gateway.pendingCount() !== 0)
      this.findings.push(`node ${node.nodeId} still waits for an outcome`)
  }
}
