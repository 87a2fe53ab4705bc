// IPv4 addresses as text. Parsing and printing run in every command and every row of a list, so both are one pass
// over plain numbers.

const ZERO = 48
const DOT = 46

/** Every octet's text, made once: printing an address is then four look-ups. */
const OCTETS: readonly string[] = Array.from({ length: 256 }, (_, octet) => String(octet))

/** Four decimal octets without leading zeros, from `start` to the end of the text. @returns 0 to 2^32-1, or -1. */
export function parseIpv4(text: string, start = 0): number {
  let value = 0
  let octet = -1
  let dots = 0
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const digit = code - ZERO
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return -1
      octet = octet < 0 ? digit : octet * 10 + digit
      if (octet > 255) return -1
    } else if (code === DOT && octet >= 0 && dots < 3) {
      value = value * 256 + octet
      octet = -1
      dots++
    } else return -1
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1
}

/** @param value 0 to 2^32-1. */
export function formatIpv4(value: number): string {
  const a = OCTETS[value >>> 24]
  const b = OCTETS[(value >>> 16) & 255]
  const c = OCTETS[(value >>> 8) & 255]
  return `${a}.${b}.${c}.${OCTETS[value & 255]}`
}
