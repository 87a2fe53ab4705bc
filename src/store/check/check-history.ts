// History against itself and against the rows: each Change begins where the last one of its entity ended, and the
// rows are what the newest Changes say.
import type { Database } from '../open.js'
import { nameOf } from './check-chain.js'
import type { Findings } from './findings.js'
import { type Facts, type RowEntity, readRowFacts } from './row-facts.js'

type Break = { readonly position: number; readonly entity: string; readonly id: number }
type Newest = {
  readonly position: number
  readonly entity: string
  readonly id: number
  readonly after: string | null
}
/** @param pruned whether the oldest Changes are gone, so that an entity's first kept one may have a past. */
export function checkHistory(db: Database, pruned: boolean, findings: Findings): void {
  checkContinuity(db, pruned, findings)
  checkRows(db, pruned, findings)
}

/** Of things with rows; the cluster's Changes are events. Images are compared as text: both were written by one function, field by field. */
function checkContinuity(db: Database, pruned: boolean, findings: Findings): void {
  const breaks = db.prepare<[number], Break>(
    `WITH lines AS MATERIALIZED (
       SELECT position, json_extract(line, '$[7]') AS entity, json_extract(line, '$[8]') AS id,
              json_extract(line, '$[9]') AS before, json_extract(line, '$[10]') AS after
       FROM changes WHERE json_valid(line) AND json_extract(line, '$[7]') <> 'cluster'),
     pairs AS (
       SELECT position, entity, id, before,
              lag(after) OVER entities AS previous, row_number() OVER entities AS nth
       FROM lines WINDOW entities AS (PARTITION BY entity, id ORDER BY position))
     SELECT position, entity, id FROM pairs
     WHERE (nth > 1 OR ? = 0) AND before IS NOT previous ORDER BY position`,
  )
  for (const { position, entity, id } of breaks.iterate(pruned ? 1 : 0)) {
    findings.add(
      'history',
      `Change ${nameOf(position)} of ${entity} ${id} does not begin where the one before it ended.`,
    )
  }
}

function checkRows(db: Database, pruned: boolean, findings: Findings): void {
  const rows = readRowFacts(db)
  const kept = new Map<string, number>()
  const newest = db.prepare<[], Newest>(
    `SELECT max(position) AS position, json_extract(line, '$[7]') AS entity,
            json_extract(line, '$[8]') AS id, json_extract(line, '$[10]') AS after
     FROM changes WHERE json_valid(line) GROUP BY entity, id`,
  )
  for (const change of newest.iterate()) {
    const { entity, id, after } = change
    if (!Object.hasOwn(rows, entity)) continue
    const kind = rows[entity as RowEntity]
    const facts = kind.facts(id)
    if (facts !== null) kept.set(entity, (kept.get(entity) ?? 0) + 1)
    else if (after !== null && kind.mayBeGone?.(JSON.parse(after)) === true) continue
    checkRow(change, facts, findings)
  }
  if (pruned) return
  for (const [entity, { count }] of Object.entries(rows)) {
    const without = count() - (kept.get(entity) ?? 0)
    if (without > 0) findings.add('history', `${without} rows of kind ${entity} have no history.`)
  }
}

/** @param facts of the row; null when there is none. */
function checkRow(newest: Newest, facts: Facts | null, findings: Findings): void {
  const { position, entity, id, after } = newest
  const change = `Change ${nameOf(position)}`
  if (after === null) {
    if (facts === null) return
    findings.add('history', `${entity} ${id} is there, and ${change} deleted it.`)
  } else if (facts === null) {
    findings.add('history', `${entity} ${id} is missing; ${change} left it.`)
  } else {
    const image = imageOf(entity, after)
    const field = Object.keys(facts).find(name => !sameValue(facts[name], image[name]))
    if (field === undefined) return
    findings.add(
      'history',
      `${entity} ${id} has ${field} ${shown(facts[field])}, and ${change} left ${shown(image[field])}.`,
    )
  }
}

/** A number stands in history as its pool writes it, with the administrator before it; the row has the number alone. */
function imageOf(entity: string, text: string): Facts {
  const image = JSON.parse(text) as Facts
  if (entity !== 'number') return image
  const value = String(image.value)
  return { ...image, value: Number(value.slice(value.lastIndexOf(':') + 1)) }
}

function shown(value: unknown): string {
  return value === undefined ? 'unset' : JSON.stringify(value)
}

function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
