// The paper: its margins, where the next thing goes, and colours.
import type { Style } from './typesetter.js'

export const MARGIN = 40
/** Kept free at the foot for the page's number. */
export const FOOT = 28

export const colors = {
  ink: '#1f2933',
  faint: '#66788a',
  rule: '#cbd2d9',
  track: '#edf0f3',
  band: '#f5f7fa',
  head: '#243b53',
  headInk: '#ffffff',
  first: '#2f6f9f',
  second: '#b0bec9',
} as const

export const styles = {
  title: { size: 18, weight: 'bold', color: colors.head },
  line: { size: 9, weight: 'regular', color: colors.faint },
  heading: { size: 11, weight: 'bold', color: colors.head },
  label: { size: 7.5, weight: 'regular', color: colors.faint },
  figure: { size: 13, weight: 'bold', color: colors.ink },
  bar: { size: 8, weight: 'regular', color: colors.ink },
  small: { size: 7, weight: 'regular', color: colors.faint },
  cell: { size: 7.5, weight: 'regular', color: colors.ink },
  headCell: { size: 7.5, weight: 'bold', color: colors.headInk },
  note: { size: 8, weight: 'regular', color: colors.ink },
} as const satisfies { readonly [name: string]: Style }

/** How full is too full: as the alerts have it. */
export function colorOf(percent: number): string {
  if (percent >= 95) return '#b3261e'
  if (percent >= 90) return '#d9622b'
  if (percent >= 80) return '#d9a32b'
  return '#3a8f6b'
}

export class Page {
  /** Where the next thing begins. */
  y = MARGIN

  constructor(readonly document: PDFKit.PDFDocument) {}

  get left(): number {
    return MARGIN
  }

  get right(): number {
    return this.document.page.width - MARGIN
  }

  get width(): number {
    return this.right - this.left
  }

  get bottom(): number {
    return this.document.page.height - MARGIN - FOOT
  }

  fits(height: number): boolean {
    return this.y + height <= this.bottom
  }

  next(): void {
    this.document.addPage()
    this.y = MARGIN
  }

  /** On the next page where there is no room left on this one. */
  need(height: number): void {
    if (!this.fits(height)) this.next()
  }

  rule(y: number): void {
    this.document
      .moveTo(this.left, y)
      .lineTo(this.right, y)
      .lineWidth(0.5)
      .strokeColor(colors.rule)
      .stroke()
  }
}
