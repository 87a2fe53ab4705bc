// Which ranges cover an address: those of one size class can begin only so far before it.
import type { Database, Statement } from '../open.js'
import type { AddressSpan } from './address-beginnings.js'
import type { Covering } from './conditions.js'
import { classesOf, earliestFirst, keyOf } from './places.js'

/** Reads ids of occupants that cover a range whole, without those that are equal to it or begin in it. */
export function coveringReader(db: Database): Covering {
  const classes = classReader(db, 'spans')
  const select = db
    .prepare(
      `SELECT id FROM spans INDEXED BY spans_by_first
       WHERE class = ? AND first BETWEEN ? AND ? AND last >= ?`,
    )
    .pluck() as Statement<[number, Uint8Array, Uint8Array, Uint8Array], number>
  return ({ family, first, last }: AddressSpan) =>
    classes(family).flatMap(spanClass => {
      const from = keyOf(family, earliestFirst(spanClass, first))
      return select.all(spanClass, from, keyOf(family, first), keyOf(family, last))
    })
}

/** Reads the classes that a table has any range of, each found by one look at its index. */
export function classReader(db: Database, table: 'spans' | 'places'): (family: 4 | 6) => number[] {
  const next = db
    .prepare(`SELECT min(class) FROM ${table} WHERE class BETWEEN ? AND ?`)
    .pluck() as Statement<[number, number], number | null>
  return family => {
    const { from, to } = classesOf(family)
    const found: number[] = []
    for (let at = next.get(from, to) ?? null; at !== null; at = next.get(at + 1, to) ?? null) {
      found.push(at)
    }
    return found
  }
}
