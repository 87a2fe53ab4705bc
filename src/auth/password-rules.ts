// What a new password must be, after NIST SP 800-63B, 5.1.1.2: length decides, nothing is demanded of its characters,
// and it is the same password however a keyboard composes its letters.

/** Code points after normalization. */
export const PASSWORD_CHARS_MIN = 8
export const PASSWORD_CHARS_MAX = 128
/** UTF-16 units as sent: what is longer is refused before any work is done on it. */
export const PASSWORD_UNITS_MAX = 512

export type PasswordReason =
  | 'too-short'
  | 'too-long'
  | 'is-user-name'
  | 'one-character'
  /** Half of a surrogate pair: it cannot be written as UTF-8. */
  | 'not-text'

/** Clauses, fit for a client. */
export const passwordSentences: { readonly [R in PasswordReason]: string } = {
  'too-short': `a password has at least ${PASSWORD_CHARS_MIN} characters`,
  'too-long': `a password has at most ${PASSWORD_CHARS_MAX} characters`,
  'is-user-name': 'a password is not the user name',
  'one-character': 'a password is not one character repeated',
  'not-text': 'a password is well-formed Unicode',
}

/** Why this is no good as a new password; null when it is. */
export function explainPassword(password: string, username: string): PasswordReason | null {
  if (password.length > PASSWORD_UNITS_MAX) return 'too-long'
  if (/\p{Surrogate}/u.test(password)) return 'not-text'
  const characters = [...normalizePassword(password)]
  if (characters.length < PASSWORD_CHARS_MIN) return 'too-short'
  if (characters.length > PASSWORD_CHARS_MAX) return 'too-long'
  if (sameName(password, username)) return 'is-user-name'
  return new Set(characters).size === 1 ? 'one-character' : null
}

/** The form that is hashed: NFKC, as SP 800-63B asks of passwords with characters beyond ASCII. */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC')
}

function sameName(password: string, username: string): boolean {
  return normalizePassword(password).toLowerCase() === normalizePassword(username).toLowerCase()
}
