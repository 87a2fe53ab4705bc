// Text on a page: each character in a font that has it, lines that fit a width, and no more of them than there is room for.
import type { Font } from 'fontkit'

export type Weight = 'regular' | 'bold'
type Face = 'Helvetica' | 'Helvetica-Bold' | 'wide'
type Run = { readonly face: Face; readonly text: string }
export type Place = { readonly x: number; readonly baseline: number }
export type Style = { readonly size: number; readonly weight: Weight; readonly color: string }

const ELLIPSIS = '…'
/** What PDF's own fonts have beside Latin-1 (WinAnsiEncoding), of what people type. */
const alsoLatin = new Set('–—‘’‚“”„†‡•…‰‹›€™ŒœŠšŽžŸƒˆ˜')
/** After these a line may be broken without a loss. */
const breakAfter = new Set(' -/,;:._')
/** A break is looked for in the last part of a line; before that the line is cut where it ends. */
const BREAK_FROM = 0.5
const REPLACEMENT = '?'

export class Typesetter {
  /** Characters that no font at hand has; they are shown as question marks. */
  lost = 0
  readonly #widths = new Map<string, number>()

  /** @param wide null: there is none for what PDF's own fonts lack */
  constructor(
    readonly document: PDFKit.PDFDocument,
    readonly wide: Font | null,
  ) {
    // Its types say a file's path or bytes; a font that is open already is taken as well.
    if (wide !== null) document.registerFont('wide', wide as unknown as Buffer)
  }

  width(text: string, { size, weight }: Style): number {
    let ems = 0
    for (const character of text) ems += this.#em(character, weight)
    return ems * size
  }

  /** One line; what is beyond `width` is left out. */
  draw(text: string, { x, baseline }: Place, style: Style): void {
    let at = x
    this.document.fillColor(style.color)
    for (const run of this.#runs(text, style.weight)) {
      // Both for each run: to measure a character sets them, too.
      this.document.font(run.face).fontSize(style.size)
      this.document.text(run.text, at, baseline, { lineBreak: false, baseline: 'alphabetic' })
      at += this.width(run.text, style)
    }
  }

  drawRight(text: string, { x, baseline }: Place, style: Style): void {
    this.draw(text, { x: x - this.width(text, style), baseline }, style)
  }

  /** The text in at most `linesMax` lines of at most that width; when it needs more, the last one says so. */
  lines(text: string, style: Style, { width, linesMax }: { width: number; linesMax: number }) {
    const lines: string[] = []
    let rest = [...text.trim()]
    while (rest.length > 0) {
      const fitting = this.#fitting(rest, style, width)
      if (fitting === rest.length || lines.length + 1 < linesMax) {
        lines.push(rest.slice(0, fitting).join('').trimEnd())
        rest = rest.slice(fitting)
        continue
      }
      const kept = this.#cut(rest, style, width - this.width(ELLIPSIS, style))
      lines.push(rest.slice(0, kept).join('') + ELLIPSIS)
      break
    }
    return lines
  }

  /** How many characters of it make a line. */
  #fitting(characters: readonly string[], style: Style, width: number): number {
    const most = this.#cut(characters, style, width)
    if (most === characters.length) return most
    for (let at = most; at > most * BREAK_FROM; at--)
      if (breakAfter.has(characters[at - 1] ?? '')) return at
    return most
  }

  /** At least one, or a line would never end. */
  #cut(characters: readonly string[], { size, weight }: Style, width: number): number {
    let taken = 0
    for (let at = 0; at < characters.length; at++) {
      taken += this.#em(characters[at] ?? '', weight) * size
      if (taken > width) return Math.max(at, 1)
    }
    return characters.length
  }

  #runs(text: string, weight: Weight): Run[] {
    const runs: { face: Face; text: string }[] = []
    for (const character of text) {
      const { face, shown } = this.#shown(character, weight)
      if (shown === REPLACEMENT && character !== REPLACEMENT) this.lost += 1
      const last = runs.at(-1)
      if (last?.face === face) last.text += shown
      else runs.push({ face, text: shown })
    }
    return runs
  }

  #shown(character: string, weight: Weight): { face: Face; shown: string } {
    const latin = weight === 'bold' ? 'Helvetica-Bold' : 'Helvetica'
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return { face: latin, shown: ' ' }
    if (code < 0x100 || alsoLatin.has(character)) return { face: latin, shown: character }
    if (this.wide?.hasGlyphForCodePoint(code)) return { face: 'wide', shown: character }
    return { face: latin, shown: REPLACEMENT }
  }

  /** Its width where the size is 1. */
  #em(character: string, weight: Weight): number {
    const key = weight === 'bold' ? `${character}b` : character
    const known = this.#widths.get(key)
    if (known !== undefined) return known
    const { face, shown } = this.#shown(character, weight)
    const width = this.document.font(face).fontSize(1).widthOfString(shown)
    this.#widths.set(key, width)
    return width
  }
}
