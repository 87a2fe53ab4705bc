// A machine whose clock is wrong, without touching the machine's: the daemon is started with another Date.
import { Daemon } from '../support/processes.js'

/**
 * The daemon reads wall time through Date alone, and elapsed time through performance.now, which a wrong clock
 * leaves as it is; so this does to it what a wrong clock would, and needs no package and no rights.
 */
export function withClockShifted(daemon: Daemon, byMs: number): Daemon {
  const script = [
    'const Real = Date',
    'globalThis.Date = class Date extends Real {',
    '  constructor(...given) {',
    `    super(...(given.length === 0 ? [Real.now() + ${byMs}] : given))`,
    '  }',
    '  static now() {',
    `    return Real.now() + ${byMs}`,
    '  }',
    '}',
  ].join('\n')
  const module = `data:text/javascript,${encodeURIComponent(script)}`
  return new Daemon({ ...daemon.options, nodeArgs: ['--import', module] })
}
