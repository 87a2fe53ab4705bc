import t from 'tap'
import { csvText } from '../../src/reports/index.js'

t.test('lines end in CRLF, quotes and separators are quoted, null is empty', async t => {
  const rows = [
    ['a', 'b'],
    ['say "x", y', 'two\nlines'],
    [null, 12n],
  ]
  t.equal(csvText(rows), 'a,b\r\n"say ""x"", y","two\nlines"\r\n,12\r\n')
  t.equal(csvText([]), '')
})

t.test('what a spreadsheet would run as a formula is text', async t => {
  for (const cell of ['=1+1', '+1', '-1', '@x', '\tx', '\rx', "=HYPERLINK(''x'')"]) {
    const [line = ''] = csvText([[cell]]).split('\r\n')
    t.ok(line.startsWith("'") || line.startsWith(`"'`), JSON.stringify(line))
  }
  t.equal(csvText([[-5, 'a=b', '10.0.0.1']]), '-5,a=b,10.0.0.1\r\n', 'nothing else is touched')
})
