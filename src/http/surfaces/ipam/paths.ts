// The surface stands at two places (CONTRACT.md C-1); what it says of itself is the shorter one, as in all the documents' examples.

export const IPAM_PATH = '/ipam'
const ALIAS = '/api/v1/ipam'

/** @param path below the surface, as `/regions/:id` */
export function at(path: string): [string, string] {
  return [`${IPAM_PATH}${path}`, `${ALIAS}${path}`]
}
