// Another process, for what only another process can show: `hold` keeps a log open, `fill` writes until the disk refuses.
import { DirectoryInUseError } from '../../../src/raft/data-directory/directory-lock.js'
import { LevelLogStore } from '../../../src/raft/level-log-store/level-log-store.js'
import { DATA_UUID, entry } from './support.js'

/** What the process prints, as one line of JSON. */
export type ChildReport =
  | { readonly state: 'held' }
  | { readonly state: 'in-use'; readonly message: string }
  | {
      readonly state: 'failed'
      /** Highest index that was acknowledged. */
      readonly acknowledged: number
      /** Names and messages of the failure and of every call after it. */
      readonly errors: readonly string[]
    }

const [mode, directory = ''] = process.argv.slice(2)

function report(value: ChildReport): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

async function failureOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'it succeeded',
    error => `${error.name}: ${error.message}`,
  )
}

async function hold(): Promise<void> {
  try {
    await LevelLogStore.open(directory, { dataUuid: DATA_UUID })
  } catch (error) {
    if (!(error instanceof DirectoryInUseError)) throw error
    report({ state: 'in-use', message: error.message })
    return
  }
  report({ state: 'held' })
  process.stdin.resume()
}

async function fill(): Promise<void> {
  const { store } = await LevelLogStore.open(directory, { dataUuid: DATA_UUID })
  const hardState = { term: 1, vote: 1, commit: 0 }
  const append = (index: number) => {
    const entries = [entry(index, 1, 'x'.repeat(2_000))]
    return store.append({ hardState, entries, sync: true })
  }
  let acknowledged = 0
  for (;;) {
    try {
      await append(acknowledged + 1)
      acknowledged += 1
    } catch (error) {
      const first = String(error)
      const later = [
        await failureOf(append(acknowledged + 1)),
        await failureOf(store.append({ hardState, entries: [], sync: false })),
        await failureOf(store.compact({ index: 1, term: 1, timeMs: 1_001 })),
        await failureOf(store.read(1, 1)),
      ]
      await store.close()
      report({ state: 'failed', acknowledged, errors: [first, ...later] })
      return
    }
  }
}

if (mode === 'hold') await hold()
else if (mode === 'fill') await fill()
else throw new Error(`unknown mode ${mode}`)
