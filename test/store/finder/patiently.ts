// A question as a client asks it who was told to come again.
import { setTimeout } from 'node:timers/promises'
import { FinderBusyError } from '../../../src/store/index.js'

const PAUSE_MS = 50

export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof FinderBusyError)) throw error
      await setTimeout(PAUSE_MS)
    }
  }
}
