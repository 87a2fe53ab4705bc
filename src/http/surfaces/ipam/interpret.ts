// /ipam/interpret: where an address of 10.X.Y.Z stands, from continent to host.
import { Type } from '@sinclair/typebox'
import { type Address, type Country, formatAddress } from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import { jsonWriter } from '../../json-writer.js'
import { defineRoute, type Route } from '../../route.js'
import { strict } from '../../schema-parts.js'
import { hostAt, isRegion } from './found.js'
import { presentHosts } from './host-presenter.js'
import { Host } from './host-schemas.js'
import { addressOf } from './hosts-read.js'
import { octet } from './parts.js'
import { at } from './paths.js'
import { octetsOf, presentRegion } from './region-presenter.js'
import { Region } from './region-schemas.js'

const CountryOfAddress = Type.Object(
  {
    resource_id: Type.String(),
    country_code: Type.String(),
    country: Type.String(),
    x_start: octet,
    x_end: octet,
  },
  { title: 'IpamCountryOfAddress', ...strict },
)

const Interpretation = Type.Object(
  {
    ip_address: Type.String(),
    x_octet: octet,
    y_octet: octet,
    z_octet: octet,
    continent: Type.Optional(Type.String()),
    country: Type.Optional(CountryOfAddress),
    region: Type.Optional(Region),
    host: Type.Optional(Host),
  },
  { title: 'IpamInterpretation', ...strict },
)
const writeInterpretation = jsonWriter(Interpretation)

const interpret = defineRoute({
  method: 'POST',
  paths: at('/interpret'),
  id: 'ipamInterpret',
  tag: 'Countries',
  summary: 'Where an address stands',
  description: 'Continent, country, region and host, as far as there are any.',
  permission: 'read',
  body: Type.Object(
    { ip_address: Type.String({ maxLength: 50, examples: ['10.5.23.100'] }) },
    strict,
  ),
  answers: { 200: { description: 'What there is.', schema: Interpretation } },
  handle: async (call, { body }) => {
    const address = addressOf('ip_address', body.ip_address)
    if (!isOfTen(address))
      throw invalid('ip_address', body.ip_address, 'it must be an address of 10.0.0.0/8')
    await call.awaitRead()
    const { regions } = call.app.store.reads
    const { x, y, z } = octetsOf({ first: address.value })
    const [country, region] = [regions.countryOfX(x), regions.regionAt(address)]
    const host = hostAt(call, address)
    const shown = {
      ip_address: formatAddress(address.family, address.value),
      x_octet: x,
      y_octet: y,
      z_octet: z,
      ...(country === null ? {} : { continent: country.continent, country: shownCountry(country) }),
      ...(region === null || !isRegion(region) ? {} : { region: presentRegion(call, region) }),
      ...(host === null ? {} : { host: presentHosts(call, [host])[0] }),
    }
    return { status: 200, body: writeInterpretation(shown) }
  },
})

function isOfTen({ family, value }: Address): boolean {
  return family === 4 && value >> 24n === 10n
}

function shownCountry({ code, name, xFirst, xLast }: Country) {
  return { resource_id: code, country_code: code, country: name, x_start: xFirst, x_end: xLast }
}

export const interpretRoutes: readonly Route[] = [interpret]
