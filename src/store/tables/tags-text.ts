// Tags in a column: JSON, with the common case of none spared the parser.

export function tagsToText(tags: readonly string[]): string {
  return tags.length === 0 ? '[]' : JSON.stringify(tags)
}

export function textToTags(text: string): readonly string[] {
  return text === '[]' ? [] : JSON.parse(text)
}
