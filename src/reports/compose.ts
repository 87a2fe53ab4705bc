// Lays a report out on pages: title, summary, charts, table, notes, and the pages' numbers when there are no more.
import type { Font } from 'fontkit'
import PDFDocument from 'pdfkit'
import { drawChart, drawHeading } from './charts.js'
import { drawSummary, drawTitle } from './front.js'
import { MARGIN, Page, styles } from './page.js'
import type { ReportDocument, Row } from './report.js'
import { Table } from './table.js'
import { Typesetter } from './typesetter.js'

const NOTE_HEIGHT = 12

export class Composer {
  readonly #page: Page
  readonly #type: Typesetter
  readonly #table: Table
  #isEmpty = true

  /** @param take gets the file in pieces */
  constructor(
    readonly report: ReportDocument,
    wide: Font | null,
    take: (piece: Uint8Array) => void,
  ) {
    const document = newDocument(report)
    document.on('data', take)
    this.#page = new Page(document)
    this.#type = new Typesetter(document, wide)
    drawTitle(this.#page, this.#type, report.title, report.lines)
    drawSummary(this.#page, this.#type, report.summary)
    for (const chart of report.charts) drawChart(this.#page, this.#type, chart)
    drawHeading(this.#page, this.#type, report.tableTitle)
    this.#table = new Table(this.#page, this.#type, report.columns)
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) this.#table.add(row)
    if (rows.length > 0) this.#isEmpty = false
  }

  /** @param done called after the last piece, with how many characters no font had */
  end(done: (lost: number) => void): void {
    const { report } = this
    if (this.#isEmpty) this.#table.add([report.emptyText])
    this.#table.end()
    for (const note of report.notes) this.#note(note)
    if (this.#type.lost > 0) this.#note(report.lostText)
    const { lost } = this.#type
    this.#numberPages()
    this.#page.document.once('end', () => done(lost))
    this.#page.document.end()
  }

  #note(text: string): void {
    const lines = this.#type.lines(text, styles.note, { width: this.#page.width, linesMax: 4 })
    this.#page.need(lines.length * NOTE_HEIGHT)
    for (const line of lines) {
      const place = { x: this.#page.left, baseline: this.#page.y + NOTE_HEIGHT - 3 }
      this.#type.draw(line, place, styles.note)
      this.#page.y += NOTE_HEIGHT
    }
  }

  /** Title and number at the foot of each. */
  #numberPages(): void {
    const { document, left, right } = this.#page
    const { count } = document.bufferedPageRange()
    for (let index = 0; index < count; index++) {
      document.switchToPage(index)
      const baseline = document.page.height - MARGIN
      this.#type.draw(this.report.title, { x: left, baseline }, styles.small)
      const number = `${index + 1} / ${count}`
      this.#type.drawRight(number, { x: right, baseline }, styles.small)
    }
  }
}

function newDocument({ title, landscape, madeMs }: ReportDocument): PDFKit.PDFDocument {
  return new PDFDocument({
    size: 'A4',
    layout: landscape ? 'landscape' : 'portrait',
    // Ours, and no text is to be put on a new page by itself.
    margin: 0,
    // Their number is known when all are there.
    bufferPages: true,
    info: { Title: title, Producer: 'IPAM', Creator: 'IPAM', CreationDate: new Date(madeMs) },
  })
}
