// Content negotiation (RFC 9110, 12.5.1): how much a client wants one media type.
import { qualityOf } from './language.js'

/** @returns 0 (not at all) to 1; the most specific range that fits says it. No header: everything is 1. */
export function acceptQuality(accept: string | undefined, type: string): number {
  if (accept === undefined || accept.trim() === '') return 1
  const [main] = type.split('/')
  let quality = 0
  let bestRank = 0
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map(piece => piece.trim().toLowerCase())
    const rank = [`*/*`, `${main}/*`, type].indexOf(range) + 1
    if (rank <= bestRank) continue
    bestRank = rank
    quality = qualityOf(parameters)
  }
  return quality
}

/** Whether a page is wanted more than JSON is: programs that take anything get JSON. */
export function prefersHtml(accept: string | undefined): boolean {
  return acceptQuality(accept, 'text/html') > acceptQuality(accept, 'application/json')
}
