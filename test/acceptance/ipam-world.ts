// What the programs of documents 000 and 001 find: regions with hosts in them, made as a client would, and notifications.
import { until } from '../system/until.js'
import { ask } from './real-office.js'

/** So that the leader looks at once at what the programs wait for. */
export const EAGER = {
  IPAM_ALERTS_REVIEW_EVERY: '1s',
  IPAM_NOTIFICATIONS_REVIEW_EVERY: '1s',
}

export class IpamWorld {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  /** @throws when it is refused */
  async post(path: string, body: unknown): Promise<unknown> {
    const answer = await ask(this.url, this.token, 'POST', path, body)
    if (answer.status >= 300)
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** @returns its id */
  async region(x: number, y: number, name: string): Promise<string> {
    const body = { x_octet: x, y_octet: y, region_name: name }
    return text(await this.post('/ipam/regions', body), 'region_id')
  }

  async hosts(region: string, count: number, prefix: string): Promise<void> {
    for (let left = count; left > 0; left -= 100) {
      const body = {
        region_id: region,
        count: Math.min(left, 100),
        hostname_prefix: `${prefix}-${left}`,
      }
      await this.post('/ipam/hosts/batch', body)
    }
  }

  /** Waits for one that is not read. @returns its id */
  async notification(): Promise<string> {
    return until('somebody is told', async () => {
      const { body } = await ask(this.url, this.token, 'GET', '/ipam/notifications/unread')
      const [first] = Reflect.get(body as object, 'recent') as object[]
      return first === undefined ? null : text(first, 'notification_id')
    })
  }

  /** Waits until something was sent, whatever came of it. */
  async delivery(webhook: string): Promise<void> {
    await until('something is sent', async () => {
      const path = `/ipam/webhooks/${webhook}/deliveries`
      const { body } = await ask(this.url, this.token, 'GET', path)
      return (Reflect.get(body as object, 'deliveries') as object[]).length > 0
    })
  }

  async rule(name: string, threshold: number): Promise<string> {
    const body = {
      rule_name: name,
      conditions: { utilization_threshold: threshold, resource_type: 'region' },
      notification_channels: ['in_app'],
      severity: 'warning',
    }
    return text(await this.post('/ipam/notifications/rules', body), 'rule_id')
  }
}

export function text(body: unknown, field: string): string {
  const value: unknown = Reflect.get(body as object, field)
  if (typeof value !== 'string') throw new Error(`no ${field} in ${JSON.stringify(body)}`)
  return value
}
