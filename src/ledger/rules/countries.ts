// The table of countries: made, edited and deleted. The default countries get rows with the first edit, which is a Change for each
// (CONTRACT.md, D-3); they stay as old as time, so that nobody's ETag is another one for it.
import { assert } from '../../lib/index.js'
import { countryImage } from '../changes/region-images.js'
import {
  COUNTRIES_MAX,
  type CreateCountryCommand,
  type DeleteCountryCommand,
  type UpdateCountryCommand,
} from '../regions/commands.js'
import type { Country } from '../regions/nouns.js'
import { OCTET_VALUES } from '../regions/region-cidr.js'
import { checkLine, checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { checkPlainName } from './region-checks.js'

/** ISO 3166-1 alpha-2 has its shape; which of them are countries is not for us to say. */
const CODE = /^[A-Z]{2}$/
/** In code points. */
const NAME_CHARACTERS_MIN = 2
const CONTINENT_CHARACTERS_MAX = 100

type CountryFacts = Pick<Country, 'name' | 'continent' | 'xFirst' | 'xLast'>

export function createCountry(context: CommandContext, command: CreateCountryCommand): Decision {
  const { code, name, continent, xFirst, xLast } = command
  const { countries } = context.state
  const facts = { name, continent, xFirst, xLast }
  const refused =
    (CODE.test(code) ? null : invalid('code', code, 'must be two capital letters')) ??
    (countries.find(code) === null ? null : refuse({ code: 'country-exists', country: code })) ??
    checkRoom(countries.size) ??
    checkFacts(context, facts, null)
  if (refused !== null) return refused
  giveRows(context)
  const { timeMs, revision } = context
  const id = context.rows.nextId('country')
  const country = { id, code, ...facts, createdMs: timeMs, updatedMs: timeMs, revision }
  save(context, country)
  context.record('country.created', 'country', id, null, countryImage(country))
  return answer({ type: 'country', country })
}

export function updateCountry(context: CommandContext, command: UpdateCountryCommand): Decision {
  const found = findCountry(context, command)
  if ('ok' in found) return found
  const { name, continent, xFirst, xLast } = { ...found, ...command.set }
  const facts = { name, continent, xFirst, xLast }
  const refused = checkFacts(context, facts, found.id)
  if (refused !== null) return refused
  giveRows(context)
  const { timeMs: updatedMs, revision } = context
  const country = { ...found, ...facts, updatedMs, revision }
  save(context, country)
  const images = [countryImage(found), countryImage(country)] as const
  context.record('country.updated', 'country', country.id, ...images)
  return answer({ type: 'country', country })
}

/** Its regions stay, and are of no country. */
export function deleteCountry(context: CommandContext, command: DeleteCountryCommand): Decision {
  const found = findCountry(context, command)
  if ('ok' in found) return found
  const { id } = found
  giveRows(context)
  context.rows.regions.deleteCountry(id)
  context.state.countries.delete(id)
  context.record('country.deleted', 'country', id, countryImage(found), null)
  return done()
}

function findCountry(
  { state }: CommandContext,
  { code, ifRevision }: { readonly code: string; readonly ifRevision: number | null },
): Country | Decision {
  const country = state.countries.find(code)
  if (country === null) return refuse({ code: 'country-not-found', country: code })
  return checkRevision(ifRevision, country.revision) ?? country
}

/** To the default countries, if they have none. */
function giveRows(context: CommandContext): void {
  const { rows, state } = context
  const { countries } = state
  if (countries.isEdited) return
  for (const country of countries.all()) {
    const id = rows.nextId('country')
    assert(id === country.id, 'the default countries have the first numbers of their sequence')
    rows.regions.saveCountry(country)
    context.record('country.created', 'country', id, null, countryImage(country))
  }
  countries.markEdited()
}

function save({ rows, state }: CommandContext, country: Country): void {
  rows.regions.saveCountry(country)
  state.countries.put(country)
}

/** Before its range, which could not be free. */
function checkRoom(countries: number): Decision | null {
  if (countries < COUNTRIES_MAX) return null
  return refuse({ code: 'too-many-countries', max: COUNTRIES_MAX })
}

/** @param id its own; null: not made yet */
function checkFacts(
  context: CommandContext,
  facts: CountryFacts,
  id: number | null,
): Decision | null {
  const { name, continent, xFirst, xLast } = facts
  const others = context.state.countries.all().filter(country => country.id !== id)
  return (
    checkPlainName('name', name, NAME_CHARACTERS_MIN) ??
    checkLine('continent', continent, CONTINENT_CHARACTERS_MAX) ??
    checkOctet('x_first', xFirst, 0) ??
    checkOctet('x_last', xLast, xFirst) ??
    checkNameFree(name, others) ??
    checkRangeFree({ xFirst, xLast }, others)
  )
}

function checkOctet(field: string, x: number, from: number): Decision | null {
  return Number.isInteger(x) && x >= from && x < OCTET_VALUES
    ? null
    : invalid(field, x, `must be a whole number from ${from} to ${OCTET_VALUES - 1}`)
}

function checkNameFree(name: string, others: readonly Country[]): Decision | null {
  const lower = name.toLowerCase()
  const other = others.find(country => country.name.toLowerCase() === lower)
  return other === undefined ? null : refuse({ code: 'country-exists', country: other.code })
}

function checkRangeFree(
  { xFirst, xLast }: Pick<Country, 'xFirst' | 'xLast'>,
  others: readonly Country[],
): Decision | null {
  const other = others.find(country => country.xFirst <= xLast && xFirst <= country.xLast)
  if (other === undefined) return null
  return refuse({
    code: 'country-range-taken',
    country: other.code,
    xFirst: other.xFirst,
    xLast: other.xLast,
  })
}
