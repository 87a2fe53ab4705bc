// What a sealed value looks like. The ledger opens none: it takes them as text, and only has to know that they are longer
// than what was sealed, and that older programs cannot use them (docs/decisions/0055).
import type { Command } from './commands.js'

/** Raised with the form of what follows it. */
export const SEALED_PREFIX = 'sealed.1.'

/** Of as many bytes of clear text: nonce (12 bytes), dot, cipher text, tag (16 bytes), in base64url. */
export function sealedLength(clearBytes: number): number {
  return SEALED_PREFIX.length + base64Length(12) + 1 + base64Length(clearBytes + 16)
}

export function isSealed(text: string): boolean {
  return text.startsWith(SEALED_PREFIX)
}

export function carriesSealed(command: Command): boolean {
  switch (command.type) {
    case 'signing-key.rotate':
    case 'webhook.create':
      return isSealed(command.secret)
    case 'settings.update':
      return isSealed(command.set.smtpPassword ?? '')
    default:
      return false
  }
}

/** Without padding. */
function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
