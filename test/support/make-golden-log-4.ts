// Makes test/fixtures/golden-log-4.jsonl, once: countries, regions and hosts, reserved CIDRs and what they become, webhooks, tags of
// many, and what one has for oneself (command version 6), chapter by chapter and with nothing left to chance.
// Run: node --import tsx test/support/make-golden-log-4.ts
import type { ApplyEntry } from '../../src/raft/index.js'
import { identities } from './golden-chapters/identities.js'
import { personal } from './golden-chapters/personal.js'
import { regions } from './golden-chapters/regions.js'
import { reservedRanges } from './golden-chapters/reserved-ranges.js'
import { tagging, webhooks } from './golden-chapters/webhooks.js'
import { keepGoldenLog } from './golden-recorder.js'
import { GoldenScript } from './golden-script.js'

const script = new GoldenScript()

function record(): readonly ApplyEntry[] {
  script.begin()
  const cast = identities(script)
  regions(script, cast)
  const last = script.entries.length
  script.comesAgain(last)
  script.restart()
  reservedRanges(script, cast)
  script.restart()
  webhooks(script, cast)
  tagging(script, cast)
  script.restart()
  personal(script, cast)
  return script.entries
}

await keepGoldenLog(4, record)
