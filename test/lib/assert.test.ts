import t from 'tap'
import { AssertionError, assert } from '../../src/lib/assert.js'

t.test('a true condition passes and a false one throws with its message', async t => {
  assert(t.name.length > 0, 'a test has a name')
  t.throws(() => assert(false, 'this was expected'), new AssertionError('this was expected'))
})
