// Chance as this room needs it: unguessable bytes, and what is made of them. Given from outside, so that tests repeat.
import { randomBytes } from 'node:crypto'

/** So many bytes that nobody can guess (RFC 4086). */
export type RandomBytes = (byteCount: number) => Uint8Array

/** The operating system's generator. */
export const systemRandom: RandomBytes = byteCount => randomBytes(byteCount)

/** A version 4 UUID: 122 random bits (RFC 9562, 5.4). */
export function randomUuid(random: RandomBytes): string {
  const bytes = Buffer.from(random(16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/**
 * Every character of the alphabet is as likely as any other: a byte beyond the last multiple of the alphabet's size is
 * thrown away instead of being folded back.
 * @param alphabet 1 to 256 different characters
 */
export function randomText(random: RandomBytes, alphabet: string, length: number): string {
  const bound = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < bound) text += alphabet[byte % alphabet.length]
    }
  }
  return text
}
