// What stands in the mail about an alert, in the language that the cluster was given.
import type { Alert, AlertKind, AlertSeverity, Settings } from '../ledger/index.js'

export type MailLocale = 'en' | 'zh'

/** One message as it is handed to a mail server. */
export type Mail = {
  readonly from: string
  readonly to: string
  /** The same whenever the same mail is sent again, by whichever node. */
  readonly messageId: string
  readonly dateMs: number
  readonly subject: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** Settings with which mail can be sent. */
export type MailSettings = Pick<Settings, 'smtpFrom'> & { readonly alertEmail: string }

export type MailContext = {
  readonly settings: MailSettings
  readonly clusterUuid: string
  readonly locale: MailLocale
  /** What the next entry would be stamped with: this node's own clock may be hours off. */
  readonly nowMs: number
}

type Words = {
  readonly severities: Readonly<Record<AlertSeverity, string>>
  readonly kinds: Readonly<Record<AlertKind, string>>
  readonly labels: Readonly<
    Record<'severity' | 'kind' | 'subject' | 'raised' | 'resolved' | 'cluster', string>
  >
  readonly sentences: Readonly<Record<AlertKind, (alert: Alert) => string>>
  readonly over: string
  readonly closing: string
}

const english: Words = {
  severities: { low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' },
  kinds: { utilization: 'utilization', expiry: 'expiry', conflict: 'conflict' },
  labels: {
    severity: 'Severity',
    kind: 'Kind',
    subject: 'Subject',
    raised: 'Raised',
    resolved: 'Resolved',
    cluster: 'Cluster',
  },
  sentences: {
    utilization: ({ subject, figure }) => `${subject} is ${percent(figure)} full`,
    expiry: ({ subject, figure }) => `the lease of ${subject} ends at ${timeText(figure)}`,
    conflict: ({ subject, figure }) => `${subject} is held under ${figure} MAC addresses`,
  },
  over: 'It has been resolved since.',
  closing: 'All open alerts: GET /api/reports/alerts',
}

const chinese: Words = {
  severities: { low: '低', medium: '中', high: '高', critical: '严重' },
  kinds: { utilization: '使用率', expiry: '到期', conflict: '冲突' },
  labels: {
    severity: '级别',
    kind: '类型',
    subject: '对象',
    raised: '发生时间',
    resolved: '解除时间',
    cluster: '集群',
  },
  sentences: {
    utilization: ({ subject, figure }) => `网段 ${subject} 的使用率已达 ${percent(figure)}`,
    expiry: ({ subject, figure }) => `${subject} 的租约将于 ${timeText(figure)} 到期`,
    conflict: ({ subject, figure }) => `${subject} 对应 ${figure} 个 MAC 地址`,
  },
  over: '该告警现已解除。',
  closing: '查看全部未解除的告警：GET /api/reports/alerts',
}

const words: Readonly<Record<MailLocale, Words>> = { en: english, zh: chinese }

/** The alert's mail of number `alert.mails`, which tells how it is now: earlier ones that wait are not sent any more. */
export function composeMail(alert: Alert, context: MailContext): Mail {
  const { settings, clusterUuid, locale, nowMs } = context
  const { id, kind, severity, mails } = alert
  const { severities, sentences } = words[locale]
  return {
    from: settings.smtpFrom ?? `ipam@${hostOf(settings.alertEmail)}`,
    to: settings.alertEmail,
    messageId: `<alert-${id}-${mails}.${clusterUuid}@ipam>`,
    dateMs: nowMs,
    subject: `[IPAM] ${severities[severity]}: ${sentences[kind](alert)}`,
    text: textOf(alert, clusterUuid, words[locale]),
    headers: {
      'X-IPAM-Alert': `${id}; kind=${kind}; severity=${severity}; mail=${mails}`,
      // RFC 3834: nobody's out-of-office reply is wanted.
      'Auto-Submitted': 'auto-generated',
    },
  }
}

function textOf(alert: Alert, clusterUuid: string, spoken: Words): string {
  const { labels, severities, kinds, sentences, over, closing } = spoken
  const { kind, severity, subject, raisedMs, resolvedMs } = alert
  const rows = [
    [labels.severity, severities[severity]],
    [labels.kind, kinds[kind]],
    [labels.subject, subject],
    [labels.raised, timeText(raisedMs)],
    ...(resolvedMs === null ? [] : [[labels.resolved, timeText(resolvedMs)]]),
    [labels.cluster, clusterUuid],
  ]
  return [
    sentences[kind](alert),
    ...(resolvedMs === null ? [] : [over]),
    '',
    ...rows.map(([label, value]) => `${label}: ${value}`),
    '',
    closing,
    '',
  ].join('\n')
}

function hostOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function percent(hundredths: number): string {
  return `${hundredths / 100}%`
}

/** `2026-01-31 12:00:00 UTC` */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
