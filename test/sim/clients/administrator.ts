// The administrator: wishes for members, said to any node as `ipam cluster` says them; the leader makes them true.
import type { Command } from '../../../src/ledger/index.js'
import { raftAddress } from '../world/jobs.js'
import type { World } from '../world/world.js'
import { Errand } from './errand.js'

/** Of the steps in which there is nothing to wait for, the part in which something is wished for. */
const WISH_RATE = 0.08

export class Administrator {
  /** Whether it wishes for nothing new any more. */
  isFinishing = false
  readonly counts = { wishes: 0, refused: 0 }
  readonly #world: World
  #errand: Errand | null = null

  constructor(world: World) {
    this.#world = world
  }

  get isIdle(): boolean {
    return this.#errand === null
  }

  async step(): Promise<void> {
    if (this.#errand === null && !this.isFinishing && this.#world.random() < WISH_RATE)
      await this.#wish()
    const ending = this.#errand?.step() ?? null
    if (ending === null || ending === 'failed') return
    if (!ending.ok) {
      this.counts.refused += 1
      this.#world.trace.add('admin', `is refused: ${ending.refusal.code}`)
    }
    this.#errand = null
  }

  async #wish(): Promise<void> {
    const { random, pick, trace } = this.#world
    const command = this.#draw()
    if (command === null) return
    if (command.type === 'member.add') {
      const node = this.#world.node(command.nodeId)
      // It waits for its cluster, as with --join; one that was removed stays as it is.
      if (node.starts === 0) await node.start()
    }
    this.counts.wishes += 1
    trace.add('admin', `wishes: ${JSON.stringify(command)}`)
    const members = () => pick(this.#world.members().filter(({ alive }) => alive))
    this.#errand = new Errand({ command }, `wish-${this.counts.wishes}`, { random, pick: members })
  }

  #draw(): Command | null {
    const { random, pick, nodes, observer } = this.#world
    const { book, removed } = observer.ledger
    const fresh = nodes.find(node => node.starts === 0)?.nodeId
    const member = pick(book)?.nodeId
    const newcomer = pick(book.filter(({ dataUuid }) => dataUuid === null))?.nodeId
    const leaving = pick(book.filter(each => each.leaving === true))?.nodeId
    const dice = random()
    if (dice < 0.35) return fresh === undefined ? null : add(fresh, null)
    if (dice < 0.6) return fresh === undefined ? null : add(fresh, member ?? null)
    if (dice < 0.66) return newcomer === undefined ? null : remove(newcomer)
    if (dice < 0.72) return leaving === undefined ? null : { type: 'member.keep', nodeId: leaving }
    if (dice < 0.84) {
      // An id that is used up, or in use: it has to be refused.
      const known = pick([...removed]) ?? member
      return known === undefined ? null : add(known, null)
    }
    const stay = book.filter(({ leaving }) => leaving !== true).length
    if (member === undefined || stay < 3 || (stay === 3 && dice < 0.95)) return null
    const forced = random() < 0.2 ? ({ forced: true } as const) : {}
    return { ...remove(member), ...forced }
  }
}

function add(nodeId: number, replaces: number | null): Command {
  const address = raftAddress(nodeId)
  return { type: 'member.add', nodeId, raftAddress: address, apiAddress: '', replaces }
}

function remove(nodeId: number) {
  return { type: 'member.remove', nodeId } as const
}
