// HAProxy for one test: it ends with it.
import type { Test } from 'tap'
import { startHaproxy } from '../support/haproxy.js'

/** @returns its URL, once it lets requests through */
export async function haproxyFor(t: Test, urls: readonly string[]): Promise<string> {
  const { url, stop } = await startHaproxy(urls)
  t.teardown(stop)
  return url
}
