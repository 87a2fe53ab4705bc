// What somebody should look at: a network that fills up, a lease about to end, an address under several MACs (document 004, 5).

export type AlertKind = 'utilization' | 'expiry' | 'conflict'
export type AlertSeverity = 'low' | 'medium' | 'high' | 'critical'

/** There is at most one open alert of a kind about a network, or about an allocation. */
export type Alert = {
  readonly id: number
  readonly kind: AlertKind
  readonly severity: AlertSeverity
  readonly networkId: number
  /** Of expiry and conflict; null of utilization. */
  readonly allocationId: number | null
  /** The network as CIDR, or the claim as a person writes it. */
  readonly subject: string
  /** utilization: hundredths of a percent; expiry: when it ends, ms since 1970; conflict: how many MACs. */
  readonly figure: number
  readonly raisedMs: number
  /** null while it is open. */
  readonly resolvedMs: number | null
  /** How often it was to be mailed: when it was raised, and whenever its severity rose, if there was somebody to mail to. */
  readonly mails: number
  /** The last of these that a mail server has taken; it waits while that is less than `mails`. */
  readonly mailed: number
  readonly revision: number
}
