// Countries as they are taken and shown (UPSTREAM.md 1.5; CONTRACT.md D-3).
import { Type } from '@sinclair/typebox'
import { line, strict } from '../../schema-parts.js'
import { SAYS } from '../../validation.js'
import { countryName, octet } from './parts.js'

const code = Type.String({
  pattern: '^[A-Za-z]{2}$',
  [SAYS]: 'it must be the two letters of ISO 3166-1 alpha-2',
  description: 'ISO 3166-1 alpha-2.',
  examples: ['US'],
})
const continent = Type.String({ ...line(2, 100), examples: ['North America'] })

const figures = {
  total_capacity: Type.Integer({ description: 'Regions that its range has room for.' }),
}

export const Country = Type.Object(
  {
    resource_id: Type.String({ description: 'Its code.', examples: ['US'] }),
    country_code: code,
    country: countryName,
    continent,
    x_start: octet,
    x_end: octet,
    total_blocks: Type.Integer({ description: 'How many X it has, each of 256 regions.' }),
    is_reserved: Type.Boolean(),
    ...figures,
    allocated_regions: Type.Integer(),
    remaining_capacity: Type.Integer(),
    utilization_percentage: Type.Number({ description: 'Regions of its capacity.' }),
  },
  { title: 'IpamCountry', ...strict },
)
export const Countries = Type.Array(Country)

export const CountryUtilization = Type.Object(
  {
    resource_id: Type.String(),
    country_code: code,
    country: countryName,
    continent,
    ...figures,
    allocated: Type.Integer({ description: 'Regions.' }),
    available: Type.Integer(),
    utilization_percent: Type.Number(),
    breakdown: Type.Array(
      Type.Object(
        { x_octet: octet, allocated: Type.Integer(), capacity: Type.Integer() },
        { title: 'IpamCountryBlock', ...strict },
      ),
      { description: 'For each X.' },
    ),
  },
  { title: 'IpamCountryUtilization', ...strict },
)

export const Listed = Type.Object({
  continent: Type.Optional(
    Type.String({ maxLength: 100, description: 'Whatever the case of its letters.' }),
  ),
})

export const NewCountry = Type.Object(
  { country_code: code, country: countryName, continent, x_start: octet, x_end: octet },
  strict,
)
export const CountryChange = Type.Object(
  {
    country: Type.Optional(countryName),
    continent: Type.Optional(continent),
    x_start: Type.Optional(octet),
    x_end: Type.Optional(octet),
  },
  { minProperties: 1, ...strict },
)
