// All watchers of one server: begins them, bounds them, ends them when the server closes.
import { ApiError } from '../api-error.js'
import type { App } from '../app.js'
import { ChangeFeed, type RenderChange } from './change-feed.js'
import { requireKept, startPosition, type WatchStart } from './position.js'
import { Watcher, type WatchSink } from './watcher.js'

export class WatchHub {
  readonly #feed: ChangeFeed
  readonly #watchers = new Set<Watcher>()

  constructor(
    readonly app: App,
    render: RenderChange,
  ) {
    this.#feed = new ChangeFeed(app.store, render, position => requireKept(app, position))
  }

  /**
   * Checks first, so that a refusal is still an ordinary answer; then `open` makes the connection's sink, or null when
   * the connection turned out to be none. `mayGoOn` is asked again and again: who may watch no more hears so.
   * @returns a function to call when the connection is gone. @throws ApiError 400, 410, 503
   */
  begin(start: WatchStart, open: () => WatchSink | null, mayGoOn: () => boolean): () => void {
    this.#requireRoom()
    const position = startPosition(this.app, start)
    const sink = open()
    if (sink === null) return () => undefined
    const watcher = new Watcher(this.app, this.#feed, position, { ...sink, mayGoOn })
    this.#watchers.add(watcher)
    return () => {
      watcher.stop()
      this.#watchers.delete(watcher)
    }
  }

  /** @throws ApiError 503 */
  #requireRoom(): void {
    if (this.app.watchers < this.app.options.watchersMax) return
    throw new ApiError(
      503,
      'overloaded',
      `There are ${this.app.watchers} watchers already, which is the most this node serves; try another node.`,
      { outcome: 'known' },
      ['Retry-After', '5'],
    )
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers.clear()
    this.#feed.close()
  }
}
