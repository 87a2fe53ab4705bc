// /ipam/countries: the table of countries, which admins may edit (CONTRACT.md D-3).
import type { Country, RegionCommand, UpdateCountryCommand } from '../../../ledger/index.js'
import type { RegionTotals } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { Refused } from '../../fail.js'
import { jsonWriter } from '../../json-writer.js'
import { percentTenths } from '../../percent.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { type Decided, resultOf, submit } from '../../submit.js'
import { changed, etag } from './answers.js'
import * as schemas from './country-schemas.js'
import { countryNamed, findCountry } from './found.js'
import { at, IPAM_PATH } from './paths.js'
import { regionTotals } from './totals.js'

const tag = 'Countries'
const one = at('/countries/:country')
const REGIONS_OF_X = 256

const writeCountry = jsonWriter(schemas.Country)
const writeCountries = jsonWriter(schemas.Countries)
const writeUtilization = jsonWriter(schemas.CountryUtilization)

const listCountries = defineRoute({
  method: 'GET',
  paths: at('/countries'),
  id: 'ipamListCountries',
  tag,
  summary: 'List countries',
  permission: 'read',
  reads: true,
  query: schemas.Listed,
  answers: { 200: { description: 'All of them.', schema: schemas.Countries } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const continent = query.continent?.toLowerCase()
    const countries = call.app.store.reads.regions
      .countries()
      .filter(country => continent === undefined || country.continent.toLowerCase() === continent)
    const totals = regionTotals(call)
    return {
      status: 200,
      body: writeCountries(countries.map(country => presentCountry(country, totals))),
    }
  },
})

const readCountry = defineRoute({
  method: 'GET',
  paths: one,
  id: 'ipamReadCountry',
  tag,
  summary: 'Read a country',
  description: 'By its code or name. Its ETag is for If-Match: its figures change without it.',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The country.', schema: schemas.Country } },
  handle: async call => {
    await call.awaitRead()
    const country = findCountry(call, call.param('country'))
    return { status: 200, body: countryText(call, country), headers: etag(country) }
  },
})

const readUtilization = defineRoute({
  method: 'GET',
  paths: at('/countries/:country/utilization'),
  id: 'ipamReadCountryUtilization',
  tag,
  summary: 'How many of its regions a country has made',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'All in all, and by X.', schema: schemas.CountryUtilization } },
  handle: async call => {
    await call.awaitRead()
    const country = findCountry(call, call.param('country'))
    return { status: 200, body: writeUtilization(presentUtilization(country, regionTotals(call))) }
  },
})

const createCountry = defineRoute({
  method: 'POST',
  paths: at('/countries'),
  id: 'ipamCreateCountry',
  tag,
  summary: 'Add a country',
  permission: 'admin',
  body: schemas.NewCountry,
  answers: { 201: { description: 'The country.', schema: schemas.Country } },
  handle: async (call, { body }) => {
    const command = {
      type: 'country.create',
      code: body.country_code.toUpperCase(),
      name: body.country,
      continent: body.continent,
      xFirst: body.x_start,
      xLast: body.x_end,
    } as const
    const decided = await submitCountry(call, command, body)
    return countryAnswer(call, decided, `${IPAM_PATH}/countries/${command.code}`)
  },
})

const updateCountry = defineRoute({
  method: 'PATCH',
  paths: one,
  id: 'ipamUpdateCountry',
  tag,
  summary: 'Change a country',
  description: 'What is left out stays. Regions are of the country that has their X now.',
  permission: 'admin',
  conditional: true,
  body: schemas.CountryChange,
  answers: { 200: { description: 'The country as it is now.', schema: schemas.Country } },
  handle: async (call, { body }) => {
    const set: UpdateCountryCommand['set'] = {
      ...(body.country === undefined ? {} : { name: body.country }),
      ...(body.continent === undefined ? {} : { continent: body.continent }),
      ...(body.x_start === undefined ? {} : { xFirst: body.x_start }),
      ...(body.x_end === undefined ? {} : { xLast: body.x_end }),
    }
    const ifRevision = ifMatchRevision(call)
    const code = await codeOf(call)
    return countryAnswer(
      call,
      await submitCountry(call, { type: 'country.update', code, ifRevision, set }, body),
    )
  },
})

const deleteCountry = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'ipamDeleteCountry',
  tag,
  summary: 'Take a country out of the table',
  description: 'Its regions stay, and are of no country.',
  permission: 'admin',
  conditional: true,
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const ifRevision = ifMatchRevision(call)
    const code = await codeOf(call)
    const decided = await submit(call, { type: 'country.delete', code, ifRevision }, undefined)
    return { status: 204, body: null, headers: decided.headers }
  },
})

/** Of what the path names, as the newest state has it; what is no name is left to the ledger. */
async function codeOf(call: Call): Promise<string> {
  await call.awaitNewest()
  const named = call.param('country')
  return countryNamed(call, named)?.code ?? named
}

/** As this surface calls what the ledger may find wrong. */
const fieldNames: { readonly [field: string]: string } = {
  name: 'country',
  x_first: 'x_start',
  x_last: 'x_end',
}

async function submitCountry(call: Call, command: RegionCommand, body: unknown): Promise<Decided> {
  try {
    return await submit(call, command, body)
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.code !== 'invalid') throw error
    const { refusal, headers } = error
    throw new Refused({ ...refusal, field: fieldNames[refusal.field] ?? refusal.field }, headers)
  }
}

function countryAnswer(call: Call, decided: Decided, location?: string) {
  const { country } = resultOf(decided.result, 'country')
  return changed(decided, country, countryText(call, country), location)
}

function countryText(call: Call, country: Country): string {
  return writeCountry(presentCountry(country, regionTotals(call)))
}

function presentCountry(country: Country, totals: RegionTotals) {
  const { code, name, continent, xFirst, xLast } = country
  const blocks = xLast - xFirst + 1
  const capacity = blocks * REGIONS_OF_X
  const allocated = regionsOf(country, totals)
  return {
    resource_id: code,
    country_code: code,
    country: name,
    continent,
    x_start: xFirst,
    x_end: xLast,
    total_blocks: blocks,
    is_reserved: false,
    total_capacity: capacity,
    allocated_regions: allocated,
    remaining_capacity: capacity - allocated,
    utilization_percentage: percentTenths(BigInt(allocated), BigInt(capacity)),
  }
}

function presentUtilization(country: Country, totals: RegionTotals) {
  const { code, name, continent, xFirst, xLast } = country
  const xs = Array.from({ length: xLast - xFirst + 1 }, (_, at) => xFirst + at)
  const capacity = xs.length * REGIONS_OF_X
  const allocated = regionsOf(country, totals)
  return {
    resource_id: code,
    country_code: code,
    country: name,
    continent,
    total_capacity: capacity,
    allocated,
    available: capacity - allocated,
    utilization_percent: percentTenths(BigInt(allocated), BigInt(capacity)),
    breakdown: xs.map(x => ({
      x_octet: x,
      allocated: totals.regions[x] ?? 0,
      capacity: REGIONS_OF_X,
    })),
  }
}

function regionsOf({ xFirst, xLast }: Country, { regions }: RegionTotals): number {
  return regions.slice(xFirst, xLast + 1).reduce((sum, count) => sum + count, 0)
}

export const countryRoutes: readonly Route[] = [
  listCountries,
  createCountry,
  readUtilization,
  readCountry,
  updateCountry,
  deleteCountry,
]
