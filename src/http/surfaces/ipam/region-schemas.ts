// Regions as they are taken and shown (UPSTREAM.md 1.5), and what people say of them.
import { Type } from '@sinclair/typebox'
import { strict, stringOrNull, timestamp } from '../../schema-parts.js'
import { pageOf } from './answers.js'
import { pageQuery } from './pages.js'
import {
  commentText,
  countryNamed,
  id,
  lineOrNone,
  octet,
  reason,
  regionName,
  success,
  textOrNone,
} from './parts.js'
import { shownTags, tagMap } from './tag-map.js'

const status = Type.String({
  enum: ['Active', 'Reserved'],
  description: 'Reserved: nothing is allocated in it, on any surface.',
})

const percent = Type.Number({ description: 'Addresses in use of 254, in percent.' })

export const Region = Type.Object(
  {
    region_id: id,
    region_name: Type.String({ examples: ['Production Network'] }),
    country: stringOrNull,
    country_code: stringOrNull,
    continent: stringOrNull,
    x_octet: octet,
    y_octet: octet,
    cidr: Type.String({ examples: ['10.5.23.0/24'] }),
    description: stringOrNull,
    owner: stringOrNull,
    status,
    tags: shownTags,
    utilization: percent,
    utilization_percentage: percent,
    host_count: Type.Integer({ description: 'Hosts; a run of addresses is one.' }),
    allocated_hosts: Type.Integer({ description: 'Addresses in use.' }),
    capacity: Type.Integer(),
    created_by: stringOrNull,
    created_at: Type.String(timestamp),
    updated_at: Type.String(timestamp),
  },
  { title: 'IpamRegion', ...strict },
)
export const RegionPage = pageOf(Region, 'IpamRegionPage')

export const Listed = Type.Object({
  country: Type.Optional({
    ...countryNamed,
    description: 'Its name or code, whatever the case of letters.',
  } as typeof countryNamed),
  country_code: Type.Optional(countryNamed),
  status: Type.Optional(status),
  owner: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Exactly, whatever the case.' }),
  ),
  region_name: Type.Optional(
    Type.String({ maxLength: 100, description: 'In the name, whatever the case of letters.' }),
  ),
  ...pageQuery,
})

const said = {
  description: textOrNone(2000),
  owner: lineOrNone(100),
  tags: Type.Optional(tagMap),
}

/** What becomes of a reservation, too. */
export const regionSaid = { region_name: regionName, ...said }

export const NewRegion = Type.Object(
  {
    country: Type.Optional(countryNamed),
    country_code: Type.Optional(countryNamed),
    cidr: Type.Optional(Type.String({ maxLength: 50, examples: ['10.5.23.0/24'] })),
    x_octet: Type.Optional(octet),
    y_octet: Type.Optional(octet),
    ...regionSaid,
  },
  strict,
)

export const RegionChange = Type.Object(
  { region_name: Type.Optional(regionName), status: Type.Optional(status), ...said },
  { minProperties: 1, ...strict },
)

export const Retirement = Type.Object({
  reason,
  cascade: Type.Optional(
    Type.Boolean({ description: 'Its hosts and reservations go with it; without: 409.' }),
  ),
})

export const Retired = Type.Object(
  {
    status: success,
    message: Type.String(),
    region_id: id,
    cascade: Type.Boolean(),
    hosts_retired: Type.Integer(),
  },
  { title: 'IpamRegionRetired', ...strict },
)

export const OfCountry = Type.Object({ country: countryNamed })

export const NextRegion = Type.Object(
  {
    country: Type.String(),
    country_code: Type.String(),
    cidr: Type.String({ examples: ['10.5.23.0/24'] }),
    x_octet: octet,
    y_octet: octet,
  },
  { title: 'IpamNextRegion', ...strict },
)

export const RegionUtilization = Type.Object(
  {
    region_id: id,
    region_name: Type.String(),
    cidr: Type.String(),
    capacity: Type.Integer(),
    allocated: Type.Integer({ description: 'Addresses in use.' }),
    available: Type.Integer({ description: 'Addresses that a host may get.' }),
    host_count: Type.Integer(),
    utilization_percentage: percent,
  },
  { title: 'IpamRegionUtilization', ...strict },
)

export const Comment = Type.Object(
  {
    comment_id: id,
    text: Type.String(),
    created_by: Type.String(),
    user_id: stringOrNull,
    created_at: Type.String(timestamp),
  },
  { title: 'IpamComment', ...strict },
)
export const CommentPage = pageOf(Comment, 'IpamCommentPage')
export const Comments = Type.Object(pageQuery)
export const NewComment = Type.Object({ text: commentText }, strict)
