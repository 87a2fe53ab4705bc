// The process's log: one JSON line an event on standard error, a constant sentence and an object.
import { destination, type Logger, pino, stdTimeFunctions } from 'pino'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Never logged, whatever object carries them. */
const secretPaths = [
  'secret',
  'password',
  'token',
  '*.secret',
  '*.password',
  '*.token',
  '*.authorization',
]

export function createLogger(options: {
  readonly level: LogLevel
  readonly nodeId: number
}): Logger {
  return pino(
    {
      level: options.level,
      base: { node: options.nodeId },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[secret]' },
    },
    destination({ fd: 2, sync: true }),
  )
}
