// Which of our languages a client reads best (RFC 9110, 12.5.4; CONTRACT.md D-16).

export type Language = 'en' | 'zh'

/** A sentence in each of them. */
export type Wording = { readonly [L in Language]: string }

/** @param header Accept-Language @param locale what is spoken when it names none of ours, or leaves the choice to us */
export function languageOf(header: string | undefined, locale: Language): Language {
  let best: Language = locale
  let bestQuality = 0
  for (const part of header?.split(',') ?? []) {
    const [range = '', ...parameters] = part.split(';').map(piece => piece.trim().toLowerCase())
    const language = range === '*' ? locale : spoken(range.split('-', 1)[0])
    const quality = qualityOf(parameters)
    // Of two that are wanted equally, the one named first.
    if (language === null || quality <= bestQuality) continue
    best = language
    bestQuality = quality
  }
  return best
}

function spoken(primary: string | undefined): Language | null {
  return primary === 'en' || primary === 'zh' ? primary : null
}

/** The weight among the parameters of one range; 1 when there is none, 0 when it is none. */
export function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find(parameter => parameter.startsWith('q='))?.slice(2)
  if (text === undefined) return 1
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0
}
