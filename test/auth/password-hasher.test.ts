import t from 'tap'
import {
  type Argon2,
  nativeArgon2,
  PasswordHasher,
  type PasswordHasherOptions,
  passwordHasherDefaults,
  systemRandom,
  TooBusyError,
} from '../../src/auth/index.js'
import { SimClock } from '../support/sim-clock.js'

const timer = new SimClock().node()
/** Argon2's least: tests of anything but the parameters need not be slow. */
const cheap = { memoryKib: 8, passes: 1, lanes: 1 }

function open(options: Partial<PasswordHasherOptions> = {}, argon2: Argon2 = nativeArgon2) {
  const whole = { ...passwordHasherDefaults, parameters: cheap, ...options }
  return PasswordHasher.open(whole, { argon2, timer, random: systemRandom })
}

/** The real thing, which notes what was asked of it and how much at once. */
function counting() {
  const calls = { hash: 0, verified: [] as string[], running: 0, runningMost: 0 }
  const counted = async <T>(job: Promise<T>): Promise<T> => {
    calls.running += 1
    calls.runningMost = Math.max(calls.runningMost, calls.running)
    return job.finally(() => {
      calls.running -= 1
    })
  }
  const argon2: Argon2 = {
    hash: (password, parameters) => {
      calls.hash += 1
      return counted(nativeArgon2.hash(password, parameters))
    },
    verify: (hash, password) => {
      calls.verified.push(hash)
      return counted(nativeArgon2.verify(hash, password))
    },
  }
  return { calls, argon2 }
}

t.test('a hash is a PHC string of argon2id with the parameters of OWASP, and salted', async t => {
  const hasher = await open(passwordHasherDefaults)
  const [one, other] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')]
  t.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  t.not(one, other)
  t.equal(await hasher.verify(one, 'correct horse'), true)
  t.equal(await hasher.verify(one, 'correct horsf'), false)
  t.equal(hasher.needsRehash(one), false)
})

t.test('one password has one hash however its letters are composed', async t => {
  const hasher = await open()
  const hash = await hasher.hash('Zürich-Straße')
  t.equal(await hasher.verify(hash, 'Zu\u0308rich-Straße'), true)
})

t.test('a hash with other parameters is to be made anew, and still verifies', async t => {
  const [old, hasher] = [await open(), await open({ parameters: { ...cheap, passes: 2 } })]
  const hash = await old.hash('correct horse')
  t.equal(hasher.needsRehash(hash), true)
  t.equal(await hasher.verify(hash, 'correct horse'), true)
  for (const changed of [{ memoryKib: 16 }, { lanes: 2, memoryKib: 16 }]) {
    t.ok((await open({ parameters: { ...cheap, ...changed } })).needsRehash(hash))
  }
  t.ok(hasher.needsRehash(hash.replace('argon2id', 'argon2i')), 'another variant')
  t.ok(old.needsRehash(hash.replace('v=19', 'v=16')), 'an older version')
})

t.test('an unknown user costs one verification with the same parameters', async t => {
  const { calls, argon2 } = counting()
  const hasher = await open({}, argon2)
  const hash = await hasher.hash('correct horse')
  t.equal(await hasher.verify(hash, 'wrong horse'), false)
  t.equal(await hasher.verify(null, 'wrong horse'), false)
  t.equal(calls.verified.length, 2)
  const [known, unknown] = calls.verified.map(phc => phc.split('$').slice(1, 4).join('$'))
  t.equal(unknown, known)
})

t.test("nobody's hash is of a password that the caller cannot know", async t => {
  const zeros = { argon2: nativeArgon2, timer, random: (count: number) => new Uint8Array(count) }
  const hasher = await PasswordHasher.open({ ...passwordHasherDefaults, parameters: cheap }, zeros)
  const guess = Buffer.alloc(32).toString('base64url')
  t.equal(await hasher.verify(null, guess), false, 'and if he did, there would be no such user')
})

t.test('what is longer than any password costs nothing, for known and unknown users', async t => {
  const { calls, argon2 } = counting()
  const hasher = await open({}, argon2)
  const hash = await hasher.hash('correct horse')
  for (const known of [hash, null]) {
    t.equal(await hasher.verify(known, 'x'.repeat(1_000_000)), false)
  }
  t.equal(calls.verified.length, 0)
  t.throws(() => hasher.hash('x'.repeat(1_000_000)), { name: 'AssertionError' })
})

t.test('fifty logins at once run one by one, and what finds no place is refused', async t => {
  const { calls, argon2 } = counting()
  const hasher = await open({ waitingMax: 20 }, argon2)
  const logins = Array.from({ length: 50 }, () => hasher.verify(null, 'correct horse'))
  t.equal(hasher.waitingCount, 20)
  const answers = await Promise.allSettled(logins)
  t.equal(calls.runningMost, 1)
  t.equal(answers.filter(({ status }) => status === 'fulfilled').length, 21)
  for (const answer of answers) {
    if (answer.status === 'rejected') t.ok(answer.reason instanceof TooBusyError)
  }
  t.equal(hasher.waitingCount, 0)
})

t.test('the event loop goes on while passwords are hashed', async t => {
  const hasher = await open(passwordHasherDefaults)
  let turns = 0
  const counter = setInterval(() => {
    turns += 1
  }, 1)
  for (let i = 0; i < 5; i++) await hasher.hash('correct horse')
  clearInterval(counter)
  t.ok(turns > 5, `${turns} turns`)
})

t.test('no error names the password or the hash', async t => {
  const hasher = await open()
  const error = await hasher.verify('$argon2id$broken-hash', 'correct horse').catch(String)
  t.type(error, 'string')
  t.notMatch(error, /correct horse|broken-hash/)
  t.notMatch(String(new TooBusyError('queue-full', 3)), /horse/)
})
