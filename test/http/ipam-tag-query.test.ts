// The tags of a search: JSON of which every key counts.
import t from 'tap'
import { readTagQuery } from '../../src/http/surfaces/ipam/tag-query.js'

t.test('a key that stands twice counts twice', async t => {
  const text =
    '{"logic": "OR", "tags": {"environment": "production", "environment": "staging", "a": "b"}}'
  t.same(readTagQuery(text), {
    tags: ['environment=production', 'environment=staging', 'a=b'],
    any: true,
  })
})

t.test('values may be lists, numbers and truths; an empty one is the key alone', async t => {
  const text = ' {"tags":{"env":["a","b"],"row":7,"on":true,"wan":"","q":"\\"\\u0041,"}} '
  const found = readTagQuery(text)
  t.same(found, { tags: ['env=a', 'env=b', 'row=7', 'on=true', 'wan', 'q="A,'], any: false })
  t.same(readTagQuery('{"tags":{}}'), { tags: [], any: false })
  t.same(readTagQuery('{"tags":{"a":"b"},"tags":{"c":"d","a":"b"}}').tags, ['a=b', 'c=d'])
})

const refused = {
  '{"tags":{"a":"b"}': /must be JSON/,
  '{"tags":{"a":"b",}}': /must be JSON/,
  '{"tags":{"a" "b"}}': /must be JSON/,
  '{"tags":{1:"b"}}': /must be JSON/,
  '{"tags":{"a":01}}': /must be JSON/,
  '{"tags":{"a":"b"}} x': /must be JSON/,
  '[[[[[[[[[[[[1]]]]]]]]]]]]': /must be JSON/,
  '"a"': /must be an object/,
  '{"tags":["a"]}': /tags must be an object/,
  '{"logic":"XOR","tags":{}}': /logic must be AND or OR/,
  '{"tag":{"a":"b"}}': /logic and tags, and nothing else/,
  '{"tags":{"a":null}}': /must be a text/,
  '{"tags":{"a":{"b":"c"}}}': /must be a text/,
  '{"tags":{"a":["b",["c"]]}}': /must be a text/,
}

t.test('what is none is refused, and said why', async t => {
  for (const [text, why] of Object.entries(refused)) t.throws(() => readTagQuery(text), why, text)
  const many = Array.from({ length: 51 }, (_, at) => `"k${at}":""`).join()
  t.throws(() => readTagQuery(`{"tags":{${many}}}`), /at most 50/)
})
