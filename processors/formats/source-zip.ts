import { Readable } from 'node:stream'
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  validateFileName,
  type Entry,
  type ZipFile,
} from 'yauzl'
import type { Uri } from '../../schemas/brands.ts'
import { SourceError, type SourceStore } from '../../topology/ports/source-store.ts'
import { FetchRefusal } from '../../topology/model/fetch-code.ts'

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
      // Names are judged one by one in zipEntries: one that is odd must not cost the others.
      decodeStrings: false,
      validateEntrySizes: true,
    })
  } catch (error) {
    throw zipProblem(error)
  }
}

/** One line of a zip's directory. */
export interface ZipEntry {
  readonly entry: Entry
  /** In the directory, from 1. */
  readonly position: number
  /** With `/` separators, also where the zip has backslashes. Undefined where it is none that can be trusted: see {@link nameOf}. */
  readonly name: string | undefined
  readonly isFolder: boolean
}

/** The entries of a zip, one at a time. @throws FetchRefusal `container-broken` */
export async function* zipEntries(zip: ZipFile): AsyncGenerator<ZipEntry> {
  let position = 0
  try {
    for await (const entry of zip.eachEntry()) {
      position += 1
      const last = entry.fileNameRaw.at(-1)
      yield { entry, position, name: nameOf(entry), isFolder: last === SLASH || last === BACKSLASH }
    }
  } catch (error) {
    throw zipProblem(error)
  }
}

const SLASH = 47
const BACKSLASH = 92

/** Undefined for an absolute name, one with `..` or NUL, and none at all. What is no UTF-8 has replacement characters. */
const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string | undefined => {
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
  const good = name !== '' && !name.includes('\0') && validateFileName(name) === null
  return good ? name : undefined
}

/** Faults of the port stay what they are; what is left says that the zip is damaged. */
const zipProblem = (error: unknown): unknown => {
  if (error instanceof FetchRefusal || error instanceof SourceError) return error
  if (error instanceof Error && error.name === 'Fault') return error
  return new FetchRefusal('container-broken', 'the zip is truncated or damaged')
}

/** How far one entry may inflate. */
export interface InflateLimits {
  /** Inflated bytes. */
  readonly maxBytes: number
  /** Inflated : packed, counted once `ratioFloorBytes` were inflated. */
  readonly ratio: number
  readonly ratioFloorBytes: number
}

/**
 * Inflates one entry as a stream. The size is checked before, and counted again while it inflates.
 *
 * @throws FetchRefusal `encrypted`, `too-large`, `expansion`, `container-broken`
 */
export async function* inflateEntry(
  zip: ZipFile,
  entry: Entry,
  limits: InflateLimits,
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
