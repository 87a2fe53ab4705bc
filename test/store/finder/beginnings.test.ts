// The beginnings of addresses, as people type them.
import t from 'tap'
import { formatAddress } from '../../../src/ledger/index.js'
import { addressBeginnings } from '../../../src/store/finder/address-beginnings.js'
import { indexedText, macQuery, wordQuery } from '../../../src/store/finder/words.js'

const rows: readonly (readonly [word: string, ...spans: readonly string[]])[] = [
  ['10.1.2.3', '10.1.2.3-10.1.2.3'],
  ['10.1.2.', '10.1.2.0-10.1.2.255'],
  ['10.1.2', '10.1.2.0-10.1.2.255', '10.1.20.0-10.1.29.255', '10.1.200.0-10.1.255.255'],
  ['10.1.3', '10.1.3.0-10.1.3.255', '10.1.30.0-10.1.39.255'],
  ['10.0', '10.0.0.0-10.0.255.255'],
  ['10.1.2.4/30', '10.1.2.4-10.1.2.7'],
  ['300.'],
  ['99999'],
  ['10.01'],
  ['10..1'],
  ['1.2.3.4.5'],
  ['10.1.2.5/30', '10.1.2.4-10.1.2.7'],
  ['10.1.2.5/33'],
  ['fd00:1:', 'fd00:1::-fd00:1:ffff:ffff:ffff:ffff:ffff:ffff'],
  [
    'fd00:f',
    'fd00:f::-fd00:f:ffff:ffff:ffff:ffff:ffff:ffff',
    'fd00:f0::-fd00:ff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fd00:f00::-fd00:fff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fd00:f000::-fd00:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
  ['fd00::', 'fd00::-fd00::ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::/126', '2001:db8::-2001:db8::3'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8-1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:80-1:2:3:4:5:6:7:8f'],
  ['web'],
  ['1::2::3'],
]

t.test('a beginning stands for the addresses whose text begins with it', async t => {
  for (const [word, ...wanted] of rows) {
    const spans = addressBeginnings(word).spans.map(({ family, first, last }) =>
      [first, last].map(value => formatAddress(family, value)).join('-'),
    )
    t.strictSame(spans.slice(0, wanted.length), wanted, word)
    if (wanted.length === 0) t.strictSame(spans, [], word)
  }
})

t.test(
  'behind :: the rest may stand at any place, and whole addresses cover themselves',
  async t => {
    const { spans, covered } = addressBeginnings('fd00::1')
    const has = (text: string) => {
      const whole = addressBeginnings(text).covered
      return spans.some(
        ({ first, last }) => whole !== null && whole.first >= first && whole.last <= last,
      )
    }
    for (const text of ['fd00::1', 'fd00::12', 'fd00::1:0:0:5', 'fd00::1:2:3'])
      t.ok(has(text), text)
    for (const text of ['fd00::2', 'fd00:1::1', 'fd01::1']) t.notOk(has(text), text)
    t.ok(covered !== null && covered.first === covered.last)
    t.equal(addressBeginnings('10.1').covered, null)
  },
)

t.test('words are asked for by three letters; pairs only where two letters are a word', async t => {
  t.equal(wordQuery('web'), '"web"')
  t.equal(wordQuery('webs'), '"web" AND "ebs"')
  t.equal(wordQuery('a"b'), '"a""b"')
  t.equal(wordQuery('db'), null)
  t.equal(wordQuery('数'), null)
  t.equal(wordQuery('数据'), '"数据\u0001"')
  t.equal(macQuery('a'), null)
  t.equal(macQuery('aa'), '"^aa"')
  const text = indexedText('x', '机房', 'aabbccddeeff')
  t.ok(text.endsWith('^aabbccddeeff\n\n机房\u0001'), JSON.stringify(text))
})
