// npm run simulate -- --seeds N: worlds from fresh seeds, one after the other, until one breaks a promise.
// Replay of one: --seed S, which prints its whole trace.
import { parseArgs } from 'node:util'
import { simulate } from './simulate.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
  },
})
const count = (text: string | undefined) => (text === undefined ? null : Number(text))
const one = count(values.seed)
const summary = await simulate({
  from: one ?? count(values.from) ?? Math.floor(Math.random() * 1e9),
  seeds: one === null ? Number(values.seeds) : 1,
  secondsMax: count(values.seconds),
  showsTrace: one !== null,
  command: 'npm run simulate --',
  print: line => console.log(line),
})
process.exitCode = summary.failedSeed === null ? 0 : 1
