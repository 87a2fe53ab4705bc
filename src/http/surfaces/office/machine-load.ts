// How busy the machine is, as document 004's health shows it.
import { cpus, freemem, totalmem } from 'node:os'

type Ticks = { readonly busy: number; readonly all: number }

export class MachineLoad {
  #before = ticks()

  /** `cpu_usage`: since it was last asked for; one decimal. */
  percents(): { readonly memory_usage: number; readonly cpu_usage: number } {
    const now = ticks()
    const all = now.all - this.#before.all
    const busy = now.busy - this.#before.busy
    if (all > 0) this.#before = now
    return {
      memory_usage: oneDecimal(1 - freemem() / totalmem()),
      cpu_usage: oneDecimal(all > 0 ? busy / all : 0),
    }
  }
}

/** Of all processors together, since the machine was started. */
function ticks(): Ticks {
  let busy = 0
  let all = 0
  for (const { times } of cpus()) {
    const { user, nice, sys, irq, idle } = times
    busy += user + nice + sys + irq
    all += user + nice + sys + irq + idle
  }
  return { busy, all }
}

function oneDecimal(ratio: number): number {
  return Math.min(100, Math.max(0, Math.round(ratio * 1000) / 10))
}
