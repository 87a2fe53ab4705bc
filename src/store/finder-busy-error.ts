// The finder's index is being made: what asks for it may come again.
export class FinderBusyError extends Error {
  override readonly name = 'FinderBusyError'

  /** @param percentDone 0 to 99 */
  constructor(readonly percentDone: number) {
    super(`The search index of this node is being made: ${percentDone} % done.`)
  }
}
