import { Readable } from 'node:stream'
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl'
import type { Uri } from '../../schemas/brands.ts'
import { SourceError, type SourceStore } from '../../topology/ports/source-store.ts'
import { FetchRefusal } from './fetch-code.ts'
import type { FetchOptions } from './options.ts'

/** Lets yauzl read a zip through the port: only the directory and the wanted entries are read, never the whole file. */
class SourceReader extends RandomAccessReader {
  readonly #sources: SourceStore
  readonly #file: Uri

  constructor(sources: SourceStore, file: Uri) {
    super()
    this.#sources = sources
    this.#file = file
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#sources.read(this.#file, { start, end }), { objectMode: false })
  }
}

/** Opens a zip of `bytes` bytes. Close it when done. @throws FetchRefusal `container-broken` */
export const openSourceZip = async (
  sources: SourceStore,
  file: Uri,
  bytes: number,
): Promise<ZipFile> => {
  try {
    return await fromRandomAccessReaderPromise(new SourceReader(sources, file), bytes, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
    })
  } catch (error) {
    throw zipProblem(error)
  }
}

/** The entries of a zip, one at a time. @throws FetchRefusal `container-broken` */
export async function* zipEntries(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    for await (const entry of zip.eachEntry()) yield entry
  } catch (error) {
    throw zipProblem(error)
  }
}

/** Faults of the port stay what they are; what is left says that the zip is damaged. */
const zipProblem = (error: unknown): unknown => {
  if (error instanceof FetchRefusal || error instanceof SourceError) return error
  if (error instanceof Error && error.name === 'Fault') return error
  return new FetchRefusal('container-broken', 'the zip is truncated or damaged')
}

/**
 * Inflates one entry as a stream. The size is checked before, and counted again while it inflates.
 *
 * @throws FetchRefusal `encrypted`, `too-large`, `expansion`, `container-broken`
 */
export async function* inflateEntry(
  zip: ZipFile,
  entry: Entry,
  limits: Pick<FetchOptions, 'maxBytes' | 'ratio' | 'ratioFloorBytes'>,
): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) throw new FetchRefusal('encrypted', 'the zip entry has a password')
  const check = (inflated: number): void => {
    if (inflated > limits.maxBytes)
      throw new FetchRefusal('too-large', `more than ${limits.maxBytes} bytes`)
    if (inflated > limits.ratioFloorBytes && inflated > entry.compressedSize * limits.ratio)
      throw new FetchRefusal('expansion', `inflates to more than ${limits.ratio} times its size`)
  }
  check(entry.uncompressedSize)
  let inflated = 0
  try {
    const stream: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry)
    for await (const piece of stream) {
      inflated += piece.length
      check(inflated)
      yield piece
    }
  } catch (error) {
    throw zipProblem(error)
  }
}
