// PDFs as a reader program sees them. What needs a font or poppler is asked where the machine has them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { findFont, makePdf } from '../../src/reports/index.js'
import { chinese, english, made, rowsOf } from './samples.js'

const font = findFont(null)
const noFont = font === null ? 'no font with Chinese is installed' : false
const noPoppler = spawnSync('pdftotext', ['-v']).error === undefined ? false : 'no pdftotext here'
const directory = mkdtempSync(join(tmpdir(), 'ipam-pdf-'))
t.teardown(() => rmSync(directory, { recursive: true }))

/** The objects of a file stand in it as plain text; what is drawn is compressed. */
const pagesOf = (file: Buffer) => file.toString('latin1').match(/\/Type \/Page\n/g)?.length ?? 0
const hasEmbeddedFont = (file: Buffer) => /\/FontFile[23] /.test(file.toString('latin1'))

function textOf(file: Buffer): string {
  const path = join(directory, 'report.pdf')
  writeFileSync(path, file)
  return spawnSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).stdout
}

t.test('a report has as many pages as its rows need', async t => {
  const short = await made(english, rowsOf(3, 'office'), null)
  t.equal(short.file.subarray(0, 5).toString(), '%PDF-')
  t.match(short.file.subarray(-6).toString(), /%%EOF/)
  t.equal(pagesOf(short.file), 1)
  t.strictSame(short.outcome, { lost: 0, fontFailure: null })
  t.notOk(hasEmbeddedFont(short.file), 'Latin needs no font beside PDF’s own')
  t.ok(pagesOf((await made(english, rowsOf(500, 'office'), null)).file) > 5)
})

t.test('an empty table says so', { skip: noPoppler }, async t => {
  t.match(textOf((await made(english, [], null)).file), /There are none\./)
})

t.test('each page has the headings and its number', { skip: noPoppler }, async t => {
  const { file } = await made(english, rowsOf(120, 'office'), null)
  const pages = textOf(file).split('\f').slice(0, -1)
  t.equal(pages.length, pagesOf(file))
  pages.forEach((page, index) => {
    t.match(page, /Network +Description +Addresses/, `page ${index + 1}`)
    t.match(page, new RegExp(`IP utilization report +${index + 1} ?/ ?${pages.length}\\s*$`))
  })
  const [first = ''] = pages
  t.match(first, /Made 2024-01-15T10:30:00Z/)
  t.match(first, /19\.69 %/)
  t.match(first, /97\.50 % of 254/)
  t.match(pages.at(-1), /Only the first rows are shown here\./)
})

t.test('long texts are broken, and cut in the end', { skip: noPoppler }, async t => {
  const text = textOf((await made(english, rowsOf(1, 'word '.repeat(500)), null)).file)
  t.match(text, /word word/)
  t.match(text, /…/)
  t.ok((text.match(/word/g)?.length ?? 0) < 100)
})

t.test('Chinese is there, with the font it needs', { skip: noFont }, async t => {
  const { file, outcome } = await made(chinese, rowsOf(3, '办公网络 first floor'), font)
  t.strictSame(outcome, { lost: 0, fontFailure: null })
  t.ok(hasEmbeddedFont(file))
  t.ok(file.length < 300_000, 'only the characters that are used')
  if (noPoppler !== false) return
  const text = textOf(file)
  for (const expected of ['地址使用率报告', '网段明细', '办公网络 first floor'])
    t.ok(text.includes(expected), expected)
})

t.test('without a font there are question marks, and a line that says so', async t => {
  const { file, outcome } = await made(english, rowsOf(2, '办公 office'), null)
  t.strictSame(outcome, { lost: 4, fontFailure: null })
  if (noPoppler !== false) return
  t.match(textOf(file), /\?\? office/)
  t.match(textOf(file), /Some characters are shown as question marks\./)
})

t.test('a font that is none is told of, and done without', async t => {
  const path = join(directory, 'no-font.ttf')
  writeFileSync(path, 'this is no font')
  const { file, outcome } = await made(english, rowsOf(1, '办公'), path)
  t.equal(pagesOf(file), 1)
  t.equal(outcome.lost, 2)
  t.match(outcome.fontFailure, /Error/)
})

t.test('the configured font comes first, when it is there', async t => {
  const path = join(directory, 'own.ttf')
  t.equal(findFont(path), font)
  writeFileSync(path, '')
  t.equal(findFont(path), path)
})

t.test('a report nobody waits for any more ends, and so do its rows', async t => {
  const controller = new AbortController()
  let slices = 0
  async function* rows() {
    for (;;) {
      slices += 1
      if (slices === 3) controller.abort()
      yield rowsOf(10, 'office')
    }
  }
  const order = { document: english, fontPath: null, rows: rows(), signal: controller.signal }
  const reading = (async () => {
    for await (const _ of makePdf({ ...order, onDone: () => t.fail('it is not done') }));
  })()
  await t.rejects(reading, /not wanted/)
  t.equal(slices, 3)
})

t.test('what goes wrong with the rows goes wrong with the report', async t => {
  // biome-ignore lint/correctness/useYield: it fails before the first.
  async function* rows(): AsyncGenerator<never> {
    throw new Error('the rows are gone')
  }
  const { signal } = new AbortController()
  const order = { document: english, fontPath: null, rows: rows(), signal, onDone: () => {} }
  await t.rejects(makePdf(order).next(), /the rows are gone/)
})
