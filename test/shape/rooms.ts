// The picture of ARCHITECTURE.md as data: which room a file belongs to, and which rooms it may import.

/** Longest prefix wins. `node` may import everything; `bin` only what starts a program. */
export const arrows: { readonly [room: string]: readonly string[] } = {
  'src/lib': [],
  'src/backup': ['src/lib'],
  'src/raft/core': ['src/lib'],
  'src/raft': ['src/raft/core', 'src/lib'],
  'src/ledger': ['src/lib'],
  'src/store': ['src/ledger', 'src/raft', 'src/lib'],
  'src/gateway': ['src/raft', 'src/store', 'src/ledger', 'src/lib'],
  'src/effects': ['src/gateway', 'src/ledger', 'src/lib'],
  'src/auth': ['src/ledger', 'src/lib'],
  'src/reports': ['src/lib'],
  'src/http': [
    'src/gateway',
    'src/auth',
    'src/store',
    'src/ledger',
    'src/backup',
    'src/reports',
    'src/lib',
  ],
  'src/cli/local': ['src/cli', 'src/node', 'src/config', 'src/lib'],
  'src/cli': ['src/lib', 'src/config', 'src/backup', 'src/cli/local'],
  'src/config': ['src/lib'],
  'src/observe': ['src/lib'],
  'src/node': [
    'src/lib',
    'src/raft',
    'src/raft/core',
    'src/ledger',
    'src/store',
    'src/gateway',
    'src/effects',
    'src/auth',
    'src/http',
    'src/backup',
    'src/config',
    'src/observe',
  ],
  'src/web': [],
  bin: ['src/cli', 'src/cli/local'],
}

/** Rooms in which nothing may come from outside the log: no clock, no chance, no waiting, no package. */
export const pureRooms: readonly string[] = ['src/raft/core', 'src/ledger']

/** What a pure room may not say. Looked for in code without comments and strings. */
export const impureWords: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /\bDate\b/, what: 'the clock (Date)' },
  { pattern: /\bMath\s*\.\s*random\b/, what: 'chance (Math.random)' },
  { pattern: /\bset(Timeout|Interval|Immediate)\b/, what: 'a timer' },
  { pattern: /\bqueueMicrotask\b/, what: 'a timer (queueMicrotask)' },
  { pattern: /\b(async|await)\b/, what: 'waiting (async or await)' },
  { pattern: /\bPromise\b/, what: 'waiting (Promise)' },
  { pattern: /\bprocess\s*\./, what: 'the process' },
  { pattern: /\bperformance\b/, what: 'the clock (performance)' },
  { pattern: /\bcrypto\b/, what: 'chance (crypto)' },
  { pattern: /\bIntl\b|\blocaleCompare\b|\btoLocale/, what: 'the locale' },
]

export const linesMax = 400
