// The fault menu: what can go wrong in a world, how it begins, and how it ends (RAFT_NOTES §6.8).

import { encodeForwardFrame } from '../../../src/gateway/forward-frame.js'
import type { Message } from '../../../src/raft/core/index.js'
import type { InstallStep } from '../../support/gateway-cluster.js'
import { type FaultKind, installSteps } from '../plan.js'
import { changeMembership } from './membership.js'
import type { SimulatedNode } from './sim-node.js'
import type { World } from './world.js'

/** What a node has that does not end by itself. */
type Ailment = 'dead' | 'paused'

const SLOW_DISK_MS = 80
const CLOCK_OFF_MS = 10_000
const HOUR_MS = 3_600_000
/** Of the frames of snapshots, the largest part that is meddled with. */
const MEDDLED_MAX = 0.3

export class Faults {
  /** By kind: how often each struck. */
  readonly counts = new Map<FaultKind, number>()
  readonly #world: World
  readonly #ailing = new Map<SimulatedNode, Ailment>()
  /** Armed: the next message of this type takes its sender down. */
  #trap: 'crash-while-voting' | 'crash-while-writing' | null = null
  /** Armed: the next install that comes to this step takes its node down. */
  readonly #installTraps = new Set<InstallStep>()
  readonly #stops = new Set<Promise<void>>()
  /** They fail when they are next written to; a restart finds them whole. */
  readonly #brokenDisks = new Set<SimulatedNode>()

  constructor(world: World) {
    this.#world = world
    const { network } = world
    const { onSend } = network
    network.onSend = (from, to, messages) => {
      onSend(from, to, messages)
      this.#spring(from, messages)
    }
    for (const node of world.nodes) node.onInstallStep = step => this.#atInstallStep(node, step)
  }

  /** Mostly something begins, sometimes something ends. */
  async strike(): Promise<void> {
    const world = this.#world
    this.#endFailed()
    const node = world.pick(world.nodes.filter(each => each.starts > 0))
    if (node === undefined) return
    if (this.#ailing.has(node)) {
      await this.#cure(node)
      return
    }
    if (world.random() < 0.2) this.#healNetwork()
    const kind = world.pick(world.plan.faults)
    if (kind !== undefined && (await this.#begin(kind, node))) this.#count(kind, node)
  }

  /** All faults end: the network carries everything, everybody runs, disks are fast. Clocks stay as they are. */
  async heal(): Promise<void> {
    const { network, nodes, trace, random } = this.#world
    trace.add('world', 'heals')
    this.#trap = null
    this.#installTraps.clear()
    network.heal()
    network.options = { ...network.options, dropRate: 0, duplicateRate: 0, delayMaxMs: 2 }
    for (const node of nodes) {
      if (node.alive && this.#brokenDisks.has(node)) this.#stop(node, 'crash')
      node.diskMs = 1
      node.streamFaults.rate = 0
      // Else a frame that was lost is waited for half a minute, as sometimes it shall be.
      if (node.alive && random() < 0.8) node.streams?.breakAll()
    }
    for (const node of [...this.#ailing.keys()]) await this.#cure(node)
  }

  #healNetwork(): void {
    this.#world.network.heal()
    this.#world.trace.add('network', 'heals')
  }

  #count(kind: FaultKind, node: SimulatedNode): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    this.#world.trace.add(node.nodeId, `fault: ${kind}`)
  }

  /** @returns whether it began */
  async #begin(kind: FaultKind, node: SimulatedNode): Promise<boolean> {
    const { network, nodes, random } = this.#world
    const leader = this.#world.leaderNow()
    switch (kind) {
      case 'crash':
      case 'power-cut':
        this.#stop(node, kind)
        return true
      case 'blackout':
        if (random() < 0.7) return false
        for (const each of nodes) if (each.alive) this.#stop(each, 'power-cut')
        return true
      case 'crash-while-voting':
      case 'crash-while-writing':
        this.#trap = kind
        return false
      case 'pause':
        node.process.pause()
        this.#ailing.set(node, 'paused')
        return true
      case 'isolate':
        network.isolate(node.nodeId)
        return true
      case 'isolate-leader':
        if (leader === undefined) return false
        network.isolate(leader.nodeId)
        return true
      case 'cut-one-way': {
        const other = this.#world.pick(nodes)
        network.cut(node.nodeId, other?.nodeId ?? 0)
        return true
      }
      case 'transfer':
        if (leader === undefined) return false
        leader.driver.transferLeadership(node.nodeId)
        return true
      case 'clock':
        this.#turnClock(node)
        return true
      case 'slow-disk':
        node.diskMs = 1 + Math.floor(random() * SLOW_DISK_MS)
        return true
      case 'disk-error':
        node.disk.failWith(new Error('EIO: the simulated disk failed'))
        this.#brokenDisks.add(node)
        return true
      case 'newer-peer':
        return sendForeignCommand(node, leader)
      case 'meddle-with-streams':
        node.streamFaults.rate = random() * MEDDLED_MAX
        return true
      case 'install-crash-note':
      case 'install-crash-state':
      case 'install-crash-log':
      case 'install-crash-forget':
      case 'install-crash-end':
        for (const step of installSteps) if (kind.endsWith(step)) this.#installTraps.add(step)
        return false
      case 'membership':
        return changeMembership(this.#world)
      default:
        return kind satisfies never
    }
  }

  #turnClock(node: SimulatedNode): void {
    const { random } = this.#world
    const spanMs = random() < 0.2 ? HOUR_MS : CLOCK_OFF_MS
    node.turnClock(Math.floor((random() - 0.5) * 2 * spanMs))
  }

  /** What was written and not synced stays in part, as chance has it. */
  #stop(node: SimulatedNode, how: 'crash' | 'power-cut'): void {
    const { random } = this.#world
    this.#brokenDisks.delete(node)
    const keep = (count: number) => Math.floor(random() * (count + 1))
    this.#ailing.set(node, 'dead')
    const stopped = node.stop(how === 'crash' ? 'kill' : 'power-cut', keep)
    this.#stops.add(stopped)
  }

  /** Whoever asked for this lies in the middle of its work: the crash comes with the next event. */
  #spring(from: number, messages: readonly Message[]): void {
    const trap = this.#trap
    if (trap === null) return
    const types =
      trap === 'crash-while-voting' ? ['vote', 'vote-response'] : ['append', 'append-response']
    if (!messages.some(({ type }) => types.includes(type))) return
    this.#trap = null
    const node = this.#world.node(from)
    this.#world.clock.at(0, () => {
      if (!node.alive) return
      this.#stop(node, this.#world.random() < 0.5 ? 'crash' : 'power-cut')
      this.#count(trap, node)
    })
  }

  /** Never resolves when the node dies there. */
  async #atInstallStep(node: SimulatedNode, step: InstallStep): Promise<void> {
    if (!this.#installTraps.delete(step)) return
    this.#stop(node, this.#world.random() < 0.5 ? 'crash' : 'power-cut')
    this.#count(`install-crash-${step}`, node)
    await new Promise(() => {})
  }

  /** A node whose disk failed has ended: its process goes, and is started again later. */
  #endFailed(): void {
    for (const node of this.#world.living) if (node.failed) this.#stop(node, 'crash')
  }

  async #cure(node: SimulatedNode): Promise<void> {
    const { trace, findings } = this.#world
    const ailment = this.#ailing.get(node)
    this.#ailing.delete(node)
    if (ailment === 'paused' && node.alive) {
      trace.add(node.nodeId, 'goes on')
      node.process.resume()
    } else if (!node.alive) {
      await Promise.all(this.#stops)
      this.#stops.clear()
      trace.add(node.nodeId, 'starts')
      try {
        await node.start()
      } catch (error) {
        findings.report(`node ${node.nodeId} does not start: ${String(error)}`)
      }
    }
  }
}

/** A gateway of a later program hands over a command in a format that nobody here can read. */
function sendForeignCommand(node: SimulatedNode, leader: SimulatedNode | undefined): boolean {
  if (leader === undefined || leader === node || !node.alive) return false
  const commands = [{ sequence: 0, bytes: Uint8Array.of(99, 1, 2, 3) }]
  const frame = encodeForwardFrame({ type: 'forward', start: node.starts, commands })
  node.driver.sendApplication(leader.nodeId, frame)
  return true
}
