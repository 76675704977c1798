import { pipeline, type Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { fromBufferPromise, getFileNameLowLevel, type Entry, type ZipFile } from 'yauzl'
import type { Budget } from './budget.ts'
import { ParseRefusal } from './parse-code.ts'

export const ZIP_TYPE = 'application/zip'

/** One file of a zip in memory. */
export interface ZipPart {
  /** With `/` separators. It may hold anything: no path of it is ever opened. */
  readonly name: string
  /** As the directory claims. */
  readonly bytes: number
  readonly encrypted: boolean
}

/** A zip in memory. Close it when done. */
export interface ZipParts {
  /** In the order of the directory, without folders; of several with one name only the first. */
  readonly parts: readonly ZipPart[]
  readonly has: (name: string) => boolean
  /** Inflates one part, or none when there is no such part. @throws ParseRefusal `broken`, `encrypted`, `expansion` */
  readonly read: (name: string) => Promise<Buffer | undefined>
  /** The same as a stream, for parts that need not be held. */
  readonly stream: (name: string) => AsyncIterable<Buffer>
  readonly close: () => void
}

/**
 * Opens a zip that is in memory. What is inflated counts against the budget of the whole file: checked by the size in the
 * directory before, and counted again while inflating, since directories lie.
 *
 * @throws ParseRefusal `broken`, `expansion`
 */
export const openZipParts = async (bytes: Buffer, budget: Budget): Promise<ZipParts> => {
  const zip = await openZip(bytes)
  if (zip.entryCount > budget.limits.zipEntries) {
    zip.close()
    throw new ParseRefusal('expansion', `more than ${budget.limits.zipEntries} zip entries`)
  }
  const entries = await listEntries(zip)
  const stream = (name: string): AsyncIterable<Buffer> => inflate(zip, entries.get(name), budget)
  return {
    parts: [...entries].map(([name, entry]) => ({
      name,
      bytes: entry.uncompressedSize,
      encrypted: entry.isEncrypted(),
    })),
    has: (name) => entries.has(name),
    read: async (name) => {
      if (!entries.has(name)) return undefined
      const pieces: Buffer[] = []
      for await (const piece of stream(name)) pieces.push(piece)
      return Buffer.concat(pieces)
    },
    stream,
    close: () => zip.close(),
  }
}

const openZip = async (bytes: Buffer): Promise<ZipFile> => {
  try {
    // Names are decoded below: one that is odd must not cost the other entries.
    return await fromBufferPromise(bytes, {
      lazyEntries: true,
      validateEntrySizes: true,
      decodeStrings: false,
    })
  } catch {
    throw new ParseRefusal('broken', ZIP_TYPE)
  }
}

const listEntries = async (zip: ZipFile): Promise<ReadonlyMap<string, Entry>> => {
  const entries = new Map<string, Entry>()
  try {
    for await (const entry of zip.eachEntry()) {
      const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry
      const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
      if (!name.endsWith('/') && !entries.has(name)) entries.set(name, entry)
    }
  } catch {
    zip.close()
    throw new ParseRefusal('broken', ZIP_TYPE)
  }
  return entries
}

async function* inflate(
  zip: ZipFile,
  entry: Entry | undefined,
  budget: Budget,
): AsyncGenerator<Buffer> {
  if (entry === undefined) return
  if (entry.isEncrypted()) throw new ParseRefusal('encrypted', ZIP_TYPE)
  budget.checkInflated(entry.uncompressedSize)
  let left = entry.uncompressedSize
  try {
    for await (const piece of await openEntry(zip, entry)) {
      budget.countInflated(piece.length)
      left -= piece.length
      if (left < 0) break
      yield piece
    }
  } catch (error) {
    throw error instanceof ParseRefusal ? error : new ParseRefusal('broken', ZIP_TYPE)
  }
  if (left !== 0) throw new ParseRefusal('broken', ZIP_TYPE)
}

/** Inflated at once: each piece is a way to another thread and back, so that zlib's own 16 KiB take four times the CPU. */
const INFLATED_BYTES = 262_144
const STORED = 0

const openEntry = async (zip: ZipFile, entry: Entry): Promise<AsyncIterable<Buffer>> => {
  if (entry.compressionMethod === STORED) return await zip.openReadStreamPromise(entry)
  if (!entry.canDecodeFileData()) throw new ParseRefusal('broken', ZIP_TYPE)
  const packed: Readable = await zip.openReadStreamPromise(entry, { decodeFileData: false })
  const chunkSize = Math.min(INFLATED_BYTES, Math.max(entry.uncompressedSize, 1024))
  // An error of either is met by whoever reads.
  return pipeline(packed, createInflateRaw({ chunkSize }), () => undefined)
}
