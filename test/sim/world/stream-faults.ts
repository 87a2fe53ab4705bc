// What goes wrong with a snapshot on its way: frames lost, doubled, swapped, damaged, of an earlier stream, or about another
// state than the one they bring; streams that break in the middle. The connection itself would hide most of it; the
// receiver must not have to rely on that.
import { Packr } from 'msgpackr'
import { decodeOffer, encodeOffer } from '../../../src/raft/snapshots/frames.js'
import type { Meddle } from '../../support/memory-streams.js'

export const meddlings = [
  'broken',
  'lost',
  'doubled',
  'swapped',
  'damaged',
  'stale',
  'misannounced',
] as const

export type Meddling = (typeof meddlings)[number]

/** First elements of the frames: see `raft/snapshots/frames.ts`. */
const OFFER = 1
const CHUNK = 2
const packr = new Packr({ useRecords: false })

/** What arrives at one node, in all its lives. */
export class StreamFaults {
  /** Of all frames, the part that is meddled with. */
  rate = 0
  readonly #random: () => number
  readonly #onMeddle: (what: Meddling) => void
  readonly #breakStreams: () => void
  #heldBack: Uint8Array | null = null
  #isSpared = false
  #earlier: Uint8Array | null = null

  constructor(
    random: () => number,
    does: { readonly onMeddle: (what: Meddling) => void; readonly breakStreams: () => void },
  ) {
    this.#random = random
    this.#onMeddle = does.onMeddle
    this.#breakStreams = does.breakStreams
  }

  readonly meddle: Meddle = frame => {
    const held = this.#heldBack
    this.#heldBack = null
    if (typeOf(frame) === OFFER) this.#isSpared = false
    const strikes = !this.#isSpared && this.#random() < this.rate
    const frames = strikes ? this.#changed(frame) : [frame]
    if (typeOf(frame) === CHUNK && this.#random() < 0.3) this.#earlier = frame
    return held === null ? frames : [...frames, held]
  }

  #changed(frame: Uint8Array): readonly Uint8Array[] {
    const drawn = meddlings[Math.floor(this.#random() * meddlings.length)] ?? 'lost'
    // There is one offer to many chunks.
    const what = typeOf(frame) === OFFER ? 'misannounced' : drawn
    // What is announced wrongly comes whole, so that it would be installed.
    this.#isSpared = what === 'misannounced'
    const changed = this.#change(what, frame)
    if (changed === null) return [frame]
    this.#onMeddle(what)
    return changed
  }

  /** null where it makes no sense: answers are few, and what is lost of them is waited for half a minute. */
  #change(what: Meddling, frame: Uint8Array): readonly Uint8Array[] | null {
    if (typeOf(frame) === OFFER) return [misannounced(frame)]
    if (typeOf(frame) !== CHUNK) return null
    switch (what) {
      case 'broken':
        this.#breakStreams()
        return [frame]
      case 'lost':
        return []
      case 'doubled':
        return [frame, frame]
      case 'swapped':
        this.#heldBack = frame
        return []
      case 'damaged':
        return [this.#damaged(frame)]
      case 'stale':
        return this.#earlier === null ? null : [this.#earlier, frame]
      case 'misannounced':
        return null
      default:
        return what satisfies never
    }
  }

  #damaged(frame: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(frame)
    const at = Math.floor(this.#random() * copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(this.#random() * 8))
    return copy
  }
}

function typeOf(frame: Uint8Array): unknown {
  const values: unknown = packr.unpack(frame)
  return Array.isArray(values) ? values[0] : null
}

/** Says that the state stands one entry later than it does. */
function misannounced(frame: Uint8Array): Uint8Array {
  // Who it is from and to is the stream's, and not in the frame.
  const { message, bytes, sha256 } = decodeOffer(frame, { from: 1, to: 2 })
  const mark = { ...message.snapshot, index: message.snapshot.index + 1 }
  return encodeOffer(message, { mark, bytes, sha256 })
}
