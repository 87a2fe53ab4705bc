// What a question asks of a host besides its place, as SQL on `h`: what to check, and where an index gives the hosts of which it holds.
import type { HostQuery } from '../reads.js'
import { joined, type Sql, sql } from './conditions.js'
import { FACT_DEVICE, FACT_OWNER, type FactCodes } from './fact-codes.js'
import { wordQuery } from './words.js'

/** Which of the hosts that a name is found in. */
export type NameMatch = 'anywhere' | 'equal' | 'beginning' | 'behind'

export type HostCondition = {
  readonly check: Sql
  /** A select of ids; null: no index knows. */
  readonly source: Sql | null
  /** The select gives them in address order. */
  readonly isInOrder: boolean
  /** It gives none but those that meet the condition. */
  readonly isExact: boolean
}

/** Behind every text that goes on. */
const LAST_LETTER = '\u{10ffff}'

/** @returns null: there is none that meets them all */
export function hostConditions(
  query: HostQuery,
  match: NameMatch,
  facts: FactCodes,
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
  if (hostname !== '') conditions.push(nameCondition(hostname, match))
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
      isExact: true,
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
    isExact: true,
  }
}

const BY_NAME = 'SELECT id FROM occupants INDEXED BY occupants_by_hostname WHERE'

function nameCondition(name: string, match: NameMatch): HostCondition {
  const grams = wordQuery(name)
  const words =
    grams === null ? null : sql('SELECT rowid AS id FROM words WHERE words MATCH ?', grams)
  const inWords = { source: words, isInOrder: true, isExact: false }
  switch (match) {
    case 'equal': {
      const check = sql('h.hostname = ?', name)
      return { check, source: sql(`${BY_NAME} hostname = ?`, name), isInOrder: true, isExact: true }
    }
    case 'beginning': {
      const ends = [name, name + LAST_LETTER]
      const check = sql('h.hostname > ? AND h.hostname < ?', ...ends)
      const source = sql(`${BY_NAME} hostname > ? AND hostname < ?`, ...ends)
      return { check, source, isInOrder: false, isExact: true }
    }
    case 'behind':
      return { check: sql('instr(h.hostname, ?) > 1', name), ...inWords }
    case 'anywhere':
      return { check: sql('instr(h.hostname, ?) > 0', name), ...inWords }
  }
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
    isExact: true,
  }
}

export function allOf(conditions: readonly HostCondition[], gone: readonly number[]): Sql {
  const checks = conditions.map(({ check }) => check)
  if (gone.length > 0) {
    checks.push(sql(`h.network_id NOT IN (${gone.map(() => '?').join(', ')})`, ...gone))
  }
  return joined(checks, ' AND ', '1')
}
