// What a question asks of a host besides its place, as SQL on `h`: what to check, and where an index gives the hosts of which it holds.
import type { HostQuery } from '../reads.js'
import { factsCheck, factsQuery, joined, type Sql, sql } from './conditions.js'
import { FACT_DEVICE, FACT_OWNER, FACT_TAG, type FactCodes } from './fact-codes.js'
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
  const asked = factsAsked(query, facts)
  if (asked.length > 0) {
    const source = factsQuery(asked)
    if (source === null) return null
    conditions.push({ check: factsCheck('h', asked), source, isInOrder: true })
  }
  // A NUL would end the index's query before its end.
  const hostname = query.hostname?.toLowerCase().replaceAll('\0', '') ?? ''
  if (hostname !== '') conditions.push(nameCondition(hostname, match, terms))
  if (query.fromMs !== null || query.beforeMs !== null) conditions.push(timeCondition(query))
  return conditions
}

/** Groups of codes, of each of which a host has one. */
function factsAsked(query: HostQuery, facts: FactCodes): number[][] {
  const { tags, anyTag, owner, deviceType } = query
  const asked: (readonly [kind: number, names: readonly string[]])[] = []
  if (anyTag && tags.length > 0) asked.push([FACT_TAG, tags])
  else for (const tag of tags) asked.push([FACT_TAG, [tag]])
  if (owner !== null) asked.push([FACT_OWNER, [owner.toLowerCase()]])
  if (deviceType !== null) asked.push([FACT_DEVICE, [deviceType.toLowerCase()]])
  const codes = (kind: number, names: readonly string[]) =>
    names.map(name => facts.find(kind, name)).filter(code => code !== null)
  return asked.map(([kind, names]) => codes(kind, names))
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
