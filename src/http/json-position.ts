// Where a text stops being JSON. Only asked after JSON.parse refused it, whose own messages do not always say.

const WHITESPACE = /[ \t\n\r]*/y
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const SPACE_CODE = 0x20

type Expected = 'value' | 'key' | 'colon' | 'after'

/** @returns offset of the first character that cannot be part of JSON; the text's length when it ends too early. */
export function jsonErrorPosition(text: string): number {
  const open: ('{' | '[')[] = []
  let at = 0
  let expected: Expected = 'value'
  /** True right after an opening bracket, where the closing one may follow. */
  let mayClose = false
  for (;;) {
    at = skip(WHITESPACE, text, at) ?? at
    const character = text[at]
    if (character === undefined) return at
    if (mayClose && character === (open.at(-1) === '{' ? '}' : ']')) {
      open.pop()
      expected = 'after'
      at++
    } else if (expected === 'value' && (character === '{' || character === '[')) {
      open.push(character)
      expected = character === '{' ? 'key' : 'value'
      at++
      mayClose = true
      continue
    } else if (expected === 'after') {
      const bracket = open.at(-1)
      if (bracket === undefined) return at
      if (character === ',') expected = bracket === '{' ? 'key' : 'value'
      else if (character === (bracket === '{' ? '}' : ']')) open.pop()
      else return at
      at++
    } else if (expected === 'colon') {
      if (character !== ':') return at
      expected = 'value'
      at++
    } else {
      const isString = character === '"'
      if (!isString && expected === 'key') return at
      const end: number | null = isString ? stringEnd(text, at) : skip(LITERAL, text, at)
      if (end === null) return isString ? stringStop(text, at) : at
      at = end
      expected = expected === 'key' ? 'colon' : 'after'
    }
    mayClose = false
  }
}

function skip(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

/** @returns offset behind the closing quote of the string that begins at `at`; null when it is no valid string. */
function stringEnd(text: string, at: number): number | null {
  const stop = stringStop(text, at)
  return text[stop] === '"' ? stop + 1 : null
}

/** @returns offset of the closing quote, or of what cannot be in a string; the text's length when it never ends. */
function stringStop(text: string, at: number): number {
  let position = at + 1
  while (position < text.length) {
    const character = text[position]
    if (character === '"' || text.charCodeAt(position) < SPACE_CODE) return position
    const next = character === '\\' ? skip(ESCAPE, text, position) : position + 1
    if (next === null) return position
    position = next
  }
  return position
}
