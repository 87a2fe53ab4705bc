// One store's state becomes another's, as a snapshot brings it.
import type { Store } from '../../../src/store/index.js'

const CHUNK_BYTES = 100_000

export async function installed(from: Store, to: Store): Promise<void> {
  const source = await from.take(1)
  const { header } = source
  const sink = await to.receive(header)
  while (sink.received < header.bytes) {
    await sink.write(await source.read(sink.received, CHUNK_BYTES))
  }
  await sink.finish()
  source.release()
  await to.install(header.mark)
}
