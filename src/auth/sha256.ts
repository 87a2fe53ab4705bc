// The one digest of this room.
import { createHash } from 'node:crypto'

/** SHA-256 (FIPS 180-4) of the text in UTF-8, base64url: 43 characters. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
