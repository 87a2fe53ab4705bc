// Snapshots of a state on disk: taken in a worker, received into a file, and installed as a folder that CURRENT names.
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { assert } from '../../lib/index.js'
import type {
  Clock,
  Index,
  SnapshotHeader,
  SnapshotMark,
  SnapshotSink,
  SnapshotSource,
} from '../../raft/index.js'
import { type PointStep, pointAt, statePath } from '../layout.js'
import { FileSink } from './file-sink.js'
import { assertRoomForCopy, namedNoRoom, type Room } from './no-room-error.js'
import { isSameHeader } from './same-snapshot.js'
import { makeFolder, nameOf, takenFolder } from './snapshot-files.js'
import { runSnapshotJob } from './snapshot-job.js'
import { TakenSnapshot } from './taken-snapshot.js'

/** A snapshot that nobody reads is kept so long for a follower whose stream broke, or for the next one. */
const KEPT_MS = 60_000

export type FileSnapshotsDependencies = {
  readonly clock: Clock
  /** Runs work on the file of the present state while nothing in it is moved. */
  readonly whileReading: <T>(
    work: (databasePath: string) => Promise<T>,
    signal: AbortSignal,
  ) => Promise<T>
  /** Called before each step on the disk of an install, for tests that end it there. */
  readonly onStep: (step: InstallStep) => void
  readonly room: Room
}

export type InstallStep = 'make-folder' | 'move-file' | 'open' | PointStep | 'change-over'

export class FileSnapshots {
  readonly #directory: string
  readonly #dependencies: FileSnapshotsDependencies
  readonly #closing = new AbortController()
  #taken: Promise<TakenSnapshot> | null = null
  #sink: FileSink | null = null
  #cancelDrop: () => void = () => {}

  constructor(directory: string, dependencies: FileSnapshotsDependencies) {
    this.#directory = directory
    this.#dependencies = dependencies
  }

  async take(leastIndex: Index): Promise<SnapshotSource> {
    const kept = this.#taken
    if (kept !== null && (await kept).header.mark.index < leastIndex) {
      if (this.#taken === kept) this.#drop()
    }
    this.#taken ??= this.#make()
    const taken = await this.#taken
    this.#cancelDrop()
    assert(taken.header.mark.index >= leastIndex, 'what is asked for was applied before')
    return taken.open()
  }

  async receive(header: SnapshotHeader): Promise<SnapshotSink> {
    const known = this.#sink
    if (known === null || known.isGone || !isSameHeader(known.header, header)) {
      await known?.discard()
      const { signal } = this.#closing
      const { room } = this.#dependencies
      this.#sink = await FileSink.create(this.#directory, header, { signal, room })
    }
    const sink = this.#sink as FileSink
    await sink.assertRoomForRest()
    return sink
  }

  /**
   * The new state is open before CURRENT names it: one that cannot be opened never takes the place of one that works.
   * @param open opens the state at a path
   * @returns what was opened, once CURRENT names it durably
   */
  async install<State extends { close(how: 'as-it-is'): Promise<void> }>(
    mark: SnapshotMark,
    open: (path: string) => Promise<State>,
  ): Promise<State> {
    const { onStep } = this.#dependencies
    const path = await this.#move(mark)
    onStep('open')
    const state = await open(path)
    try {
      await pointAt(this.#directory, path, onStep)
      onStep('change-over')
      return state
    } catch (error) {
      await state.close('as-it-is')
      throw error
    }
  }

  /** @returns the path of the verified file in its folder */
  async #move(mark: SnapshotMark): Promise<string> {
    const sink = this.#sink
    assert(sink?.isVerified === true, 'a snapshot is verified before it is installed')
    assert(sink.header.mark.index === mark.index, 'the verified snapshot is the one to install')
    const { onStep } = this.#dependencies
    const path = statePath(this.#directory, nameOf(mark))
    onStep('make-folder')
    // Left over from an install that did not come to its end.
    await rm(dirname(path), { recursive: true, force: true })
    await mkdir(dirname(path), { mode: 0o700 })
    onStep('move-file')
    await rename(sink.path, path)
    this.#sink = null
    return path
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The state was closed.'))
    this.#cancelDrop()
    if (this.#taken !== null) await this.#taken.then(taken => taken.drop()).catch(() => {})
    await this.#sink?.discard()
  }

  #make(): Promise<TakenSnapshot> {
    const making = this.#copy()
    making.catch(() => {
      if (this.#taken === making) this.#taken = null
    })
    return making
  }

  /** The file gets its name once the copy says where it stands. */
  async #copy(): Promise<TakenSnapshot> {
    const folder = takenFolder(this.#directory)
    await makeFolder(folder)
    const making = join(folder, 'making.db')
    try {
      const header = await this.#copyTo(making)
      const path = join(folder, `${nameOf(header.mark)}.db`)
      await rename(making, path)
      return new TakenSnapshot(header, path, () => this.#dropLater())
    } catch (error) {
      // Most likely for want of room: what there is of it must not take more.
      await rm(making, { force: true })
      throw namedNoRoom(error)
    }
  }

  #copyTo(path: string): Promise<SnapshotHeader> {
    const { signal } = this.#closing
    return this.#dependencies.whileReading(async databasePath => {
      await assertRoomForCopy(databasePath, this.#dependencies.room)
      return runSnapshotJob({ type: 'copy', databasePath, path }, signal)
    }, signal)
  }

  #dropLater(): void {
    this.#cancelDrop()
    if (this.#closing.signal.aborted) return
    this.#cancelDrop = this.#dependencies.clock.after(KEPT_MS, () => this.#drop())
  }

  #drop(): void {
    const taken = this.#taken
    this.#taken = null
    // One that was never made leaves nothing to drop.
    taken?.then(snapshot => snapshot.drop()).catch(() => {})
  }
}
