// Makes test/fixtures/golden-log-3.jsonl, once: members (command versions 1 and 2), identities and the catalogue (4), subnets,
// what is said of allocations, reservations and alerts (5), chapter by chapter and with nothing left to chance.
// Run: node --import tsx test/support/make-golden-log-3.ts
import type { ApplyEntry } from '../../src/raft/index.js'
import { alerts } from './golden-chapters/alerts.js'
import { allocations } from './golden-chapters/allocations.js'
import { catalogue } from './golden-chapters/catalogue.js'
import { identities } from './golden-chapters/identities.js'
import { members } from './golden-chapters/members.js'
import { reservations } from './golden-chapters/reservations.js'
import { subnets } from './golden-chapters/subnets.js'
import { keepGoldenLog } from './golden-recorder.js'
import { GoldenScript } from './golden-script.js'

const script = new GoldenScript()

function record(): readonly ApplyEntry[] {
  script.begin()
  members(script)
  const cast = identities(script)
  catalogue(script, cast)
  subnets(script, cast)
  const last = script.entries.length
  script.comesAgain(last)
  script.restart()
  allocations(script, cast)
  // By now its node has started again, and asked for other things.
  script.comesAgain(last)
  reservations(script, cast)
  script.restart()
  alerts(script, cast)
  return script.entries
}

await keepGoldenLog(3, record)
