// What a question asks of a host besides its place, as SQL on `h`: what to check, and where an index gives the hosts of which it holds.
import type { HostQuery } from '../reads.js'
import { joined, type Sql, sql } from './conditions.js'
import { FACT_DEVICE, FACT_OWNER, type FactCodes } from './fact-codes.js'
import { pairQuery, wordQuery } from './words.js'

/** Which of the hosts that a name is found in. */
export type NameMatch = 'anywhere' | 'equal' | 'beginning' | 'behind'

export type HostCondition = {
  readonly check: Sql
  /** A select of ids; null: no index knows. */
  readonly source: Sql | null
  /** The select gives them in address order. */
  readonly isInOrder: boolean
}

/** Behind every text that goes on. */
export const LAST_LETTER = '\u{10ffff}'
/** A pair of letters that begins more of them is no condition to go by. */
const TERMS_MAX = 500

/** What a database is asked for to read a question. `terms`: those of the index of words that begin with a text. */
export type Vocabulary = {
  readonly facts: FactCodes
  readonly terms: (beginning: string) => readonly string[]
}

/** @returns null: there is none that meets them all */
export function hostConditions(
  query: HostQuery,
  match: NameMatch,
  { facts, terms }: Vocabulary,
): HostCondition[] | null {
  const conditions: HostCondition[] = []
  if (query.tags.length > 0) conditions.push(...tagConditions(query))
  const asked = [
    [FACT_OWNER, 'owner', query.owner],
    [FACT_DEVICE, 'device', query.deviceType],
  ] as const
  for (const [kind, column, name] of asked) {
    if (name === null) continue
    const code = facts.find(kind, name.toLowerCase())
    if (code === null) return null
    conditions.push(factCondition(column, code))
  }
  // A NUL would end the index's query before its end.
  const hostname = query.hostname?.toLowerCase().replaceAll('\0', '') ?? ''
  if (hostname !== '') conditions.push(nameCondition(hostname, match, terms))
  if (query.fromMs !== null || query.beforeMs !== null) conditions.push(timeCondition(query))
  return conditions
}

function tagConditions({ tags, anyTag }: HostQuery): HostCondition[] {
  const groups = anyTag ? [tags] : tags.map(tag => [tag])
  return groups.map(group => {
    const marks = group.map(() => '?').join(', ')
    const arms = group.map(() => 'SELECT id FROM tags WHERE tag = ?')
    // Each arm is in order, and UNION merges them.
    const union =
      arms.length === 1 ? arms[0] : `SELECT id FROM (${arms.join(' UNION ')} ORDER BY 1)`
    return {
      check: sql(
        `EXISTS (SELECT 1 FROM tags WHERE tags.tag IN (${marks}) AND tags.id = h.id)`,
        ...group,
      ),
      source: sql(union ?? '', ...group),
      isInOrder: true,
    }
  })
}

function factCondition(column: 'owner' | 'device', code: number): HostCondition {
  return {
    check: sql(`h.${column} = ?`, code),
    source: sql(
      `SELECT id FROM occupants INDEXED BY occupants_by_${column} WHERE ${column} = ?`,
      code,
    ),
    isInOrder: true,
  }
}

const BY_NAME = 'SELECT id FROM occupants INDEXED BY occupants_by_hostname WHERE'

function nameCondition(name: string, match: NameMatch, terms: Vocabulary['terms']): HostCondition {
  const inWords = { source: wordSource(name, terms), isInOrder: true }
  switch (match) {
    case 'equal': {
      const check = sql('h.hostname = ?', name)
      return { check, source: sql(`${BY_NAME} hostname = ?`, name), isInOrder: true }
    }
    case 'beginning': {
      const ends = [name, name + LAST_LETTER]
      const check = sql('h.hostname > ? AND h.hostname < ?', ...ends)
      const source = sql(`${BY_NAME} hostname > ? AND hostname < ?`, ...ends)
      return { check, source, isInOrder: false }
    }
    case 'behind':
      return { check: sql('instr(h.hostname, ?) > 1', name), ...inWords }
    case 'anywhere':
      return { check: sql('instr(h.hostname, ?) > 0', name), ...inWords }
  }
}

function wordSource(name: string, terms: Vocabulary['terms']): Sql | null {
  const all = 'SELECT rowid AS id FROM words WHERE words MATCH ?'
  const query = wordQuery(name)
  if (query !== null) return sql(all, query)
  if ([...name].length !== 2) return null
  const found = terms(name)
  if (found.length > TERMS_MAX) return null
  return found.length === 0 ? sql('SELECT 0 AS id WHERE 0') : sql(all, pairQuery(found))
}

function timeCondition({ fromMs, beforeMs }: HostQuery): HostCondition {
  const parts: Sql[] = []
  if (fromMs !== null) parts.push(sql('taken_ms >= ?', fromMs))
  if (beforeMs !== null) parts.push(sql('taken_ms < ?', beforeMs))
  const both = joined(parts, ' AND ', '1')
  const text = `SELECT id FROM occupants INDEXED BY occupants_by_time WHERE ${both.text}`
  return {
    check: sql(both.text.replaceAll('taken_ms', 'h.taken_ms'), ...both.values),
    source: sql(text, ...both.values),
    isInOrder: false,
  }
}

export function allOf(conditions: readonly HostCondition[], gone: readonly number[]): Sql {
  const checks = conditions.map(({ check }) => check)
  if (gone.length > 0) {
    checks.push(sql(`h.network_id NOT IN (${gone.map(() => '?').join(', ')})`, ...gone))
  }
  return joined(checks, ' AND ', '1')
}
