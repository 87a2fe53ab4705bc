import t from 'tap'
import { checkText } from '../../src/ledger/rules/checks.js'

t.test('characters are counted, whatever they are made of', async t => {
  t.equal(checkText('text', '😀'.repeat(100), 100), null)
  t.equal(checkText('text', 'x'.repeat(100), 100), null)
  for (const text of ['😀'.repeat(101), 'x'.repeat(101), `${'😀'.repeat(100)}x`]) {
    t.match(checkText('text', text, 100), {
      refusal: { reason: 'must have at most 100 characters' },
    })
  }
  t.match(checkText('text', 'x\ud800', 100), { refusal: { reason: 'must be well-formed Unicode' } })
})

t.test('a text that is far too long is not gone over', async t => {
  const text = 'x'.repeat(20_000_000)
  const began = process.cpuUsage()
  t.not(checkText('text', text, 2000), null)
  const ms = process.cpuUsage(began).user / 1000
  t.ok(ms < 50, `${ms} ms`)
})
