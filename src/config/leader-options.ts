// Options of what the leader does by itself: part of the table, which see.
import type { OptionSpec } from './option-table.js'

const DAY = 24 * 60 * 60 * 1000

export const leaderOptions = [
  {
    key: 'state.compare_every',
    type: 'duration',
    default: '1h',
    min: 1000,
    help: 'How often the leader has every node hash its state at one entry; one that differs from the majority stops serving.',
  },
  {
    key: 'alerts.review_every',
    type: 'duration',
    default: '1m',
    min: 1000,
    max: DAY,
    help: 'How often the leader looks for networks that fill up, leases about to end, and addresses under several MACs.',
  },
  {
    key: 'alerts.locale',
    type: 'text',
    default: 'en',
    oneOf: ['en', 'zh'],
    help: 'Language of the mail about alerts: English or Chinese. The leader sends it: the same on every node.',
  },
  {
    key: 'notifications.review_every',
    type: 'duration',
    default: '5s',
    min: 100,
    max: DAY,
    help: 'How often the leader looks whether regions and countries have come to the thresholds of notification rules.',
  },
  {
    key: 'webhooks.deny',
    type: 'ranges',
    default: null,
    help: 'Addresses and CIDRs that webhooks are never sent to, as the leader resolves them. Link-local, metadata, unspecified, multicast and broadcast addresses are refused in any case. Default: none.',
  },
  {
    key: 'webhooks.allow',
    type: 'ranges',
    default: null,
    help: 'Of those that are refused in any case the ones that webhooks may be sent to, by themselves or as a range inside the refused one. Default: none.',
  },
  {
    key: 'webhooks.timeout',
    type: 'duration',
    default: '10s',
    min: 100,
    max: 60_000,
    help: 'How long one attempt may take, from the name to the end of the answer.',
  },
  {
    key: 'webhooks.retry_wait',
    type: 'duration',
    default: '2s',
    min: 10,
    max: DAY,
    help: 'Until the second attempt; twice that until the third, which is the last.',
  },
  {
    key: 'webhooks.concurrency',
    type: 'integer',
    default: 32,
    min: 1,
    max: 1000,
    help: 'Attempts under way at once, of all webhooks.',
  },
  {
    key: 'webhooks.per_hour',
    type: 'integer',
    default: 1000,
    min: 1,
    max: 1_000_000,
    help: 'Attempts in an hour of one webhook; further events wait. The leader sends: these options are the same on every node.',
  },
  {
    key: 'history.retention',
    type: 'duration',
    default: '365d',
    min: DAY,
    help: 'How long Changes (audit, history, watch) are kept.',
  },
  {
    key: 'history.rows_max',
    type: 'integer',
    default: 50_000_000,
    min: 1000,
    help: 'How many Changes are kept at most; the oldest go first. The leader decides for all: the same on every node.',
  },
  {
    key: 'idempotency.retention',
    type: 'duration',
    default: '24h',
    min: 60_000,
    help: 'How long the answer to an Idempotency-Key is kept.',
  },
  {
    key: 'idempotency.keys_max',
    type: 'integer',
    default: 1_000_000,
    min: 1000,
    help: 'How many such answers are kept at most; the oldest go first. The leader decides for all: the same on every node.',
  },
] as const satisfies readonly OptionSpec[]
