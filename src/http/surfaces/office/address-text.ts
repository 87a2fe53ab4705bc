// Addresses as document 004 names them, in paths, parameters and bodies: what is none is INVALID_IP_FORMAT.
import { type Address, explainAddress, formatAddress, parseAddress } from '../../../ledger/index.js'
import { ApiError, quoted } from '../../api-error.js'
import type { Call } from '../../call.js'

/** Longest spelling of an IPv6 address, and something for whoever mistypes it. */
export const ADDRESS_CHARS_MAX = 64

/** @param field as errors name it @throws ApiError 422 */
export function readAddress(field: string, text: string): Address {
  const address = parseAddress(text)
  if (address !== null) return address
  const why = explainAddress(text) ?? 'it is no address'
  throw new ApiError(
    422,
    'invalid-ip-format',
    `Invalid address ${quoted(text)} for ${field}: ${why}.`,
    { field, value: text.slice(0, ADDRESS_CHARS_MAX) },
    [],
    why,
  )
}

/** Of the path. @throws ApiError 422 */
export function addressOf(call: Call): Address {
  return readAddress('ip_address', call.param('ip_address'))
}

/** In its one spelling; null = none is given. @throws ApiError 422 */
export function canonicalOrNull(field: string, text: string | null | undefined): string | null {
  if (text === undefined || text === null || text === '') return null
  return spelled(readAddress(field, text))
}

export function spelled({ family, value }: Address): string {
  return formatAddress(family, value)
}
