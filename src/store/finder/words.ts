// How words are indexed: by what of three letters occurs in a row, whatever the column. What the index gives is looked at
// in the row once more, so it may give too much, never too little.

const GRAM = 3
/** Of one word; the rest of a long one is only looked up in the row. */
const GRAMS_MAX = 24
/** Stands before a MAC, so that its beginning is told from its middle. */
const MAC_MARK = '^'
/** Fills up two letters, of scripts in which these are a word, to three. */
const FILLER = '\u0001'
const ASCII_MAX = 0x7f

/** What is given to the index of one row; texts in small letters. */
export function indexedText(
  hostname: string | null,
  description: string,
  mac: string | null,
): string {
  const parts = [hostname ?? '', description]
  if (mac !== null) parts.push(MAC_MARK + mac)
  return [...parts, foreignPairs(hostname ?? ''), foreignPairs(description)].join('\n')
}

/** @returns a query that gives all rows in which the word occurs; null when the index does not know so short a one */
export function wordQuery(word: string): string | null {
  const letters = [...word]
  if (letters.length === 2 && letters.some(isForeign)) return quoted(word + FILLER)
  if (letters.length < GRAM) return null
  const grams = new Set<string>()
  for (let at = 0; at + GRAM <= letters.length && grams.size < GRAMS_MAX; at++) {
    grams.add(letters.slice(at, at + GRAM).join(''))
  }
  return [...grams].map(quoted).join(' AND ')
}

/**
 * The same for a word of two letters that stands in a hostname: some letter or line end always follows there.
 * @param terms all that the index has which begin with the word
 */
export function pairQuery(terms: readonly string[]): string {
  return terms.map(quoted).join(' OR ')
}

/** @param digits of the beginning of a MAC */
export function macQuery(digits: string): string | null {
  return wordQuery(MAC_MARK + digits)
}

function foreignPairs(text: string): string {
  const letters = [...text]
  // Most texts have none.
  if (letters.length === text.length && !letters.some(isForeign)) return ''
  let pairs = ''
  for (let at = 0; at + 1 < letters.length; at++) {
    const [one = '', two = ''] = [letters[at], letters[at + 1]]
    if (isForeign(one) || isForeign(two)) pairs += one + two + FILLER
  }
  return pairs
}

function isForeign(letter: string): boolean {
  return (letter.codePointAt(0) ?? 0) > ASCII_MAX
}

function quoted(gram: string): string {
  return `"${gram.replaceAll('"', '""')}"`
}
