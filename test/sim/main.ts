// npm run simulate -- --seeds N [--from BASE] [--seconds S]: fresh worlds, one after the other, until one breaks a promise.
// --seed S replays one and prints its whole trace; --mutation NAME plants a bug first (mutations.ts).
import { register } from 'node:module'
import { parseArgs } from 'node:util'
import { mutations } from './mutations.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
    mutation: { type: 'string' },
  },
})
const { mutation: name } = values
const mutation = mutations.find(each => each.name === name)
if (name !== undefined && mutation === undefined) {
  const names = mutations.map(each => each.name).join(', ')
  throw new Error(`There is no mutation ${name}: there are ${names}.`)
}
if (mutation !== undefined) register('./mutate.js', import.meta.url, { data: mutation })
// Only now, so that the hooks see the product's modules.
const { simulate } = await import('./simulate.js')

const numberOf = (text: string | undefined) => (text === undefined ? null : Number(text))
const one = numberOf(values.seed)
const summary = await simulate({
  from: one ?? numberOf(values.from) ?? Math.floor(Math.random() * 1e9),
  seeds: one === null ? Number(values.seeds) : 1,
  secondsMax: numberOf(values.seconds),
  showsTrace: one !== null,
  command: `npm run simulate --${name === undefined ? '' : ` --mutation ${name}`}`,
  print: line => console.log(line),
})
process.exitCode = summary.failedSeed === null ? 0 : 1
