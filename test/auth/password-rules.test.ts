import t from 'tap'
import { explainPassword, type PasswordReason, passwordSentences } from '../../src/auth/index.js'

const rows: readonly (readonly [string, PasswordReason | null, string])[] = [
  ['1234567', 'too-short', 'seven characters'],
  ['12345678', null, 'eight characters; what they are is not asked'],
  ['correct horse battery staple', null, 'words with spaces'],
  ['ab'.repeat(64), null, '128 characters'],
  [`${'ab'.repeat(64)}c`, 'too-long', '129 characters'],
  ['🐴🔋📎🐴🔋📎🐴', 'too-short', 'seven characters of two UTF-16 units each'],
  ['🐴🔋'.repeat(64), null, '128 characters of two units each'],
  ['a'.repeat(1_000_000), 'too-long', 'a megabyte'],
  ['annabella', 'is-user-name', 'the user name'],
  ['AnnaBella', 'is-user-name', 'the user name in another case'],
  ['ａｎｎａｂｅｌｌａ', 'is-user-name', 'the user name in full-width letters'],
  ['annabella1', null, 'more than the user name'],
  ['aaaaaaaaaa', 'one-character', 'one character'],
  ['🐴🐴🐴🐴🐴🐴🐴🐴', 'one-character', 'one character of two units'],
  ['aａaａaａaａ', 'one-character', 'one character in two widths'],
  ['密码应当足够长', 'too-short', 'seven Chinese characters'],
  ['密码应当足够长吗', null, 'eight of them'],
  ['abcdefgh\ud800', 'not-text', 'half of a surrogate pair'],
  ['ﷺ'.repeat(100), 'too-long', 'characters that normalization makes eighteen of'],
]

t.test('a new password is refused for its length, the user name or monotony alone', async t => {
  for (const [password, reason, what] of rows) {
    t.equal(explainPassword(password, 'AnnaBella'), reason, what)
  }
})

t.test('every reason has a sentence, and none quotes the password', async t => {
  for (const [password, reason] of rows) {
    if (reason !== null) t.notMatch(passwordSentences[reason], password.slice(0, 100))
  }
})
