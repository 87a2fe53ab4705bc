// A search as it is asked and answered (document 001, 16).
import { type Static, Type } from '@sinclair/typebox'
import { momentText } from '../../dates.js'
import { line, strict, stringOrNull } from '../../schema-parts.js'
import { Pagination, pageQuery } from './pages.js'

const TEXT_CHARS_MAX = 255
const TAGS_CHARS_MAX = 10_000

const text = (description: string, example?: string) =>
  Type.Optional(
    Type.String({
      ...line(0, TEXT_CHARS_MAX),
      description,
      ...(example === undefined ? {} : { examples: [example] }),
    }),
  )

export const AskedSearch = Type.Object({
  q: text('The beginning of an address, or what is in a host name or the name of a region.'),
  ip_address: text('An address, or its beginning.', '10.5.23'),
  cidr: text('Hosts in it, and regions that share addresses with it.', '10.5.0.0/16'),
  ip_range: text('The same for first-last.', '10.5.23.1-10.5.23.50'),
  hostname: text('In the name, whatever the case of letters. No regions.', 'web'),
  region_name: text('In the name of the region, or of that in which the host is.', 'production'),
  tags: Type.Optional(
    Type.String({
      maxLength: TAGS_CHARS_MAX,
      description:
        'JSON: `logic` (AND or OR) and `tags`, in which a key may stand more than once, or have a list. An empty value: whatever it is.',
      examples: ['{"logic":"OR","tags":{"environment":["production","staging"]}}'],
    }),
  ),
  country: text('Its code or name.', 'US'),
  continent: text('Whatever the case of letters.'),
  status: Type.Optional(
    Type.String({
      enum: ['Active', 'Reserved'],
      description: 'Of the region, or of that in which the host is.',
    }),
  ),
  owner: text('Exactly, whatever the case of letters.'),
  created_after: Type.Optional(momentText),
  created_before: Type.Optional(
    Type.String({ ...momentText, description: 'A day of UTC or a time; it itself is out.' }),
  ),
  resource_type: Type.Optional(Type.String({ enum: ['region', 'host'] })),
  sort_by: text(
    'Fields with :asc or :desc, the weightier one first: relevance, type, country, utilization, region_name, hostname, ip_address, created_at. A host has the country, utilization and region_name of its region. What stands behind hostname, ip_address or created_at decides nothing.',
    'country:asc,utilization:desc',
  ),
  ...pageQuery,
})
export type AskedSearch = Static<typeof AskedSearch>

const both = {
  region_name: Type.String(),
  region_id: Type.String(),
  country: stringOrNull,
  country_code: stringOrNull,
  utilization: Type.Number({ description: 'Of the region.' }),
  relevance_score: Type.Number({ description: '1: it is what was asked for.' }),
}

const Hit = Type.Object(
  {
    type: Type.String({ enum: ['region', 'host'] }),
    ...both,
    cidr: Type.Optional(Type.String({ description: 'Of a region.' })),
    status: Type.Optional(Type.String({ description: 'Of a region.' })),
    host_id: Type.Optional(Type.String({ description: 'Of a host, as what follows.' })),
    ip_address: Type.Optional(Type.String()),
    hostname: Type.Optional(stringOrNull),
  },
  { title: 'IpamSearchHit', ...strict },
)

export const SearchPage = Type.Object(
  {
    results: Type.Array(Hit),
    pagination: Pagination,
    total_is_minimum: Type.Optional(
      Type.Boolean({
        description: 'There may be more than `total_count`: they were not all counted.',
      }),
    ),
  },
  { title: 'IpamSearchPage', ...strict },
)
