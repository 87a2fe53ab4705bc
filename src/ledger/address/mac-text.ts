// MAC addresses as text: the spellings that devices print in, the one of IEEE 802 in small letters out.

/** Twelve hexadecimal digits: none, or one and the same of `:` `-` `.` after every second, fourth or sixth of them. */
const SPELLINGS: readonly RegExp[] = [
  /^[0-9a-f]{12}$/i,
  /^[0-9a-f]{2}([:.-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i,
  /^[0-9a-f]{4}([:.-])[0-9a-f]{4}\1[0-9a-f]{4}$/i,
  /^[0-9a-f]{6}([:.-])[0-9a-f]{6}$/i,
]

/** Canonical text, `aa:bb:cc:dd:ee:ff`; null when the text is no MAC address. */
export function parseMac(text: string): string | null {
  if (!SPELLINGS.some(spelling => spelling.test(text))) return null
  const octets = text.replace(/[:.-]/g, '').toLowerCase().match(/../g) ?? []
  return octets.join(':')
}
