// Kills a random node, starts it again, waits until all are ready, waits, and kills the next.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Daemon } from '../support/processes.js'

const PAUSE_MS = 5000

/** @returns how many nodes were killed. */
export async function killAndRestart(
  daemons: readonly Daemon[],
  { seconds, random }: { readonly seconds: number; readonly random: () => number },
): Promise<number> {
  const end = Date.now() + seconds * 1000
  let kills = 0
  while (Date.now() < end) {
    await sleep(Math.min(PAUSE_MS, end - Date.now()))
    if (Date.now() >= end) break
    const victim = daemons[Math.floor(random() * daemons.length)] as Daemon
    await victim.end('SIGKILL')
    kills += 1
    victim.start()
    await Promise.all(daemons.map(daemon => daemon.ready()))
  }
  return kills
}
