// A client that allocates, reads and releases, and writes its history down; when its connection breaks or the node has just been started, it asks another node.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Listed, Operation } from '../history/operation.js'
import { type HistoryRecorder, revisionOf } from '../history/recorder.js'
import { notInService } from './http.js'

const ALL_BROKEN_PAUSE_MS = 50
/** Of its own allocations, those it may still release or read. */
const KEPT = 20
/** Of those that other clients made lately, those it may read. */
const SHARED_MAX = 50

export type RecordingTask = {
  readonly client: number
  readonly urls: readonly string[]
  readonly networkId: string
  readonly recorder: HistoryRecorder
  readonly random: () => number
  /** Allocations that any client may read. */
  readonly shared: Listed[]
}

type Heard = { readonly status: number; readonly headers: Headers; readonly body: unknown }

/** @returns error answers; there must be none */
export async function recordUntil(signal: AbortSignal, task: RecordingTask): Promise<string[]> {
  const failures: string[] = []
  const own: Listed[] = []
  while (!signal.aborted) {
    const kind = task.random()
    if (kind < 0.4 || own.length === 0) await allocates(task, own, failures)
    else if (kind < 0.8) await reads(task, failures)
    else await releases(task, own.shift() as Listed, failures)
    if (own.length > KEPT) own.shift()
  }
  return failures
}

async function allocates(task: RecordingTask, own: Listed[], failures: string[]): Promise<void> {
  const path = '/api/v1/allocations'
  const { heard, times } = await ask(task, path, { network_id: task.networkId })
  if (heard.status !== 201) {
    failures.push(`${heard.status} ${JSON.stringify(heard.body)}`)
    return
  }
  const { id, ip } = heard.body as Listed
  own.push({ id, ip })
  task.shared.push({ id, ip })
  if (task.shared.length > SHARED_MAX) task.shared.shift()
  task.recorder.add({ ...times, op: 'allocate', outcome: 'ok', answer: { id, ip } })
}

async function releases(task: RecordingTask, { id }: Listed, failures: string[]): Promise<void> {
  const { heard, times } = await ask(task, `/api/v1/allocations/${id}/release`, {})
  if (heard.status === 204) task.recorder.add({ ...times, op: 'release', outcome: 'ok', id })
  else failures.push(`${heard.status} ${JSON.stringify(heard.body)}`)
}

async function reads(task: RecordingTask, failures: string[]): Promise<void> {
  const { shared, random, recorder } = task
  const chosen = shared[Math.floor(random() * shared.length)]
  if (chosen === undefined) return
  const { id } = chosen
  const { heard, times } = await ask(task, `/api/v1/allocations/${id}?level=linearizable`, null)
  if (heard.status === 404) recorder.add({ ...times, op: 'read', outcome: 'ok', id, answer: null })
  else if (heard.status === 200) {
    const active = (heard.body as { status: string }).status === 'allocated'
    recorder.add({ ...times, op: 'read', outcome: 'ok', id, answer: { active } })
  } else failures.push(`${heard.status} ${JSON.stringify(heard.body)}`)
}

type Times = Pick<Operation, 'network' | 'client' | 'from'> & {
  readonly to: number
  readonly revision: number
}

/** Until a node answers, with one key. @param body null = a read */
async function ask(
  task: RecordingTask,
  path: string,
  body: object | null,
): Promise<{ heard: Heard; times: Times }> {
  const { client, recorder, urls, networkId: network } = task
  const key = randomUUID()
  const from = recorder.now()
  for (let attempt = 0; ; attempt++) {
    const heard = await attemptAt(`${urls[(client + attempt) % urls.length]}${path}`, key, body)
    if (heard !== null) {
      const times = {
        network,
        client,
        from,
        to: recorder.now(),
        revision: revisionOf(heard.headers),
      }
      return { heard, times }
    }
    if ((attempt + 1) % urls.length === 0) await sleep(ALL_BROKEN_PAUSE_MS)
  }
}

/** @returns null when the connection broke, or the node is not in service yet */
async function attemptAt(url: string, key: string, body: object | null): Promise<Heard | null> {
  try {
    const response = await fetch(url, {
      ...(body === null
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': key },
            body: JSON.stringify(body),
          }),
    })
    const text = await response.text()
    if (notInService(response.status, text)) return null
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    }
  } catch {
    return null
  }
}

/** The end of a history: what every node lists. */
export async function recordLists(task: Omit<RecordingTask, 'random' | 'shared'>): Promise<void> {
  const { client, recorder, urls, networkId: network } = task
  for (const url of urls) {
    const from = recorder.now()
    const response = await fetch(`${url}/api/v1/allocations?network_id=${network}`)
    const listed = (await response.json()) as Listed[]
    const answer = listed.map(({ id, ip }) => ({ id, ip }))
    const revision = revisionOf(response.headers)
    const times = { network, client, from, to: recorder.now(), revision }
    recorder.add({ ...times, op: 'list', outcome: 'ok', answer })
  }
}
