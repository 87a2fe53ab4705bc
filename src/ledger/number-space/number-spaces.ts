// The number pools and their spaces in memory. Like the address space it never refuses: rules ask first.
import { assert } from '../../lib/index.js'
import type { NumberFigures, NumberPool } from '../entities.js'
import type { UndoList } from '../undo-list.js'
import type { NumberFormat } from './number-format.js'
import { NumberSpace } from './number-space.js'

type PoolNode = { pool: NumberPool; readonly space: NumberSpace; allocated: number }

export class NumberSpaces {
  private readonly spaces = new Map<string, NumberSpace>()
  private readonly byId = new Map<number, PoolNode>()
  private readonly byName = new Map<string, PoolNode>()

  /** @param undo every change here says to it how it is taken back. */
  constructor(private readonly undo: UndoList) {}

  pool(id: number): NumberPool | null {
    return this.byId.get(id)?.pool ?? null
  }

  poolNamed(name: string): NumberPool | null {
    return this.byName.get(name)?.pool ?? null
  }

  /** In the order in which they were made. */
  pools(): readonly NumberPool[] {
    return Array.from(this.byId.values(), node => node.pool)
  }

  /** Of a pool that is there; in a time that does not grow with claims or pools. */
  figures(pool: NumberPool): NumberFigures {
    const node = this.byId.get(pool.id)
    assert(node !== undefined, `number pool ${pool.id} has figures`)
    const total = pool.rangeEnd - pool.rangeStart + 1
    return { total, allocated: node.allocated, available: total - node.space.takenIn(pool) }
  }

  /** The pool's lowest number that no pool of its space has handed out; null when there is none. */
  lowestFree(pool: NumberPool): number | null {
    return this.spaceOf(pool).lowestFree(pool)
  }

  /** Id of the pool that handed the number out, one that was deleted too; null when it is free. */
  holder(format: NumberFormat, number: number): number | null {
    return this.spaceOf(format).holder(number)
  }

  addPool(pool: NumberPool): void {
    const node = { pool, space: this.spaceOf(pool), allocated: 0 }
    this.put(node)
    this.undo.push(() => this.drop(node))
  }

  /** The same pool with other facts about it: name, format and range never change. */
  replacePool(pool: NumberPool): void {
    const node = this.byId.get(pool.id)
    assert(node !== undefined, `number pool ${pool.id} is replaced and does not exist`)
    const old = node.pool
    node.pool = pool
    this.undo.push(() => {
      node.pool = old
    })
  }

  /** Its numbers stay taken until each of them is released. */
  removePool(id: number): void {
    const node = this.byId.get(id)
    assert(node !== undefined, `number pool ${id} is removed and does not exist`)
    this.drop(node)
    this.undo.push(() => this.put(node))
  }

  claim(pool: NumberPool, number: number): void {
    this.take(pool, number)
    this.undo.push(() => this.free(pool, number))
  }

  /** @param pool one that was deleted too. */
  release(pool: NumberPool, number: number): void {
    this.free(pool, number)
    this.undo.push(() => this.take(pool, number))
  }

  private take(pool: NumberPool, number: number): void {
    this.spaceOf(pool).take(number, pool.id)
    const node = this.byId.get(pool.id)
    if (node !== undefined) node.allocated += 1
  }

  private free(pool: NumberPool, number: number): void {
    const space = this.spaceOf(pool)
    space.release(number)
    const node = this.byId.get(pool.id)
    if (node !== undefined) node.allocated -= 1
    this.forgetEmpty(pool, space)
  }

  private put(node: PoolNode): void {
    const { pool, space } = node
    this.spaces.set(spaceKey(pool), space)
    space.pools += 1
    this.byId.set(pool.id, node)
    this.byName.set(pool.name, node)
  }

  private drop({ pool, space }: PoolNode): void {
    this.byId.delete(pool.id)
    this.byName.delete(pool.name)
    space.pools -= 1
    this.forgetEmpty(pool, space)
  }

  private spaceOf(format: NumberFormat): NumberSpace {
    const key = spaceKey(format)
    let space = this.spaces.get(key)
    if (space === undefined) {
      space = new NumberSpace(format)
      this.spaces.set(key, space)
    }
    return space
  }

  private forgetEmpty(format: NumberFormat, space: NumberSpace): void {
    if (space.pools === 0 && space.takenCount === 0) this.spaces.delete(spaceKey(format))
  }
}

function spaceKey({ kind, format, administrator }: NumberFormat): string {
  return `${kind} ${format ?? '-'} ${administrator === null ? '' : `=${administrator}`}`
}
