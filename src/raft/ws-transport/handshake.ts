// The mutual handshake as two state machines over text frames, free of sockets so that forgeries are easy to test.
//
//   acceptor  challenge  versions, nonce
//   dialer    hello      versions, nonce, whom it expects, channel, identity; proof
//   acceptor  answer     identity, refusal or null; proof
//   dialer    ready, or a refusal
//
// The dialer proves first: whoever merely connects learns a nonce and nothing about us. Frames are JSON: before
// a proof is seen nothing but JSON.parse touches a stranger's bytes.
import type { NodeId } from '../core/index.js'
import { isCount, isNodeId, isObject, type NodeIdentity, readIdentity } from './identity.js'
import { REFUSAL_LENGTH_MAX } from './limits.js'
import {
  judgeCluster,
  type PeerPolicy,
  type Refusal,
  type RefusalCode,
  refuse,
} from './peer-policy.js'
import { isProof, makeNonce, prove } from './proof.js'

/** Versions of handshake and frames spoken here; the highest that both sides speak is used. */
export const PROTOCOL_LOWEST = 1
export const PROTOCOL_HIGHEST = 1

/** What a connection is for; `messages` is the Raft link, other names are streams (snapshots). */
export type Channel = string
const CHANNEL = /^[a-z][a-z-]{0,31}$/

export type HandshakeStep =
  | { readonly type: 'continue'; readonly send: string }
  | {
      readonly type: 'done'
      readonly send: string | null
      readonly peer: NodeIdentity
      readonly channel: Channel
    }
  | {
      readonly type: 'refused'
      readonly send: string | null
      readonly refusal: Refusal
      readonly by: 'us' | 'them'
      /** null when the other side has not proved who it is. */
      readonly peer: NodeIdentity | null
    }

export type HandshakeContext = { readonly key: Uint8Array; readonly policy: PeerPolicy }

export interface Handshake {
  /** Takes the other side's next frame. Not to be called again after 'done' or 'refused'. */
  receive(text: string): HandshakeStep
}

type Fields = Readonly<Record<string, unknown>>

/** @param expected the node that the address book says is there */
export class DialerHandshake implements Handshake {
  readonly #context: HandshakeContext
  readonly #expected: NodeId
  readonly #channel: Channel
  #challenge: string | null = null
  #hello = ''

  constructor(context: HandshakeContext, target: { expected: NodeId; channel: Channel }) {
    this.#context = context
    this.#expected = target.expected
    this.#channel = target.channel
  }

  receive(text: string): HandshakeStep {
    const frame = parse(text)
    if (frame?.type === 'refusal') return refusedByThem(frame, null)
    if (this.#challenge === null) return this.#sayHello(text, frame)
    return this.#hearAnswer(frame)
  }

  #sayHello(text: string, frame: Fields | null): HandshakeStep {
    if (frame?.type !== 'challenge' || typeof frame.nonce !== 'string') return malformed()
    const refusal = judgeVersions(frame)
    if (refusal !== null) return refusedByUs(refusal, null)
    this.#challenge = text
    const body = JSON.stringify({
      lowest: PROTOCOL_LOWEST,
      highest: PROTOCOL_HIGHEST,
      nonce: makeNonce(),
      expected: this.#expected,
      channel: this.#channel,
      identity: this.#context.policy.self(),
    })
    const proof = prove(this.#context.key, 'dialer', [text, body])
    this.#hello = JSON.stringify({ type: 'hello', body, proof })
    return { type: 'continue', send: this.#hello }
  }

  #hearAnswer(frame: Fields | null): HandshakeStep {
    if (frame?.type !== 'answer' || typeof frame.body !== 'string') return malformed()
    const transcript = [this.#challenge ?? '', this.#hello, frame.body]
    if (!isProof(prove(this.#context.key, 'acceptor', transcript), frame.proof))
      return refusedByUs(WRONG_SECRET, null)
    const body = parse(frame.body)
    const peer = readIdentity(body?.identity)
    if (body === null || peer === null) return malformed()
    if (body.refusal !== null) return refusedByThem(body.refusal, peer)
    const refusal = judgeAnswering(this.#context.policy, this.#expected, peer)
    if (refusal !== null) return refusedByUs(refusal, peer)
    return { type: 'done', send: JSON.stringify({ type: 'ready' }), peer, channel: this.#channel }
  }
}

export class AcceptorHandshake implements Handshake {
  /** The first frame, sent by the acceptor as soon as the connection stands. */
  readonly challenge = JSON.stringify({
    type: 'challenge',
    lowest: PROTOCOL_LOWEST,
    highest: PROTOCOL_HIGHEST,
    nonce: makeNonce(),
  })
  readonly #context: HandshakeContext
  #dialer: { readonly peer: NodeIdentity; readonly channel: Channel } | null = null

  constructor(context: HandshakeContext) {
    this.#context = context
  }

  receive(text: string): HandshakeStep {
    const frame = parse(text)
    if (frame?.type === 'refusal') return refusedByThem(frame, this.#dialer?.peer ?? null)
    if (this.#dialer === null) return this.#hearHello(text, frame)
    if (frame?.type !== 'ready') return malformed()
    // What we know may have changed since the answer; the dialer hears the reason when it tries again.
    const { peer } = this.#dialer
    const refusal = this.#context.policy.judge(peer)
    if (refusal !== null) return { type: 'refused', send: null, refusal, by: 'us', peer }
    return { type: 'done', send: null, ...this.#dialer }
  }

  #hearHello(text: string, frame: Fields | null): HandshakeStep {
    if (frame?.type !== 'hello' || typeof frame.body !== 'string') return malformed()
    const body = parse(frame.body)
    const version = body === null ? null : judgeVersions(body)
    if (version !== null) return refusedByUs(version, null)
    const proof = prove(this.#context.key, 'dialer', [this.challenge, frame.body])
    if (!isProof(proof, frame.proof)) return refusedByUs(WRONG_SECRET, null)
    const peer = readIdentity(body?.identity)
    if (peer === null || typeof body?.nonce !== 'string' || !isNodeId(body.expected))
      return malformed()
    if (typeof body.channel !== 'string' || !CHANNEL.test(body.channel)) return malformed()
    return this.#answer(text, { peer, channel: body.channel, expected: body.expected })
  }

  #answer(
    hello: string,
    dialer: { peer: NodeIdentity; channel: Channel; expected: NodeId },
  ): HandshakeStep {
    const { policy, key } = this.#context
    const identity = policy.self()
    const refusal =
      judgeCluster(identity, dialer.peer) ??
      (dialer.expected === identity.nodeId ? null : wrongNode(dialer.expected, identity.nodeId)) ??
      policy.judge(dialer.peer)
    const body = JSON.stringify({ identity, refusal })
    const proof = prove(key, 'acceptor', [this.challenge, hello, body])
    const send = JSON.stringify({ type: 'answer', body, proof })
    if (refusal !== null) return { type: 'refused', send, refusal, by: 'us', peer: dialer.peer }
    this.#dialer = { peer: dialer.peer, channel: dialer.channel }
    return { type: 'continue', send }
  }
}

/**
 * A connected peer's announcement that its identity changed. It stays the same node with the same data.
 * @returns null when it is no announcement
 */
export function readAnnouncement(text: string, known: NodeIdentity): NodeIdentity | null {
  const frame = parse(text)
  const peer = frame?.type === 'identity' ? readIdentity(frame.identity) : null
  const same = peer?.nodeId === known.nodeId && peer.dataUuid === known.dataUuid
  return same ? peer : null
}

export function writeAnnouncement(identity: NodeIdentity): string {
  return JSON.stringify({ type: 'identity', identity })
}

function judgeAnswering(policy: PeerPolicy, expected: NodeId, peer: NodeIdentity): Refusal | null {
  const refusal = judgeCluster(policy.self(), peer)
  if (refusal !== null) return refusal
  return peer.nodeId === expected ? policy.judge(peer) : wrongNode(expected, peer.nodeId)
}

function wrongNode(expected: NodeId, answering: NodeId): Refusal {
  return refuse(
    'wrong-node',
    `node ${answering} answers where node ${expected} was expected; correct the raft addresses`,
  )
}

const WRONG_SECRET = refuse(
  'wrong-secret',
  'the other node does not know this cluster’s secret; compare secret_file on both nodes',
)

function judgeVersions(theirs: Fields): Refusal | null {
  if (!isCount(theirs.lowest) || !isCount(theirs.highest))
    return refuse('malformed', 'a handshake frame holds no protocol versions')
  if (theirs.lowest <= PROTOCOL_HIGHEST && theirs.highest >= PROTOCOL_LOWEST) return null
  return refuse(
    'protocol-version',
    `one node speaks peer protocol ${theirs.lowest} to ${theirs.highest}, the other ${PROTOCOL_LOWEST} to ${PROTOCOL_HIGHEST}; upgrade the older one`,
  )
}

function malformed(): HandshakeStep {
  return refusedByUs(refuse('malformed', 'a handshake frame was not understood'), null)
}

function refusedByUs(refusal: Refusal, peer: NodeIdentity | null): HandshakeStep {
  const send = JSON.stringify({ type: 'refusal', ...refusal })
  return { type: 'refused', send, refusal, by: 'us', peer }
}

const CODES: Readonly<Record<RefusalCode, true>> = {
  malformed: true,
  'protocol-version': true,
  'wrong-secret': true,
  'wrong-cluster': true,
  'wrong-node': true,
  'self-connection': true,
  'same-node-id': true,
  'unknown-node': true,
  removed: true,
  'other-data': true,
  'program-too-old': true,
}

function refusedByThem(value: unknown, peer: NodeIdentity | null): HandshakeStep {
  const { code, message } = isObject(value) ? value : {}
  const known = typeof code === 'string' && Object.hasOwn(CODES, code)
  const refusal = refuse(
    known ? (code as RefusalCode) : 'malformed',
    typeof message === 'string' ? message.slice(0, REFUSAL_LENGTH_MAX) : 'refused without a reason',
  )
  return { type: 'refused', send: null, refusal, by: 'them', peer }
}

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
