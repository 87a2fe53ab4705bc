// What a question asks of an occupant, as SQL: what to check of a row, and, where an index has it, which rows there are.
import type { AddressQuery, SearchField } from '../reads.js'
import { type AddressSpan, addressBeginnings } from './address-beginnings.js'
import { FACT_TAG, type FactCodes, factText } from './fact-codes.js'
import { STATUS_ALLOCATED, STATUS_RESERVED } from './occupant.js'
import { ipv4Id, keyOf, lastIdOf } from './places.js'
import { macQuery, wordQuery } from './words.js'

export type Sql = { readonly text: string; readonly values: readonly SqlValue[] }
export type SqlValue = string | number | Uint8Array

/** Where rows are found that may meet a condition: `words`, a query of the index of words; `ids`, selects of ids. */
export type Sources = { readonly words: string | null; readonly ids: readonly Sql[] }

/** `sources`: together they give all rows that meet it, and few others; null: no index knows. */
export type Condition = { readonly check: Sql; readonly sources: Sources | null }

const WORDS_MAX = 10
const MAC_DIGITS = 12
const MAC_BEGINNING = /^[0-9a-f]{1,2}([-:.]?[0-9a-f])*[-:.]?$/
/** Behind every hexadecimal digit. */
const MAC_END = 'g'

/** Finds the ids of occupants that cover a range from further out. */
export type Covering = (span: AddressSpan) => readonly number[]

/** One for each word of the text: the first ten. */
export function wordConditions({ text, fields }: AddressQuery, covering: Covering): Condition[] {
  // A NUL would end the index's query before its end.
  const words = new Set(
    (text ?? '')
      .toLowerCase()
      .split(/[\s\0]+/u)
      .filter(word => word !== ''),
  )
  const asked = new Set<SearchField>(fields)
  const isAsked = (field: SearchField) => asked.size === 0 || asked.has(field)
  return [...words].slice(0, WORDS_MAX).map(word => anyOf(alternatives(word, isAsked, covering)))
}

/** Any of the tags. */
export function tagCondition(tags: readonly string[], facts: FactCodes): Condition {
  const codes = tags.map(tag => facts.find(FACT_TAG, tag)).filter(code => code !== null)
  const query = factsQuery([codes])
  return { check: factsCheck('o', [codes]), sources: idsOf(query === null ? [] : [query]) }
}

/** Whether no row meets it. */
export function isNever({ sources }: Condition): boolean {
  return sources !== null && sources.words === null && sources.ids.length === 0
}

/** Of each group one code at least. */
export function factsCheck(table: string, groups: readonly (readonly number[])[]): Sql {
  const has = (code: number) => sql(`instr(${table}.facts, ?) > 0`, factText(code))
  const any = groups.map(codes => joined(codes.map(has), ' OR ', '0'))
  return joined(any, ' AND ', '1')
}

/** Ids of all occupants that have of each group one code at least, in their order; null: there can be none. */
export function factsQuery(groups: readonly (readonly number[])[]): Sql | null {
  if (groups.some(codes => codes.length === 0)) return null
  const query = groups.map(codes => `(${codes.join(' OR ')})`).join(' AND ')
  return sql('SELECT rowid AS id FROM facts_of WHERE facts_of MATCH ?', query)
}

/** Networks and statuses have counts and orders of their own: they are only checked here. */
export function placeChecks(query: AddressQuery, gone: readonly number[]): Sql[] {
  const checks: Sql[] = []
  if (query.networkId !== null) checks.push(sql('o.network_id = ?', query.networkId))
  if (query.status !== null) checks.push(sql('o.status = ?', statusCode(query.status)))
  if (gone.length > 0) {
    checks.push(sql(`o.network_id NOT IN (${gone.map(() => '?').join(', ')})`, ...gone))
  }
  return checks
}

export function statusCode(status: 'allocated' | 'reserved'): number {
  return status === 'allocated' ? STATUS_ALLOCATED : STATUS_RESERVED
}

export function sql(text: string, ...values: readonly SqlValue[]): Sql {
  return { text, values }
}

export function joined(parts: readonly Sql[], between: string, none: string): Sql {
  if (parts.length === 0) return sql(none)
  const text = parts.map(part => `(${part.text})`).join(between)
  return sql(text, ...parts.flatMap(part => part.values))
}

function anyOf(alternatives: readonly Condition[]): Condition {
  const checks = alternatives.map(alternative => alternative.check)
  const sources = alternatives.map(alternative => alternative.sources)
  const known = sources.filter(each => each !== null)
  const queries = known.map(each => each.words).filter(words => words !== null)
  return {
    check: joined(checks, ' OR ', '0'),
    sources:
      known.length < sources.length
        ? null
        : { words: either(queries), ids: known.flatMap(each => each.ids) },
  }
}

function either(queries: readonly string[]): string | null {
  return queries.length === 0 ? null : queries.map(query => `(${query})`).join(' OR ')
}

function idsOf(ids: readonly Sql[]): Sources {
  return { words: null, ids }
}

function wordsOf(query: string | null): Sources | null {
  return query === null ? null : { words: query, ids: [] }
}

function alternatives(
  word: string,
  isAsked: (field: SearchField) => boolean,
  covering: Covering,
): Condition[] {
  const found: Condition[] = []
  const texts = (['hostname', 'description'] as const).filter(isAsked)
  if (texts.length > 0) found.push(textCondition(word, texts))
  if (isAsked('mac_address') && MAC_BEGINNING.test(word)) found.push(macCondition(word))
  if (isAsked('ip_address')) found.push(...addressConditions(word, covering))
  return found
}

function textCondition(word: string, columns: readonly ('hostname' | 'description')[]): Condition {
  const checks = columns.map(column => sql(`instr(o.${column}, ?) > 0`, word))
  return { check: joined(checks, ' OR ', '0'), sources: wordsOf(wordQuery(word)) }
}

function macCondition(word: string): Condition {
  const digits = word.replaceAll(/[-:.]/g, '')
  if (digits.length > MAC_DIGITS) return { check: sql('0'), sources: idsOf([]) }
  const check = sql('o.mac >= ? AND o.mac < ?', digits, digits + MAC_END)
  return { check, sources: wordsOf(macQuery(digits)) }
}

function addressConditions(word: string, covering: Covering): Condition[] {
  const { spans, covered } = addressBeginnings(word)
  const found = spans.map(spanCondition)
  const ids = covered === null ? [] : covering(covered)
  if (ids.length > 0) found.push(idCondition(ids))
  return found
}

function spanCondition({ family, first, last }: AddressSpan): Condition {
  if (family === 4) {
    const range = [ipv4Id(first, 0), lastIdOf(last)]
    return {
      check: sql('o.id BETWEEN ? AND ?', ...range),
      sources: idsOf([sql('SELECT id FROM occupants WHERE id BETWEEN ? AND ?', ...range)]),
    }
  }
  const range = [keyOf(6, first), keyOf(6, last)]
  const select = 'SELECT id FROM occupants INDEXED BY occupants_by_first'
  return {
    check: sql('o.first BETWEEN ? AND ?', ...range),
    sources: idsOf([sql(`${select} WHERE first BETWEEN ? AND ?`, ...range)]),
  }
}

function idCondition(ids: readonly number[]): Condition {
  const marks = ids.map(() => '?').join(', ')
  return {
    check: sql(`o.id IN (${marks})`, ...ids),
    sources: idsOf([sql(`SELECT id FROM occupants WHERE id IN (${marks})`, ...ids)]),
  }
}
