// Document 004's limits (004:856-859). That of failed logins is counted on all nodes, by sign-in; these by each node alone.
import { callerKey, type LimitRule } from '../../limits/rule.js'
import type { LimitOptions } from '../../options.js'

export function officeLimits({ api, search, download }: LimitOptions): readonly LimitRule[] {
  return [
    { name: 'api', ...api, key: callerKey, routes: 'all' },
    { name: 'search', ...search, key: callerKey, routes: 'named' },
    { name: 'export', ...download, key: callerKey, routes: 'named' },
  ]
}
