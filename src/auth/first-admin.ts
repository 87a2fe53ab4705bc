// The password of a new cluster's first admin (CONTRACT.md D-4): given, or made up; never one that everybody knows.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { explainPassword, PASSWORD_UNITS_MAX, passwordSentences } from './password-rules.js'
import { type RandomBytes, randomText } from './random.js'

export const FIRST_ADMIN_NAME = 'admin'
export const FIRST_ADMIN_VARIABLE = 'IPAM_ADMIN_PASSWORD'
/** No 0 O o, 1 I l i, 2 Z, 5 S, 8 B: 49 characters, and 20 of them have 112 bits. */
const ALPHABET = '34679ACDEFGHJKLMNPQRTUVWXYabcdefghjkmnpqrstuvwxyz'
const GENERATED_CHARS = 20
/** Of UTF-8, the line end included. */
const FILE_BYTES_MAX = PASSWORD_UNITS_MAX * 4
/** Read or write, for everybody. */
const MODE_OTHERS = 0o006

export type FirstAdminPassword = {
  readonly password: string
  /** Nobody knows it yet: to be printed, once. */
  readonly generated: boolean
  /** A full sentence for the log. */
  readonly warning: string | null
}

export type FirstAdminSources = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Path; the environment comes before it. null = no such option. */
  readonly file: string | null
}

/** Why a node cannot begin with the password it was given. Says where it came from, never what it is. */
export class FirstAdminError extends Error {
  override readonly name = 'FirstAdminError'

  constructor(
    readonly code: 'file-unreadable' | 'password-refused',
    message: string,
    options?: { readonly cause: unknown },
  ) {
    super(message, options)
  }
}

/** An empty variable counts as none, since that is what compose files make of one that is not set. @throws FirstAdminError */
export function firstAdminPassword(
  sources: FirstAdminSources,
  random: RandomBytes,
): FirstAdminPassword {
  const given = sources.environment[FIRST_ADMIN_VARIABLE] ?? ''
  if (given !== '') return checked({ password: given, warning: null }, FIRST_ADMIN_VARIABLE)
  if (sources.file !== null) return checked(readPasswordFile(sources.file), sources.file)
  const password = randomText(random, ALPHABET, GENERATED_CHARS)
  return { password, generated: true, warning: null }
}

type Given = Pick<FirstAdminPassword, 'password' | 'warning'>

function checked(given: Given, from: string): FirstAdminPassword {
  const reason = explainPassword(given.password, FIRST_ADMIN_NAME)
  if (reason === null) return { ...given, generated: false }
  throw new FirstAdminError(
    'password-refused',
    `The first admin's password from ${from} is refused: ${passwordSentences[reason]}.`,
  )
}

/** One line end at the end is the editor's, not the password's. */
function readPasswordFile(path: string): Given {
  try {
    const { text, mode } = readStart(path)
    return {
      password: text.replace(/\r?\n$/, ''),
      warning: (mode & MODE_OTHERS) === 0 ? null : openToAll(path),
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new FirstAdminError(
      'file-unreadable',
      `The file with the first admin's password, ${path}, cannot be read (${code}).`,
      { cause },
    )
  }
}

function openToAll(path: string): string {
  return `The file with the first admin's password, ${path}, is open to every user of this machine; chmod 600 it, or delete it now.`
}

/** A file that is longer than any password gives one that is too long. */
function readStart(path: string): { readonly text: string; readonly mode: number } {
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(FILE_BYTES_MAX)
    const bytes = buffer.subarray(0, readSync(descriptor, buffer))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { text, mode: fstatSync(descriptor).mode }
  } finally {
    closeSync(descriptor)
  }
}
