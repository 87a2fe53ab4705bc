// The process's log: one JSON line an event on standard error, a constant sentence and an object.
import { destination, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino'

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
      // An Error has no fields of its own: without this it would be logged as {}.
      serializers: { error: stdSerializers.err, second: stdSerializers.err },
      redact: { paths: secretPaths, censor: '[secret]' },
    },
    destination({ fd: 2, sync: true }),
  )
}
