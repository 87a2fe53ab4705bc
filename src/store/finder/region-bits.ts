// Which of 10.X.Y.0/24 are regions. An allocation becomes a host, or ceases to be one, without a Change of its own when its region is
// made or retired: so it is not marked; hosts are what lies in regions when the question is asked.
import type { Image } from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import { DEFAULT_VRF } from './occupant.js'

/** Of all X · 256 + Y. */
export const REGION_KEYS = 65_536
const BITS = 8
const REGION_CIDR = /^10\.(\d{1,3})\.(\d{1,3})\.0\/24$/
const ROW = 1

export class RegionBits {
  readonly #select: Statement<[], Uint8Array>
  readonly #replace: Statement<[number, Uint8Array]>

  constructor(db: Database) {
    this.#select = db.prepare('SELECT bits FROM regions').pluck() as Statement<[], Uint8Array>
    this.#replace = db.prepare('REPLACE INTO regions VALUES (?, ?)')
  }

  /** 8 KiB, bit by bit. */
  read(): Uint8Array {
    return this.#select.get() ?? new Uint8Array(REGION_KEYS / BITS)
  }

  /** @param regions whether there is a region now, by its key */
  write(regions: ReadonlyMap<number, boolean>): void {
    if (regions.size === 0) return
    const bits = Uint8Array.from(this.read())
    for (const [key, isRegion] of regions) {
      const [byte, bit] = [key >> 3, 1 << (key & 7)]
      bits[byte] = isRegion ? (bits[byte] ?? 0) | bit : (bits[byte] ?? 0) & ~bit
    }
    this.#replace.run(ROW, bits)
  }
}

export function hasBit(bits: Uint8Array, key: number): boolean {
  return ((bits[key >> 3] ?? 0) & (1 << (key & 7))) !== 0
}

/** X · 256 + Y of a network's image; null where there can be no region. */
export function regionKeyOf(image: Image | null): number | null {
  if (image === null || image.vrf_id !== DEFAULT_VRF) return null
  const [, x, y] = REGION_CIDR.exec(String(image.cidr)) ?? []
  return x === undefined || y === undefined ? null : Number(x) * 256 + Number(y)
}
