// Hosts as they are taken and shown (UPSTREAM.md 1.5).
import { Type } from '@sinclair/typebox'
import { line, strict, stringOrNull, timestamp, timestampOrNull } from '../../schema-parts.js'
import { pageOf } from './answers.js'
import { pageQuery } from './pages.js'
import {
  BULK_MAX,
  between,
  id,
  ids,
  lineOrNone,
  octet,
  reason,
  success,
  textOrNone,
} from './parts.js'
import { shownTags, tagMap } from './tag-map.js'

const statuses = ['Active', 'Reserved', 'Released']

export const hostname = Type.String({
  ...line(1, 253),
  description: 'Of letters, digits and hyphens between dots; kept in small letters.',
  examples: ['db-server-01'],
})

export const Host = Type.Object(
  {
    host_id: id,
    hostname: stringOrNull,
    ip_address: Type.String({ examples: ['10.5.23.100'] }),
    end_ip_address: Type.Optional(Type.String({ description: 'Of a run of addresses.' })),
    x_octet: octet,
    y_octet: octet,
    z_octet: octet,
    region_id: Type.String({
      nullable: true,
      description: 'null: what a reservation outside all regions became.',
    }),
    region_name: stringOrNull,
    country_code: stringOrNull,
    device_type: stringOrNull,
    os_type: stringOrNull,
    application: stringOrNull,
    cost_center: stringOrNull,
    owner: stringOrNull,
    purpose: stringOrNull,
    description: stringOrNull,
    notes: stringOrNull,
    tags: shownTags,
    status: Type.String({ enum: statuses }),
    created_by: stringOrNull,
    created_at: Type.String(timestamp),
    updated_at: Type.String(timestamp),
    expires_at: timestampOrNull,
  },
  { title: 'IpamHost', ...strict },
)

const minimum = {
  total_is_minimum: Type.Optional(
    Type.Boolean({
      description: 'There may be more hosts than `total_count`: not all were counted.',
    }),
  ),
}
const page = pageOf(Host, 'IpamHostPage')
export const HostPage = Type.Object(
  { ...page.properties, ...minimum },
  { title: 'IpamHostPage', ...strict },
)

export const Listed = Type.Object({
  region_id: Type.Optional(id),
  status: Type.Optional(
    Type.String({ enum: statuses, description: 'Hosts are Active; of the others there are none.' }),
  ),
  hostname: Type.Optional(
    Type.String({ maxLength: 253, description: 'In the name, whatever the case of letters.' }),
  ),
  device_type: Type.Optional(
    Type.String({ minLength: 1, maxLength: 50, description: 'Exactly, whatever the case.' }),
  ),
  owner: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Exactly, whatever the case.' }),
  ),
  ...pageQuery,
})

/** What may be said of a host besides its name. */
export const hostSaid = {
  device_type: Type.Optional(
    Type.String({
      maxLength: 50,
      nullable: true,
      description: 'VM, Container, Physical, Network, Storage or Other, whatever the case.',
      examples: ['VM'],
    }),
  ),
  os_type: lineOrNone(100),
  application: lineOrNone(200),
  cost_center: lineOrNone(100),
  owner: lineOrNone(100),
  purpose: textOrNone(500),
  description: textOrNone(2000),
  notes: textOrNone(2000),
  tags: Type.Optional(tagMap),
}

export const NewHost = Type.Object({ region_id: id, hostname, ...hostSaid }, strict)

export const NewHosts = Type.Object(
  {
    region_id: id,
    count: Type.Integer({ ...between(1, BULK_MAX) }),
    hostname_prefix: Type.String({
      ...line(1, 249),
      description: 'The hosts are called prefix-001, prefix-002 …',
      examples: ['web'],
    }),
    ...hostSaid,
  },
  strict,
)
export const MadeHosts = Type.Object(
  { hosts: Type.Array(Host), count: Type.Integer() },
  { title: 'IpamHostBatch', ...strict },
)

export const HostChange = Type.Object(
  {
    hostname: Type.Optional(hostname),
    status: Type.Optional(
      Type.String({ enum: statuses, description: 'Released, and nothing else, releases it.' }),
    ),
    ...hostSaid,
  },
  { minProperties: 1, ...strict },
)

export const Lookup = Type.Object(
  {
    host_ids: Type.Optional(ids),
    ip_addresses: Type.Optional(
      Type.Array(Type.String({ maxLength: 50 }), { minItems: 1, maxItems: BULK_MAX }),
    ),
  },
  strict,
)
export const Looked = Type.Object(
  {
    results: Type.Array(Host),
    not_found: Type.Array(Type.String(), { description: 'As they were asked for.' }),
  },
  { title: 'IpamHostLookup', ...strict },
)

export const Release = Type.Object({ reason })
export const Released = Type.Object(
  { status: success, message: Type.String(), host_id: id, ip_address: Type.String() },
  { title: 'IpamHostReleased', ...strict },
)

export const BulkRelease = Type.Object({ host_ids: ids, reason }, strict)
export const BulkReleased = Type.Object(
  { status: success, message: Type.String(), host_ids: ids, hosts_released: Type.Integer() },
  { title: 'IpamHostsReleased', ...strict },
)

export const OfRegion = Type.Object({ region_id: id })
export const NextHost = Type.Object(
  { region_id: id, ip_address: Type.String(), x_octet: octet, y_octet: octet, z_octet: octet },
  { title: 'IpamNextHost', ...strict },
)
