// What other rooms may use: files made of plain data.
export { BYTE_ORDER_MARK, type CsvCell, csvText } from './csv.js'
export { FONT_PACKAGES, findFont } from './fonts.js'
export { makePdf, type PdfOutcome } from './pdf.js'
export type {
  Bar,
  Chart,
  Column,
  DayColumn,
  Figure,
  ReportDocument,
  Row,
} from './report.js'
